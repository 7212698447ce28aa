"""What is read of a document before it is made a plan: chapters, tasks, phases, references and what is left."""

from __future__ import annotations

import attrs

from hgplan.formats.document.figures import Figure
from hgplan.formats.document.outline import Heading
from hgplan.formats.document.phases import NamedPhase
from hgplan.formats.document.references import Outside
from hgplan.hookspecs import Unplaced

__all__ = ["Chapter", "Material", "Task"]


@attrs.frozen(kw_only=True)
class Task:
    """An activity as a text tells it."""

    title: str
    quote: str
    line: int
    phases: tuple[NamedPhase, ...] = ()


@attrs.define(kw_only=True)
class Chapter:
    """What a heading's text holds: a strategy in the making, or what belongs to the plan itself or to its vision."""

    heading: Heading | None
    is_vision: bool = False
    statement: str = ""
    description: list[str] = attrs.field(factory=list)
    figures: list[tuple[Figure, int]] = attrs.field(factory=list)
    intents: list[tuple[str, str, int]] = attrs.field(factory=list)
    tasks: list[Task] = attrs.field(factory=list)
    led: bool = False
    has_items: bool = False


@attrs.define(kw_only=True)
class Material:
    """All that was read of a document, before it is made a plan."""

    chapters: list[Chapter] = attrs.field(factory=list)
    phases: list[NamedPhase] = attrs.field(factory=list)
    outsides: list[tuple[Outside, str, int]] = attrs.field(factory=list)
    unplaced: list[Unplaced] = attrs.field(factory=list)
