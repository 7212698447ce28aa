"""Metrics to figures: the room that knows polars, and the only one that collects."""

from hgplan.engine.answers import AVAILABILITY, unknown_figures
from hgplan.engine.behind import rows_behind
from hgplan.engine.credits import CREDITS, AttributionModel, Credit, Deeds, credited
from hgplan.engine.extent import extent
from hgplan.engine.facts import Clocks, Facts, Tree
from hgplan.engine.figures import figures, figures_each
from hgplan.engine.keeping import Keeping
from hgplan.engine.kept_keys import KeptKeys, KeyStore
from hgplan.engine.key_names import Names
from hgplan.engine.key_runs import Coding, KeyRun, merged
from hgplan.engine.lifetables import life_tables
from hgplan.engine.naming import check_tables, unnamed
from hgplan.engine.notes import notes
from hgplan.engine.parts import BUDGET, Progress
from hgplan.engine.provenance import Provenance, provenance
from hgplan.engine.reading import reader_for
from hgplan.engine.roads import Road
from hgplan.engine.rowsets import Reader
from hgplan.engine.taken import roads_taken
from hgplan.engine.tallies import Tally
from hgplan.engine.touched import Change
from hgplan.engine.typed import as_day, row_numbers
from hgplan.engine.windows import Periods

__all__ = [
    "AVAILABILITY",
    "BUDGET",
    "CREDITS",
    "AttributionModel",
    "Change",
    "Clocks",
    "Coding",
    "Credit",
    "Deeds",
    "Facts",
    "Keeping",
    "KeptKeys",
    "KeyRun",
    "KeyStore",
    "Names",
    "Periods",
    "Progress",
    "Provenance",
    "Reader",
    "Road",
    "Tally",
    "Tree",
    "as_day",
    "check_tables",
    "credited",
    "extent",
    "figures",
    "figures_each",
    "life_tables",
    "merged",
    "notes",
    "provenance",
    "reader_for",
    "roads_taken",
    "row_numbers",
    "rows_behind",
    "unknown_figures",
    "unnamed",
]
