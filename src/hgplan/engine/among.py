"""Who is among some others, and who stands in several rows: looked up in tables of bits where numbers allow it."""

from __future__ import annotations

import polars as pl

from hgplan.engine.dense import blank

__all__ = ["among", "repeated"]

_SMALL = 2**28  # numbers in a table of yes and no, a bit each


def among(entities: pl.Series, wanted: pl.Series) -> pl.Series:
    """Whether each entity is among the wanted ones. Nobody (null) never is."""
    low, high = wanted.min(), wanted.max()
    if not isinstance(low, int) or not isinstance(high, int) or high - low > _SMALL:
        return entities.is_in(wanted.drop_nulls().implode()).fill_null(False)
    # What lies outside, and nobody, looks where nothing ever stands.
    nowhere = high - low + 1
    table = blank(nowhere + 1, pl.Boolean()).scatter(_places(wanted.drop_nulls(), low), True)
    inside = entities.is_between(low, high)
    if inside.all() and not inside.null_count():
        return table.gather(_places(entities, low))
    found = blank(len(entities), pl.Boolean())
    rows = inside.arg_true()
    return found.scatter(rows, table.gather(_places(entities.gather(rows), low)))


def _places(entities: pl.Series, low: int) -> pl.Series:
    # All of them fit, so none is asked whether it does.
    return (entities - pl.Series([low], dtype=entities.dtype)).cast(pl.UInt32, strict=False, wrap_numerical=True)


def repeated(entities: pl.Series) -> pl.Series:
    """Whether each entity stands in other rows too.

    Sorted, the rows of one stand side by side: that is found out faster than by looking everybody up.
    """
    ordered = entities.sort()
    return among(entities, ordered.filter(ordered == ordered.shift(1)))
