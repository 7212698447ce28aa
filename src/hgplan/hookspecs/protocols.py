"""The protocols of what a plugin brings: any object that has these attributes will do, no base class is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

if TYPE_CHECKING:
    import polars as pl

    from hgplan.hookspecs.values import Course, Reading, Schema, Setting
    from hgplan.model import Goal, Period, Plan

__all__ = ["Example", "Output", "Pace", "PlanFormat", "Release", "Source", "SourceKind"]


@runtime_checkable
class Source(Protocol):
    """Tables of facts that somebody else keeps: a database, a register, a folder.

    A source may also have `query(text)`, which gives the rows of a query of its own language as a lazy frame: what
    `query = "..."` in a plan asks.
    """

    def tables(self) -> Mapping[str, Schema]:
        """Name the tables that can be read, each with its columns and their types."""
        ...

    def scan(
        self, table: str, *, columns: Sequence[str] | None, start: date | None, until: date | None
    ) -> pl.LazyFrame:
        """Give the rows of one table as a lazy frame.

        `columns`, `start` and `until` say what is enough; a source that can't use them may give more. None is all.
        """
        ...


@runtime_checkable
class SourceKind(Protocol):
    """A kind of source; a plan names it (`[source.books]`, `plugin = "ledger"`) beside the kind's own settings."""

    @property
    def name(self) -> str:
        """The word that a plan names the kind by."""
        ...

    def open(self, settings: Mapping[str, Setting]) -> Source:
        """Make a source from the plan's settings; secrets come from the host or the environment, never from a plan."""
        ...


@runtime_checkable
class PlanFormat(Protocol):
    """A format that plans are read from and written in."""

    @property
    def name(self) -> str:
        """The word that `hgplan export --to` takes."""
        ...

    @property
    def suffixes(self) -> Sequence[str]:
        """The endings of its files, with the dot."""
        ...

    def read(self, content: bytes, /, *, name: str) -> Reading:
        """Read a plan from a file's bytes; `name` is the file's, for errors."""
        ...

    def write(self, plan: Plan, /) -> bytes:
        """Write a plan as the bytes of a file."""
        ...


@runtime_checkable
class Release(Protocol):
    """What an output is given: the frames of a report, with small cells already hidden."""

    @property
    def frames(self) -> Mapping[str, pl.DataFrame]:
        """The frames by name, in the order of the report."""
        ...


@runtime_checkable
class Output(Protocol):
    """A form in which a report leaves the house."""

    @property
    def name(self) -> str:
        """The word that `hgplan export --to` takes."""
        ...

    @property
    def suffixes(self) -> Sequence[str]:
        """The endings of its files, with the dot."""
        ...

    def write(self, report: Release, file: BinaryIO, /, *, language: str) -> None:
        """Write the report to an open file, with texts in the language; hgplan keeps the file only when it is whole."""
        ...


@runtime_checkable
class Pace(Protocol):
    """A curve that says how much of a target is due on a day; a goal chooses it by name."""

    @property
    def name(self) -> str:
        """The word that a goal's `pace` takes."""
        ...

    def expected(self, goal: Goal, period: Period, history: Sequence[Course], day: date) -> float | None:
        """The share of the period's target that is due when the day is over; None where it can't be said.

        `history` is how the goal's metric ran through earlier periods of the same length, oldest first: in the unit, or
        in the whole organisation where the unit's earlier periods brought too little to show a shape.
        """
        ...


@runtime_checkable
class Example(Protocol):
    """A whole example that `hgplan demo` writes: a plan, an organisation and synthetic data."""

    @property
    def name(self) -> str:
        """The word that chooses it."""
        ...

    @property
    def title(self) -> str:
        """What it shows, in a line."""
        ...

    def write(self, directory: Path, /) -> Path:
        """Write the example's files into the directory and give the path of its plan."""
        ...
