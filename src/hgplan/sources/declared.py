"""The rows of a declared table: from its file or its source, renamed and with its values spelled as declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from hgplan.errors import Location, PlanError, PluginError, UnknownName, nearest, raise_all
from hgplan.hookspecs import Source
from hgplan.metrics import Table
from hgplan.model import RowsDeclaration, SourceReference, TableDeclaration
from hgplan.sources.columns import check_columns, in_file, with_points
from hgplan.sources.files import Reading, scan_raw
from hgplan.sources.paths import inside

__all__ = ["Querying", "lazy_rows", "new_names", "scan_declared", "scan_origin"]


@runtime_checkable
class Querying(Protocol):
    """A source that also takes queries in a language of its own; `query = "..."` in a plan wants one."""

    def query(self, text: str) -> pl.LazyFrame:
        """Give the rows of a query as a lazy frame."""
        ...


def scan_declared(
    declaration: TableDeclaration | RowsDeclaration,
    *,
    table: Table | None,
    base: Path,
    origins: Mapping[str, Source],
    columns: Sequence[str] | None = None,
    start: date | None = None,
    until: date | None = None,
) -> pl.LazyFrame:
    """The rows that a plan in the folder `base` declares, as the table's declaration names them.

    `origins` are the plan's opened sources. Raises PlanError for what the plan says wrong, DataError for what its file
    holds wrong, and PluginError for a source that doesn't keep its promise.
    """
    reference = declaration.source
    if reference is None:
        what = "the table has no source" if table is None else f"table {table.name!r} has no source"
        raise PlanError(what, hint="say source = 'FILE', or hand its rows over as data")
    where: Location | str
    if reference.path is not None:
        path = inside(reference.path, base)
        where = path.name if path.is_dir() else Location(path.name, 1)
        rows = scan_raw(path, Reading.of(reference), in_file(table, declaration.rename))
    else:
        name = reference.table or (table.name if table is not None else None)
        where = f"source {reference.origin!r}"
        rows = scan_origin(reference, name, origins, columns=columns, start=start, until=until)
    names = new_names(rows.collect_schema().names(), declaration, where)
    check_columns(names.values(), table, where)
    renamed = rows.rename({old: new for old, new in names.items() if old != new})
    pointed = with_points(renamed, names.values(), table, reference.decimal)
    return _reworded(pointed, declaration.values)


def scan_origin(
    reference: SourceReference,
    table: str | None,
    origins: Mapping[str, Source],
    *,
    columns: Sequence[str] | None = None,
    start: date | None = None,
    until: date | None = None,
) -> pl.LazyFrame:
    """What a named source answers to a plan's reference: a table's rows or a query's."""
    origin = str(reference.origin)
    if origin not in origins:
        raise UnknownName(f"no source named {origin!r}", hint=nearest(origin, origins))
    source = origins[origin]
    where = f"source {origin!r}"
    if reference.query is not None:
        if not isinstance(source, Querying):
            hint = nearest("", source.tables())
            raise PlanError(f"source {origin!r} takes no queries", where=where, hint=f"name one of its tables; {hint}")
        return lazy_rows(source.query(reference.query), "query")
    if table is None:
        raise PlanError(f"which table of the source {origin!r} is wanted?", where=where, hint="say table = ...")
    known = source.tables()
    if table not in known:
        raise UnknownName(f"source {origin!r} has no table {table!r}", where=where, hint=nearest(table, known))
    return lazy_rows(source.scan(table, columns=columns, start=start, until=until), "scan")


def new_names(
    names: Sequence[str], declaration: TableDeclaration | RowsDeclaration, where: Location | str
) -> dict[str, str]:
    """What each column is called as the plan declares; raises PlanErrors for what `rename` and `values` misname."""
    rename = declaration.rename
    after = [rename.get(name, name) for name in names]
    faults: list[PlanError] = [*_unknown(rename, names, "rename", where)]
    faults += [
        PlanError(f"rename makes a second column {name!r}", where=where, hint="rename the other one too")
        for name in sorted({name for name in after if after.count(name) > 1})
    ]
    faults += _unknown(declaration.values, after, "values", where)
    if faults:
        raise_all("rename and values", faults)
    return dict(zip(names, after, strict=True))


def _reworded(rows: pl.LazyFrame, values: Mapping[str, Mapping[str, str]]) -> pl.LazyFrame:
    """The rows with values spelled as declared; one that isn't listed stays."""
    spelled = [pl.col(column).cast(pl.String).replace(dict(words)) for column, words in values.items() if words]
    return rows.with_columns(spelled) if spelled else rows


def _unknown(given: Iterable[str], known: Sequence[str], what: str, where: Location | str) -> list[UnknownName]:
    return [
        UnknownName(f"{what} names a column {name!r} that isn't there", where=where, hint=nearest(name, known))
        for name in given
        if name not in known
    ]


def lazy_rows(answer: object, verb: str) -> pl.LazyFrame:
    """What a source answered, as a lazy frame whose columns can be told; raises PluginError for anything else."""
    if isinstance(answer, pl.DataFrame):
        return answer.lazy()
    if not isinstance(answer, pl.LazyFrame):
        raise PluginError(f"{verb} gave a {type(answer).__name__}, not a polars LazyFrame")
    # A plugin's own code may run where the columns are asked for.
    answer.collect_schema()
    return answer
