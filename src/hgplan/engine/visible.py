"""The rows of a table that exist at a question's clocks: read as declared, newest version, not after `until`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Final

import attrs
import polars as pl

from hgplan.engine.collecting import collect
from hgplan.engine.dense import blank, narrow
from hgplan.engine.facts import Clocks, Facts
from hgplan.engine.ordering import in_order
from hgplan.engine.rowwise import lower
from hgplan.engine.typed import Cast, as_day, cast_column, check_plain, numbered, row_numbers
from hgplan.errors import DataError, PlanError, UnknownName, nearest, raise_all
from hgplan.metrics.columns import column_type
from hgplan.metrics.nodes import Node, columns_of
from hgplan.metrics.tables import Events, FactTable, Spells

__all__ = [
    "CENSORED",
    "DAY",
    "END",
    "ENTITY",
    "FAR",
    "ID",
    "LASTING",
    "OBSERVED",
    "RANK",
    "ROW",
    "STAND",
    "UNIT",
    "Visible",
    "check_declared",
    "names",
    "people",
    "visible",
]

# Columns of the engine's own. A user's column can't begin so and be read by a name in a formula.
UNIT, DAY, END, ENTITY, ID, ROW, RANK = "@unit", "@day", "@end", "@entity", "@id", "@row", "@rank"
CENSORED, OBSERVED = "@censored", "@observed"
# The day by whose tree a row is placed, where it isn't the day on which it happened.
STAND = "@stand"
FAR: Final = date(9999, 12, 31)
# Registers write "no end" as a day far off; from this year on an end is taken for none.
LASTING: Final = 9000
_SMALL: Final = 1_000_000  # ids in a table
_NARROW: Final = frozenset({pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16})  # whose numbers 32 bits hold
_RECORDED, _KNOWN = "@recorded", "@known"


@attrs.frozen(eq=False)
class Visible:
    """A table's visible rows, and the numbers (from 0) of those that were left out because they say no day."""

    frame: pl.DataFrame
    undated: pl.Series


def people() -> pl.Series:
    """A series whose type codes people's names, for one question."""
    return pl.Series([""], dtype=pl.Categorical(pl.Categories.random()))


def names(people: pl.Series, codes: pl.Series) -> pl.Series:
    """The names that codes stand for, by a series whose type codes them."""
    return codes.cat.to(people.dtype).cast(pl.String)


def visible(
    facts: Facts,
    name: str,
    columns: Iterable[str],
    clocks: Clocks,
    people: pl.DataType,
    *,
    ordered: bool,
    numbered: bool = True,
    named: bool = True,
    choices: Sequence[Node] = (),
) -> Visible:
    """Read a table at the clocks; `columns` are the user's columns that are wanted beside the declared roles.

    `choices` are predicates that will be asked of its rows: each becomes a column of yes and no while the table is
    read, so that the columns which only they look at need not be kept. Unless `numbered`, rows go without a number, and
    unless `named` without whose they are.

    `people` are the names of entities that the question has met: text is coded by them, alike in all tables. Rows are
    numbered by id and content only when `ordered`.

    Raises DataError with row numbers for what breaks the declaration, all faults of the table at once, and PlanError
    when `known_on` is asked of a table that doesn't say when its rows were recorded.
    """
    table = facts.table(name)
    lazy = facts.frame(name)
    schema = lazy.collect_schema()
    if clocks.known_on is not None and table.recorded is None:
        raise PlanError(
            f"known_on={clocks.known_on} can't be asked of the table {name!r}: it doesn't say when rows were recorded",
            hint="declare its column with recorded=..., or ask without known_on",
        )
    roles = _roles(table)
    kept = list(dict.fromkeys(columns))
    looked = [column for choice in choices for column in columns_of(choice)]
    wanted = [column for column in dict.fromkeys([*kept, *looked]) if column in schema]
    check_declared(table, schema)
    days = dict.fromkeys(column for role, column in roles.items() if role in (DAY, END, OBSERVED))
    spare = {column for column in [*wanted, *days] if column not in kept}

    def cast(column: str) -> Cast:
        if column in days:
            return as_day(column, schema[column], facts.timezone)
        if column in spare and column not in table.columns and isinstance(schema[column], pl.Categorical):
            return Cast(column, pl.col(column), pl.lit(False), "")  # only compared, which its codes are fastest at
        return cast_column(column, schema[column], table.columns.get(column), facts.timezone)

    casts = [cast(column) for column in dict.fromkeys([*wanted, *days, *table.columns])]
    known = (
        [as_day(table.recorded, schema[table.recorded], facts.timezone)] if table.recorded and clocks.known_on else []
    )
    content = _content(schema) if ordered or (table.id and table.recorded) else []
    versions = [expr for cast in known for expr in (cast.value.alias(_KNOWN), cast.broken.alias(f"@broken:{_KNOWN}"))]
    read = lazy.select(*_columns(facts, table, schema, casts, people if named else None), *versions, *content)
    frame = collect(_chosen(read, choices, spare), name)
    numbered = numbered or ordered or not isinstance(table, Events) or (table.id is not None and bool(table.recorded))
    if numbered:
        frame = frame.with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    faults = [
        fault
        for cast, broken in [
            *((cast, _broken(cast)) for cast in casts),
            *((cast, f"@broken:{_KNOWN}") for cast in known),
        ]
        if (fault := row_numbers(facts, frame[broken], name, _unlike(cast)))
    ]
    # What stands there and can't be read was told above, so it isn't told as empty too.
    unread = [frame[_broken(cast)] for cast in casts if isinstance(table, Spells) and cast.column == table.start]
    unreadable = frame[ROW].filter(unread[0].fill_null(False)) if unread else pl.Series(dtype=pl.Int64)
    frame = _newest(frame.select(pl.exclude(r"^@broken:.*$")), table, clocks)
    faults += _faults(facts, frame, table, unreadable)
    if faults:
        raise_all(f"the data of {name!r} are not as declared", faults)
    if numbered:
        frame = _ranked(frame, table) if ordered else frame.with_columns(pl.col(ROW).alias(RANK))
    return _happened(frame.select(pl.exclude(r"^@content:.*$")), table, clocks)


def choice_column(choice: Node) -> str:
    """The column in which the answers to a predicate stand, where they were told while the table was read."""
    return f"@where:{choice}"


def _chosen(read: pl.LazyFrame, choices: Sequence[Node], only: Set[str]) -> pl.LazyFrame:
    """The rows with an answer to each predicate, and without the columns that only predicates look at."""
    schema = read.collect_schema()
    told, spare = [], set(only)
    for choice in dict.fromkeys(choices):
        try:
            told.append(lower(choice, schema).expr.fill_null(False).alias(choice_column(choice)))
        except PlanError:
            # Whoever asks for these rows is told what is wrong with it, and needs its columns for that.
            spare -= columns_of(choice)
    return read.with_columns(told).drop(sorted(spare)) if told or spare else read


def check_declared(table: FactTable, schema: pl.Schema) -> None:
    """Raise, all together, for declared columns that the data of a table don't have, or that hold no plain values."""
    declared = dict.fromkeys([*_roles(table).values(), *table.columns])
    lacking = [
        UnknownName(f"table {table.name!r} has no column {column!r}", hint=nearest(column, schema.names()))
        for column in declared
        if column not in schema
    ]
    if lacking:
        raise_all(f"the data of {table.name!r} lack columns that were declared", lacking)
    check_plain(table.name, schema, declared)


def _broken(cast: Cast) -> str:
    return f"@broken:{cast.column}"


def _unlike(cast: Cast) -> str:
    return f"column {cast.column!r} holds what is not {cast.wanted}"


def _roles(table: FactTable) -> dict[str, str]:
    roles: dict[str, str | None] = {UNIT: table.unit, ENTITY: table.entity, ID: table.id, _RECORDED: table.recorded}
    if isinstance(table, Spells):
        roles |= {DAY: table.start, END: table.end, CENSORED: table.censored, OBSERVED: table.observed_from}
    else:
        roles[DAY] = table.at
    return {role: column for role, column in roles.items() if column is not None}


def _columns(
    facts: Facts, table: FactTable, schema: pl.Schema, casts: list[Cast], people: pl.DataType | None
) -> list[pl.Expr]:
    columns = [cast.value.alias(cast.column) for cast in casts] + [cast.broken.alias(_broken(cast)) for cast in casts]
    values = {cast.column: cast.value for cast in casts}
    for role, column in _roles(table).items():
        if role in (DAY, END, OBSERVED):
            columns.append(values[column].alias(role))
        elif role == CENSORED:
            truth = cast_column(column, schema[column], column_type("bool"), facts.timezone)
            columns.append(truth.value.fill_null(False).alias(role))
        elif role == _RECORDED:
            text, spaced = isinstance(schema[column], pl.String), pl.col(column).str.replace("T", " ")
            columns.append((pl.when(pl.col(column) != "").then(spaced) if text else pl.col(column)).alias(role))
        elif role == ENTITY:
            if people is not None:
                columns.append(_entity(column, schema[column], people).alias(role))
        elif role != UNIT:
            columns.append(cast_column(column, schema[column], None, facts.timezone).value.alias(role))
    return [*columns, _unit(facts, table, schema).alias(UNIT)]


def _entity(name: str, kind: pl.DataType, people: pl.DataType) -> pl.Expr:
    """Whose row it is, as a number: text by its code, so that people are compared as fast as numbers are."""
    column = pl.col(name)
    if isinstance(kind, pl.String | pl.Categorical | pl.Enum):
        text = column.cast(pl.String)
        known = pl.when(text != "").then(text)
        return known.cast(people).to_physical()
    if kind.is_integer():
        # One width for all tables, so that a person is found again in another one.
        return column.cast(pl.Int128 if kind in (pl.UInt64, pl.Int128, pl.UInt128) else pl.Int64)
    if isinstance(kind, pl.Null):
        return column
    return column.cast(pl.String).cast(people).to_physical()


def _unit(facts: Facts, table: FactTable, schema: pl.Schema) -> pl.Expr:
    """The number of the row's unit in the organisation, one more than all of them where it names one that isn't there.

    There is one a row, so it is as narrow as it can be.
    """
    units = facts.organisation.units
    nowhere, kind = len(units), narrow(len(units) + 1)
    root = units.index(facts.organisation.root)
    if table.unit is None:
        return pl.lit(root, dtype=kind)
    column = schema[table.unit]
    if column.is_integer() and column not in (pl.UInt64, pl.Int128, pl.UInt128):
        # Numbers are looked up as such: writing out each of many rows as text takes far longer than all the rest.
        ids = {int(unit): number for number, unit in enumerate(units) if unit.isdecimal() and str(int(unit)) == unit}
        held = column in _NARROW and all(id < 2**31 - 1 for id in ids)
        return _numbered(pl.col(table.unit).cast(pl.Int32 if held else pl.Int64), ids, nowhere, root, kind)
    unit = pl.col(table.unit).cast(pl.String)
    index = unit.replace_strict(pl.Series(units), range(nowhere), default=nowhere, return_dtype=kind)
    return pl.when(unit.is_null() | (unit == "")).then(pl.lit(root, dtype=kind)).otherwise(index)


def _numbered(ids: pl.Expr, numbers: Mapping[int, int], nowhere: int, root: int, kind: pl.DataType) -> pl.Expr:
    """The number of each id, the root's for none; looked up in a table of all ids where that is small."""
    known = {id: number for id, number in numbers.items() if id < 2**63 - 1}
    low, high = min(known, default=1), max(known, default=0)
    if high - low > _SMALL:
        named, told = pl.Series(list(known), dtype=pl.Int64), pl.Series(list(known.values()), dtype=kind)
        index = ids.cast(pl.Int64).replace_strict(named, told, default=nowhere, return_dtype=kind)
        return pl.when(ids.is_null()).then(pl.lit(root, dtype=kind)).otherwise(index)
    listed = [nowhere, *(known.get(id, nowhere) for id in range(low, high + 1)), nowhere, root]
    # Every place is in the list, so none is asked whether it fits.
    place = (ids.clip(low - 1, high + 1) - (low - 1)).cast(pl.UInt32, strict=False, wrap_numerical=True)
    return pl.lit(pl.Series(listed, dtype=kind)).gather(place.fill_null(len(listed) - 1))


def _content(schema: pl.Schema) -> list[pl.Expr]:
    """Every column as it came, for the order of rows by content."""
    return [pl.col(name).alias(f"@content:{name}") for name, kind in schema.items() if not kind.is_nested()]


def _ranked(frame: pl.DataFrame, table: FactTable) -> pl.DataFrame:
    """Number the rows by id, then by content, so that no answer hangs on the order in which they came."""
    if table.id is not None and _ascending(frame[ID]):
        return frame.with_columns(pl.col(ROW).alias(RANK))
    content = sorted(name for name in frame.columns if name.startswith("@content:"))
    if table.id is not None:
        alone = frame[ID].null_count() == 0 and frame[ID].n_unique() == len(frame)
        content = [ID] if alone else [ID, *content]
    order = in_order(frame, content)
    rank = blank(len(frame), pl.Int64()).scatter(order, pl.int_range(len(frame), eager=True))
    return frame.with_columns(rank.alias(RANK))


def _ascending(ids: pl.Series) -> bool:
    """Whether the rows already stand by id, each with one of its own."""
    return ids.null_count() == 0 and bool((ids.shift(1) < ids).slice(1).all())


def _newest(frame: pl.DataFrame, table: FactTable, clocks: Clocks) -> pl.DataFrame:
    """Keep of each id the version that was recorded last by `known_on`; without a mark a row was always known."""
    if table.recorded is None:
        return frame
    if clocks.known_on is not None:
        frame = frame.filter(pl.col(_KNOWN).is_null() | (pl.col(_KNOWN) <= clocks.known_on)).drop(_KNOWN)
    if table.id is None:
        return frame
    again = frame.filter(pl.col(ID).is_not_null() & pl.col(ID).is_duplicated())
    if again.is_empty():
        return frame
    content = sorted(name for name in frame.columns if name.startswith("@content:"))
    newest = again.sort([_RECORDED, *content], nulls_last=False).unique(ID, keep="last", maintain_order=True)
    older = again.join(newest, on=ROW, how="anti").select(ROW)
    return frame.join(older, on=ROW, how="anti", maintain_order="left")


def _faults(facts: Facts, frame: pl.DataFrame, table: FactTable, unreadable: pl.Series) -> list[DataError]:
    def told(mask: pl.Series, what: str) -> DataError | None:
        # Versions may have left the frame, so a row is told by the number it came with.
        marked = mask.fill_null(False)
        return numbered(
            facts, frame[ROW].filter(marked) if ROW in frame.columns else marked.arg_true(), table.name, what
        )

    nowhere = frame[UNIT] == len(facts.organisation.units)
    faults = [told(nowhere, f"column {table.unit!r} names a unit that the organisation doesn't have")]
    if isinstance(table, Spells):
        began = frame[DAY].is_not_null()
        if len(unreadable):
            began |= frame[ROW].is_in(unreadable.implode())
        faults.append(told(~began, f"column {table.start!r} is empty: the state never began"))
        faults.append(told(frame[END] < frame[DAY], f"column {table.end!r} is before {table.start!r}"))
    return [fault for fault in faults if fault is not None]


def _happened(frame: pl.DataFrame, table: FactTable, clocks: Clocks) -> Visible:
    undated = frame[ROW].filter(frame[DAY].is_null()) if ROW in frame.columns else frame[DAY].is_null().arg_true()
    happened = (frame[DAY] <= clocks.until).fill_null(False)
    if not happened.all():
        frame = frame.filter(happened)
    if isinstance(table, Spells):
        ended = pl.when(pl.col(END) <= clocks.until).then(pl.col(END)).otherwise(pl.lit(FAR))
        frame = frame.with_columns(ended.alias(END))
    if ENTITY not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Null).alias(ENTITY))
    return Visible(frame.drop(_RECORDED, strict=False), undated)
