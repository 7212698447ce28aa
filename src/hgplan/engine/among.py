"""Who is among some others, and who stands in several rows: looked up in tables of bits where numbers allow it."""

from __future__ import annotations

import polars as pl

from hgplan.engine.dense import blank, unlike

__all__ = ["among", "repeated"]

_SMALL = 2**28  # numbers in a table of yes and no, a bit each


def among(entities: pl.Series, wanted: pl.Series) -> pl.Series:
    """Whether each entity is among the wanted ones. Nobody (null) never is."""
    low, high = (entities.min(), entities.max()) if entities.dtype.is_integer() else (None, None)
    if not isinstance(low, int) or not isinstance(high, int) or high - low > _SMALL:
        return entities.is_in(wanted.drop_nulls().implode()).fill_null(False)
    table = blank(high - low + 1, pl.Boolean())
    table = table.scatter(_places(wanted.filter(wanted.is_between(low, high)), low), True)
    found = table[_places(entities, low)]
    return found.fill_null(False) if found.null_count() else found


def _places(entities: pl.Series, low: int) -> pl.Series:
    wide = entities if entities.dtype == pl.Int128 else entities.cast(pl.Int64)
    # All of them fit, so none is asked whether it does.
    return (wide - pl.Series([low], dtype=wide.dtype)).cast(pl.UInt32, strict=False, wrap_numerical=True)


def repeated(entities: pl.Series) -> pl.Series:
    """Whether each entity stands in other rows too.

    Sorted, the rows of one stand side by side: that is found out faster than by looking everybody up.
    """
    ordered = entities.sort()
    return among(entities, ordered.filter(~unlike(ordered)))
