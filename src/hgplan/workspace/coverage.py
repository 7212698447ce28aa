"""A coverage matrix as a value: its cells, the empty ones, the share that is covered, and all of it in words."""

from __future__ import annotations

from datetime import date

import attrs
import polars as pl

from hgplan.outputs.numbers import Language, as_language, day_text, number_text, percent_text

__all__ = ["Coverage"]


@attrs.frozen(kw_only=True, eq=False)
class Coverage:
    """Which cells of a matrix are covered.

    `cells` has a row a cell: row, row_title, column, column_title, count, covered. `counted` says what is counted:
    "activities", or a table. `unplaced` are those that stand in no cell, for they say no word of one side.
    `rows_declared` and `columns_declared` say whether somebody declared the words; where nobody did they are those that
    occur, and a word that lacks altogether can't be seen. Internal, no release.
    """

    rows: str
    columns: str
    counted: str
    until: date
    cells: pl.DataFrame = attrs.field(repr=False)
    unplaced: int = 0
    rows_declared: bool = True
    columns_declared: bool = True

    @property
    def numerator(self) -> int:
        """How many cells are covered."""
        return int(self.cells["covered"].sum())

    @property
    def denominator(self) -> int:
        """How many cells there are."""
        return self.cells.height

    @property
    def share(self) -> float | None:
        """The share of the cells that is covered; None where there are no cells."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def empty(self) -> pl.DataFrame:
        """The cells with nothing in them: row, row_title, column, column_title."""
        return self.cells.filter(~pl.col("covered")).drop("count", "covered")

    @property
    def matrix(self) -> pl.DataFrame:
        """The counts as a wide frame: row, row_title, and a column for each word of the other side.

        A word that is also the name of one of the first two columns goes by `column:` and the word.
        """
        names = {word: f"column:{word}" if word in ("row", "row_title") else word for word in self._words("column")}
        wide = self.cells.select("row", "row_title").unique(maintain_order=True)
        for word, name in names.items():
            counts = self.cells.filter(pl.col("column") == word).select("row", pl.col("count").alias(name))
            wide = wide.join(counts, on="row", how="left", maintain_order="left")
        return wide

    def text(self, language: str = "en") -> str:
        """The share, and the empty cells row by row, in Swedish (`sv`) or English."""
        written = as_language(language)
        lines = [self._head(written), *self._gaps(written)]
        for name, declared in ((self.rows, self.rows_declared), (self.columns, self.columns_declared)):
            if not declared:
                lines.append(_said(written, _UNDECLARED).format(name=name))
        if self.unplaced:
            lines.append(_said(written, _UNPLACED).format(count=number_text(self.unplaced, written)))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text()

    def _words(self, side: str) -> list[str]:
        return self.cells[side].unique(maintain_order=True).to_list()

    def _head(self, language: Language) -> str:
        head = f"{self.rows} × {self.columns}, {day_text(self.until, language)}"
        if self.share is None:
            return f"{head}: {_said(language, _NONE)}"
        counts = number_text(self.numerator, language), number_text(self.denominator, language)
        return f"{head}: {_said(language, _COVERED).format(*counts)} ({percent_text(self.share, language)})"

    def _gaps(self, language: Language) -> list[str]:
        gaps = self.empty.group_by("row", "row_title", maintain_order=True).agg("column_title")
        width = len(self._words("column"))
        return [
            f"{title}: {_said(language, _NOTHING) if len(missing) == width and width > 1 else ', '.join(missing)}"
            for title, missing in gaps.select("row_title", "column_title").iter_rows()
        ]


_COVERED = ("{} av {} rutor är täckta", "{} of {} cells are covered")
_NONE = ("det finns inga rutor", "there are no cells")
_NOTHING = ("ingenting", "nothing at all")
_UNDECLARED = (
    "Ingen har sagt vilka ord {name} har: här står de som förekommer.",
    "Nobody declared the words of {name}: these are those that occur.",
)
_UNPLACED = ("Utan plats här: {count}.", "Without a place here: {count}.")


def _said(language: Language, both: tuple[str, str]) -> str:
    return both[0] if language == "sv" else both[1]
