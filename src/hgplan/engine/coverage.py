"""Which units have done something, and how many there are to do it."""

from __future__ import annotations

from datetime import date

import attrs
import polars as pl

from hgplan.engine.counting import count
from hgplan.engine.dense import blank
from hgplan.engine.facts import Tree
from hgplan.engine.grid import Figures, Grid, counts, in_windows
from hgplan.engine.places import PLACE
from hgplan.engine.roads import GROUPS, MOVES, OPENINGS, PLACED, UNITS, Way
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.streams import places_of
from hgplan.engine.tree import NODE, Nodes, placed
from hgplan.engine.visible import DAY, FAR, STAND, UNIT
from hgplan.engine.windows import HI, LO, WINDOW, Windows
from hgplan.metrics.counts import Count, Coverage, Units
from hgplan.metrics.reads import hangs_on_node
from hgplan.model.organisation import Organisation

__all__ = [
    "always_open",
    "counted_at",
    "covered",
    "leaves",
    "level_units",
    "open_in_windows",
    "open_units",
    "units_in_windows",
]

_DAWN = date(1, 1, 1)
_V, _OPENED, _CLOSED, _MANY = "@v", "@opened", "@closed", "@many"


def covered(reader: Reader, grid: Grid, measure: Units | Coverage) -> Figures:
    """How many units of the level have a row, alone or over those that were open."""
    organisation = reader.facts.organisation
    below = counted_at(reader, grid, measure)
    reader.took(measure, below if isinstance(below, Way) else UNITS)
    if not isinstance(below, Way):
        return _packed(reader, grid, measure, below)
    rows = _gathered(reader, grid, measure)
    level = level_units(organisation, measure.level, reader.tree)
    spans = _open_spans(organisation).cast({UNIT: rows.frame.schema[UNIT]})
    opened = rows.frame.join(spans, on=UNIT, how="inner")
    own = opened.filter((pl.col(_OPENED) <= pl.col(DAY)) & (pl.col(DAY) < pl.col(_CLOSED))).drop(_OPENED, _CLOSED)
    standing = reader.on(attrs.evolve(rows, frame=own), grid.nodes)
    above = _above(standing, reader.nodes(level))
    # Only units of the level that stand in the node's own subtree are its units.
    inside = _inside(above, grid.nodes)
    within = in_windows(inside, grid.windows)
    if isinstance(measure, Coverage):
        # Nothing stands above the line that isn't below it: a unit that is closed, though one below it is open.
        there = units_in_windows(grid.nodes, level, grid.windows).rename({UNIT: _V})
        within = within.join(there, on=[NODE, WINDOW, _V], how="semi")
    counted = within.group_by(grid.keys).agg(pl.col(_MANY).sum().alias("n"), pl.col(_V).n_unique().alias("k"))
    if isinstance(measure, Units):
        return Figures.of(grid.laid(counted), pl.col("k").fill_null(0), rows=pl.col("n"))
    opened_units = open_units(grid.nodes, level, grid.windows)
    return _share(grid.laid(counted).hstack(grid.laid_alike(opened_units).select("open")))


def _share(laid: pl.DataFrame) -> Figures:
    """Units with rows (k) over units that were open, and the rows (n)."""
    laid = laid.with_columns(pl.col("k").fill_null(0).cast(pl.Int128), pl.col("open").fill_null(0).cast(pl.Int128))
    share = pl.when(pl.col("open") > 0).then(pl.col("k").cast(pl.Float64) / pl.col("open").cast(pl.Float64))
    return Figures.of(
        laid,
        share,
        numbers="derived",
        rows=pl.col("n"),
        numerator=pl.col("k"),
        denominator=pl.col("open"),
        above=("exact", 0),
        below=("exact", 0),
    )


def counted_at(reader: Reader, grid: Grid, measure: Units | Coverage) -> Grid | Way:
    """Where rows are counted to tell which units of the level have any: at each of these; else another way.

    Units may move between those of the level, though not between the asked ones.
    """
    organisation = reader.facts.organisation
    if grid.by:
        return GROUPS
    if hangs_on_node(measure.rows):
        return PLACED
    if not places_of(reader, grid).steady or not reader.once("always open", lambda: always_open(organisation)):
        return OPENINGS
    below = attrs.evolve(grid, nodes=reader.nodes(level_units(organisation, measure.level, reader.tree)))
    return below if places_of(reader, below).steady else MOVES


def _packed(reader: Reader, grid: Grid, measure: Units | Coverage, counted: Grid) -> Figures:
    """The same where the tree never changes: from how many rows stand below each unit of the level."""
    rows = Count(measure.rows)
    known = reader.ledger.of(counted, rows)
    below = (count(reader, counted, rows) if known is None else known).frame["n"]
    level, width = counted.nodes, len(grid.windows.each)
    # A unit that never moves is a place.
    own = pl.Series(_numbers(level), dtype=pl.UInt32)[pl.int_range(len(below), eager=True) // max(width, 1)]
    window = pl.int_range(len(below), eager=True) % max(width, 1)
    cells = pl.DataFrame({PLACE: own, WINDOW: window, "n": below, "k": (below > 0).cast(pl.Int64)})
    places = places_of(reader, grid)
    behind, units = places.rolled(cells, WINDOW, width).select("n", "k").get_columns()
    if isinstance(measure, Units):
        return counts(units, behind)
    held = places.above.filter(pl.col(PLACE).is_in(_numbers(level)))
    there = held.group_by(NODE).agg(pl.len().cast(pl.Int64).alias("open"))
    opened = blank(len(grid.nodes.ids), pl.Int64()).scatter(there[NODE], there["open"])
    begun = pl.Series([window.begun for window in grid.windows.each], dtype=pl.Int64)
    told = opened[grid.cells[NODE]] * begun[grid.cells[WINDOW]]
    return _share(pl.DataFrame({"k": units, "n": behind, "open": told}))


def _gathered(reader: Reader, grid: Grid, measure: Units | Coverage) -> Rows:
    """The rows that stand in one unit on one day as one row each, with how many they are."""
    rows = reader.events(measure.rows, grid.nodes)
    frame = reader.with_columns(rows, grid.by)
    standing = [name for name in (STAND, NODE) if name in frame.columns]
    counted = frame.group_by(UNIT, DAY, *standing, *grid.by).agg(pl.len().cast(pl.Int64).alias(_MANY))
    return attrs.evolve(rows, frame=counted)


def leaves(organisation: Organisation, tree: Tree) -> tuple[str, ...]:
    """The units with none below: ever, or on the tree's date."""
    if tree == "day":
        parents = {parent for _, parent, _, _ in organisation.placements()}
    else:
        parents = {organisation.parent(unit, tree) for unit in organisation.units}
    return tuple(unit for unit in organisation.units if unit not in parents)


def level_units(organisation: Organisation, level: str | None, tree: Tree) -> tuple[str, ...]:
    """The units of a level; unsaid, those with none below."""
    return leaves(organisation, tree) if level is None else organisation.units_at(level)


def always_open(organisation: Organisation) -> bool:
    """Whether no unit ever opens or closes."""
    return all(organisation.open_spans(unit) == ((None, None),) for unit in organisation.units)


def _open_spans(organisation: Organisation) -> pl.DataFrame:
    rows = [
        (index, start or _DAWN, end or FAR)
        for index, unit in enumerate(organisation.units)
        for start, end in organisation.open_spans(unit)
    ]
    return pl.DataFrame(rows, schema={UNIT: pl.Int32, _OPENED: pl.Date, _CLOSED: pl.Date}, orient="row")


def _above(rows: pl.DataFrame, level: Nodes) -> pl.DataFrame:
    """Each row with the unit of the level that its own unit is, or lies below, on its day."""
    renamed = rows.rename({NODE: "@asked"})
    return (
        placed(renamed, level)
        .rename({NODE: _V, "@asked": NODE})
        .with_columns(pl.col(_V).replace_strict(range(len(level.ids)), _numbers(level), return_dtype=pl.Int32))
    )


def _numbers(level: Nodes) -> list[int]:
    place = {unit: index for index, unit in enumerate(level.organisation.units)}
    return [place[unit] for unit in level.ids]


def _inside(rows: pl.DataFrame, nodes: Nodes) -> pl.DataFrame:
    mine = nodes.frame.rename({UNIT: _V})
    found = rows.join(mine, on=[_V, NODE], how="inner")
    return found.filter((pl.col("@from") <= pl.col(DAY)) & (pl.col(DAY) < pl.col("@to"))).drop("@from", "@to")


def units_in_windows(nodes: Nodes, units: tuple[str, ...], windows: Windows) -> pl.DataFrame:
    """Node, window and unit: the units of a list that are open under the node on some day of the window."""
    numbers = pl.DataFrame({UNIT: _numbers(Nodes(nodes.organisation, units, nodes.tree))}, schema={UNIT: pl.Int32})
    there = nodes.frame.join(numbers, on=UNIT, how="semi").join(_open_spans(nodes.organisation), on=UNIT, how="inner")
    spans = there.select(
        NODE,
        UNIT,
        pl.max_horizontal("@from", _OPENED).alias("@since"),
        pl.min_horizontal("@to", _CLOSED).alias("@gone"),
    ).filter(pl.col("@since") < pl.col("@gone"))
    held = spans.join_where(windows.frame(), pl.col("@since") <= pl.col(HI), pl.col("@gone") > pl.col(LO))
    return held.select(NODE, WINDOW, UNIT).unique()


def open_in_windows(organisation: Organisation, units: tuple[str, ...], windows: Windows) -> pl.DataFrame:
    """Unit and window: the units of a list that are open on some day of the window's own."""
    numbers = pl.DataFrame({UNIT: _numbers(Nodes(organisation, units, "day"))}, schema={UNIT: pl.Int32})
    spans = _open_spans(organisation).join(numbers, on=UNIT, how="semi")
    held = spans.join_where(windows.frame(own=True), pl.col(_OPENED) <= pl.col(HI), pl.col(_CLOSED) > pl.col(LO))
    return held.select(UNIT, WINDOW).unique()


def open_units(nodes: Nodes, units: tuple[str, ...], windows: Windows) -> pl.DataFrame:
    """Node, window and how many of the units are open under the node on some day of the window."""
    held = units_in_windows(nodes, units, windows)
    return held.group_by(NODE, WINDOW).agg(pl.len().cast(pl.Int64).alias("open"))
