"""How figures leave the house: tables for a terminal, files for programs, numbers and words for people.

Names load on first use, so that a command that computes nothing does not import polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hgplan.outputs.folders import new_folder as new_folder
    from hgplan.outputs.frames import FRAME_FORMATS as FRAME_FORMATS
    from hgplan.outputs.frames import FrameFormat as FrameFormat
    from hgplan.outputs.frames import write_frame as write_frame
    from hgplan.outputs.lines import Wording as Wording
    from hgplan.outputs.lines import attainment_by_unit_text as attainment_by_unit_text
    from hgplan.outputs.lines import attainment_text as attainment_text
    from hgplan.outputs.lines import figures_text as figures_text
    from hgplan.outputs.numbers import Language as Language
    from hgplan.outputs.numbers import as_language as as_language
    from hgplan.outputs.numbers import figure_text as figure_text
    from hgplan.outputs.numbers import number_text as number_text
    from hgplan.outputs.numbers import percent_text as percent_text
    from hgplan.outputs.tables import Column as Column
    from hgplan.outputs.tables import printable as printable
    from hgplan.outputs.tables import table_text as table_text
    from hgplan.outputs.words import word as word
    from hgplan.outputs.writing import written_whole as written_whole

_ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "hgplan.outputs.folders": ("new_folder",),
    "hgplan.outputs.frames": ("FRAME_FORMATS", "FrameFormat", "write_frame"),
    "hgplan.outputs.lines": ("Wording", "attainment_by_unit_text", "attainment_text", "figures_text"),
    "hgplan.outputs.numbers": ("Language", "as_language", "figure_text", "number_text", "percent_text"),
    "hgplan.outputs.tables": ("Column", "printable", "table_text"),
    "hgplan.outputs.words": ("word",),
    "hgplan.outputs.writing": ("written_whole",),
}
_ROOM_OF: Final = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "FRAME_FORMATS",
    "Column",
    "FrameFormat",
    "Language",
    "Wording",
    "as_language",
    "attainment_by_unit_text",
    "attainment_text",
    "figure_text",
    "figures_text",
    "new_folder",
    "number_text",
    "percent_text",
    "printable",
    "table_text",
    "word",
    "write_frame",
    "written_whole",
]


def __getattr__(name: str) -> object:
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'hgplan.outputs' has no attribute {name!r}")
    return getattr(import_module(room), name)
