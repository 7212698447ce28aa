"""A chain that was followed, as a value: its steps, the single rows, and all of it in words."""

from __future__ import annotations

from datetime import date

import attrs
import polars as pl

from hgplan.model import Chain, Period
from hgplan.outputs.numbers import as_language, day_text, number_text, percent_text

__all__ = ["Funnel"]


@attrs.frozen(kw_only=True, eq=False)
class Funnel:
    """How far the rows of a chain came, and how long each step took them.

    `steps` has a row for each unit and step: chain, unit, level, until, step, title, reached, of (those that reached
    the step before), share, share_of_first, days_q1, days_median, days_q3 (days since the step before, of those that
    reached it), waiting (reached the step before and not this one by `until`), waiting_days_median (how long they have
    waited), skipped (have this step's day but lack one before it). `undated` are the rows of the table that say no day
    of the first step, and are followed nowhere. Internal, no release.
    """

    id: str
    chain: Chain
    period: Period
    until: date
    known_on: date | None
    steps: pl.DataFrame = attrs.field(repr=False)
    undated: int = 0
    _rows: pl.DataFrame = attrs.field(alias="rows", repr=False)

    def rows(self) -> pl.DataFrame:
        """The single rows that began in the period: row (its number in the table, from 1), unit, a day for each step,
        reached (the last step it came to), waiting_days (since then, null at the chain's end)."""
        return self._rows

    def text(self, language: str = "en") -> str:
        """The steps in words, in Swedish (`sv`) or English."""
        written = as_language(language)
        lines = [f"{self.chain.title}, {day_text(self.until, written)}"]
        for row in self.steps.iter_rows(named=True):
            reached, of = (number_text(row[at], written) for at in ("reached", "of"))
            said = f"{reached} av {of}" if written == "sv" else f"{reached} of {of}"
            if row["share"] is not None:
                said += f" ({percent_text(row['share'], written)})"
            if row["days_median"] is not None:
                days = number_text(row["days_median"], written)
                said += f", median {days} dagar" if written == "sv" else f", median {days} days"
            if row["waiting"]:
                waiting = number_text(row["waiting"], written)
                said += f", {waiting} väntar" if written == "sv" else f", {waiting} waiting"
            lines.append(f"{row['unit']}: {row['title']}: {said}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()
