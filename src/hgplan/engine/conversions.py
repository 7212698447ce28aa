"""Conversion: who was contacted, and what they then did, with each deed credited once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date

import attrs
import polars as pl

from hgplan.engine.collecting import MANY, worked
from hgplan.engine.entities import joinable
from hgplan.engine.grid import Grid, in_windows
from hgplan.engine.packed import added, different
from hgplan.engine.roads import CONVERSIONS, CREDITS, GROUPS, PLACED, Way
from hgplan.engine.rowsets import Reader, Rows
from hgplan.engine.streams import Stream, stream_of
from hgplan.engine.tallies import Tally
from hgplan.engine.tree import NODE
from hgplan.engine.visible import DAY, ENTITY, RANK, STAND, UNIT
from hgplan.errors import PlanError
from hgplan.metrics.counts import Converted
from hgplan.model.durations import Duration

__all__ = ["converted"]

_BITS = 64
_AT_ONCE = 1 << 22  # contacts and deeds that are looked through at once
_BASE, _DEED, _CLOSES, _DONE, _RIPE = "@base", "@deed", "@closes", "@done", "@ripe"
_KEY, _NEXT = "@key", "@next"


def converted(reader: Reader, grid: Grid, measure: Converted) -> Tally:
    """Different people credited (kept) over different people contacted (ripe), or rows over rows; n that matured."""
    base = reader.events(measure.rows, grid.nodes)
    packed = _packed(reader, grid, measure, base)
    reader.took(measure, packed if isinstance(packed, Way) else CONVERSIONS)
    if not isinstance(packed, Way):
        return packed
    deeds = _deeds(reader, grid, measure)
    extra = dict.fromkeys([*grid.by, *measure.same])
    contacts = reader.with_columns(base, extra).filter(pl.col(ENTITY).is_not_null())
    contacts = contacts.with_row_index(_BASE).with_columns(*_window(measure, reader))
    credits = _credits(contacts, deeds, base, measure)
    placed = reader.on(Rows(contacts, base.table, base.kind, base.placed), grid.nodes)
    entries = in_windows(placed, grid.windows)
    matured = entries.filter(_RIPE)
    ripe = entries if measure.immature == "include" else matured
    done = ripe.join(credits, on=_keys(credits), how="inner")
    if measure.count == "entities":
        below = ripe.select(*grid.keys, ENTITY).unique()
        above = done.select(*grid.keys, ENTITY).unique()
    else:
        below = ripe
        above = done if measure.attribution != "all" else done.unique([*grid.keys, _DEED])
    counted = _lengths(entries, grid, "n")
    for name, rows in (("matured", matured), ("ripe", below), ("kept", above)):
        counted = counted.join(_lengths(rows, grid, name), on=grid.keys, how="left", nulls_equal=True)
    return Tally(grid.laid(counted).with_columns(pl.all().fill_null(0)))


def _packed(reader: Reader, grid: Grid, measure: Converted, base: Rows) -> Tally | Way:
    """The same from states: those who were credited are different people among the contacts, as all of them are."""
    if grid.by:
        return GROUPS
    if base.placed:
        return PLACED
    if measure.count == "rows" or measure.scope == "unit":
        return CREDITS
    include = measure.immature == "include"

    def known() -> pl.DataFrame:
        frame = reader.with_columns(base, measure.same)
        wanted = [name for name in (UNIT, ENTITY, DAY, RANK, STAND) if name in frame.columns]
        known = frame.select(*wanted, *dict.fromkeys(measure.same))
        return known.drop_nulls(ENTITY) if known[ENTITY].null_count() else known

    rows: pl.DataFrame = reader.once(("contacts", measure.rows, measure.same), known)
    everyone = Stream(("contacts", measure.rows, measure.same), rows)
    shared = stream_of(reader, grid, measure.rows)
    if isinstance(shared, Stream) and shared.chosen is None and len(rows) == len(shared.frame):
        # Nobody is left out, so what was made of the same rows for other measures serves here too.
        everyone = attrs.evolve(everyone, name=shared.name)
    matured = _matured(reader, measure, rows[DAY])
    followed = everyone if include else attrs.evolve(everyone, choice=("matured", measure), chosen=matured)
    waiting = attrs.evolve(everyone, choice=("waiting", measure), chosen=~matured)

    def credited() -> pl.DataFrame:
        with reader.alone if len(rows) > MANY else nullcontext():
            found = _credited(rows, _deeds(reader, grid, measure), base, measure)
        return found if include else found.filter(_matured(reader, measure, found[DAY]))

    done: pl.DataFrame = reader.once(("credited", measure), credited)
    below = different(reader, grid, followed, ENTITY)
    above = different(reader, grid, Stream(("credited", measure), done), ENTITY)
    if isinstance(below, Way):
        return below
    if isinstance(above, Way):
        return above
    entries = added(reader, grid, everyone)
    # Those who wait for their window to close are the fewer.
    grown = entries - added(reader, grid, waiting)
    return Tally(pl.DataFrame({"n": entries, "matured": grown, "ripe": below, "kept": above}))


def _matured(reader: Reader, measure: Converted, days: pl.Series) -> pl.Series:
    """Whether the window that begins on each day has closed: told of each different day, for they are few."""
    first, last = days.min(), days.max()
    if not isinstance(first, date) or not isinstance(last, date):
        return days.is_not_null()
    told = pl.select(pl.date_range(first, last).alias(DAY)).with_columns(*_window(measure, reader))
    open_from = told.filter(~pl.col(_RIPE))[DAY].min()
    # Windows close in the order in which they open.
    return days.is_not_null() if open_from is None else days < open_from


def _credited(contacts: pl.DataFrame, deeds: Rows, base: Rows, measure: Converted) -> pl.DataFrame:
    """The contacts to which some deed is credited, anywhere in the organisation."""
    first = contacts[DAY].min()
    if first is None:
        return contacts
    late = deeds.frame.filter(pl.col(ENTITY).is_not_null() & (pl.col(DAY) >= first))
    left, right = joinable(contacts, late, base.table, deeds.table)
    if measure.attribution == "all" and not measure.same:
        # Any deed in the window is credited, so the next one tells.
        ahead = _ahead(left, right)
        if ahead is not None:
            closing = [part.with_columns(_closing(measure)).filter(_in_time()) for part in ahead]
            return pl.concat([worked(part.drop(_CLOSES, _DONE), _AT_ONCE) for part in closing])
    wanted = left.lazy().filter(pl.col(ENTITY).is_in(right[ENTITY].unique().implode()))
    numbered = worked(wanted, len(left)).with_row_index(_BASE).with_columns(_closing(measure))
    credits = _credits(numbered, deeds, base, measure)
    return numbered.join(credits.select(_BASE).unique(), on=_BASE, how="semi")


def _in_time() -> pl.Expr:
    """Whether a deed was done before the window closed."""
    return pl.col(_CLOSES).is_null() | (pl.col(_DONE) < pl.col(_CLOSES))


def _ahead(contacts: pl.DataFrame, deeds: pl.DataFrame) -> list[pl.LazyFrame] | None:
    """Unit, entity and day of the contacts that a deed follows, and the day of the next one; in parts.

    Contacts and deeds are sorted together as numbers, `entity | day | unit`; None where these are too wide, or where
    more is to be known of a contact.
    """
    if deeds.is_empty():
        return [contacts.clear().lazy().with_columns(pl.col(DAY).alias(_DONE))]
    kind, days, units = contacts.schema[ENTITY], (contacts[DAY], deeds[DAY]), contacts[UNIT]
    if STAND in contacts.columns or not kind.is_integer():
        return None
    low, high = _ends(deeds[ENTITY])
    begin, end = _ends(pl.Series([edge for each in days for edge in _ends(each.to_physical())]))
    # Whatever the unit, a deed comes after the contacts of its day.
    unit_bits, day_bits = (_ends(units)[1] + 1).bit_length(), (end - begin).bit_length()
    if (high - low).bit_length() + day_bits + unit_bits > _BITS:
        return None
    deed, whose = (1 << unit_bits) - 1, 1 << (unit_bits + day_bits)
    entity = (pl.col(ENTITY) - pl.lit(low, dtype=kind)).cast(pl.UInt64)
    day = (pl.col(DAY).to_physical() - begin).cast(pl.UInt64)
    when = entity * whose + day * (1 << unit_bits)
    about = contacts.lazy().filter(pl.col(ENTITY).is_in(deeds[ENTITY].unique().implode()))
    asked = worked(about.select((when + pl.col(UNIT).cast(pl.UInt64)).alias(_KEY)), len(contacts))
    done = deeds.lazy().select((when + deed).alias(_KEY)).collect()
    key, following = pl.col(_KEY), pl.col(_NEXT)
    next_deed = pl.when(key & deed == deed).then(key).backward_fill().alias(_NEXT)

    def day_of(number: pl.Expr) -> pl.Expr:
        return ((number % whose // (1 << unit_bits)).cast(pl.Int32) + begin).cast(pl.Date)

    told = (
        (key & deed).cast(units.dtype).alias(UNIT),
        ((key // whose).cast(kind) + pl.lit(low, dtype=kind)).alias(ENTITY),
        day_of(key).alias(DAY),
        day_of(following).alias(_DONE),
    )
    followed = (key & deed != deed) & (key // whose == following // whose)
    parts = _apart(pl.concat([asked[_KEY], done[_KEY]]).sort(), whose)
    return [part.to_frame().lazy().select(key, next_deed).filter(followed).select(told) for part in parts]


def _apart(keys: pl.Series, whose: int) -> Iterator[pl.Series]:
    """Sorted keys in parts, never with an entity in two of them."""
    start = 0
    while start < len(keys):
        end = min(start + _AT_ONCE, len(keys))
        beyond = (int(keys[end - 1]) // whose + 1) * whose
        end = int(keys.search_sorted(beyond)) if beyond < 2**_BITS else len(keys)
        yield keys.slice(start, end - start)
        start = end


def _ends(numbers: pl.Series) -> tuple[int, int]:
    """The least and the greatest of whole numbers, of which there is one at least."""
    return int(numbers.min()), int(numbers.max())  # type: ignore[arg-type]  # whole numbers


def _deeds(reader: Reader, grid: Grid, measure: Converted) -> Rows:
    """What the contacted may do: anywhere in the organisation, or in the subtree of each node."""
    if measure.scope == "organisation":
        rows = reader.events(measure.to, reader.root)
        frame = reader.with_columns(rows, measure.same)
        return Rows(frame.drop(NODE) if rows.placed else frame, rows.table, rows.kind)
    rows = reader.events(measure.to, grid.nodes)
    frame = reader.with_columns(rows, measure.same)
    return Rows(
        reader.on(Rows(frame, rows.table, rows.kind, rows.placed), grid.nodes), rows.table, rows.kind, placed=True
    )


def _closing(measure: Converted) -> pl.Expr:
    """The day on which a contact's window closes; none, where it never does."""
    if measure.within is None:
        return pl.lit(None, dtype=pl.Date).alias(_CLOSES)
    length, day = Duration.parse(measure.within), pl.col(DAY)
    begun = day.dt.offset_by(f"{length.months}mo") if length.months else day
    return (begun + pl.duration(days=length.days)).alias(_CLOSES)


def _window(measure: Converted, reader: Reader) -> list[pl.Expr]:
    closes = _closing(measure)
    # The window is open on its last day, the one before it closes.
    closed = closes - pl.duration(days=1) <= reader.clocks.until
    return [closes, closed.fill_null(True).alias(_RIPE)]


def _credits(contacts: pl.DataFrame, deeds: Rows, base: Rows, measure: Converted) -> pl.DataFrame:
    """Which contact each deed is credited to, dealt once among all contacts, mature or not."""
    for name in measure.same:
        for frame, table in ((contacts, base.table), (deeds.frame, deeds.table)):
            if name not in frame.columns:
                raise PlanError(f"same={name!r} is no column of table {table.name!r}")
    nodes = [NODE] if base.placed or deeds.placed else []
    # Where every contact is credited, none comes first.
    ranked = [] if measure.attribution == "all" else [RANK]
    left = contacts.select(_BASE, ENTITY, DAY, *ranked, _CLOSES, *measure.same, *([NODE] if base.placed else []))
    numbered = deeds.frame.filter(pl.col(ENTITY).is_not_null()).with_row_index(_DEED)
    right = numbered.select(_DEED, ENTITY, pl.col(DAY).alias(_DONE), *measure.same, *([NODE] if deeds.placed else []))
    left, right = joinable(left, right, base.table, deeds.table)
    on = [ENTITY, *measure.same, *([NODE] if base.placed and deeds.placed else [])]
    pairs = left.join(right, on=on, how="inner")
    inside = pairs.filter((pl.col(DAY) <= pl.col(_DONE)) & _in_time())
    if measure.attribution != "all":
        ordered = inside.sort([DAY, RANK], descending=[measure.attribution == "latest", False])
        inside = ordered.unique([_DEED, *nodes], keep="first", maintain_order=True)
    return inside.select(_BASE, _DEED, *nodes)


def _keys(credits: pl.DataFrame) -> list[str]:
    return [_BASE, NODE] if NODE in credits.columns else [_BASE]


def _lengths(rows: pl.DataFrame, grid: Grid, name: str) -> pl.DataFrame:
    return rows.group_by(grid.keys).agg(pl.len().cast(pl.Int64).alias(name))
