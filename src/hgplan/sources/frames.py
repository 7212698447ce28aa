"""What a host hands over as data: a frame of any library, or a path."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from hgplan.errors import PlanError
from hgplan.sources.files import scan_file
from hgplan.sources.paths import existing, refuse_url

__all__ = ["frame"]


@runtime_checkable
class _Streaming(Protocol):
    """Anything that hands its rows over by the Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def frame(data: object, *, name: str) -> pl.LazyFrame:
    """The data of the table `name` as a lazy frame; a lazy one stays as lazy as it is.

    Takes a polars frame, anything with `__arrow_c_stream__` (pandas, pyarrow, duckdb), or a path to a file; raises
    PlanError for all else.

    >>> frame(pl.DataFrame({"unit": ["a"]}), name="reports").collect_schema().names()
    ['unit']
    """
    match data:
        case pl.LazyFrame():
            return data
        case pl.DataFrame():
            return data.lazy()
        case str() | Path():
            refuse_url(str(data))
            return scan_file(existing(Path(data), named=str(data)))
        case _Streaming():
            return _streamed(data, name)
    raise PlanError(
        f"the data of {name!r} is {_kind(data)}, which can't be read as rows",
        hint="give a polars frame, anything with __arrow_c_stream__ (pandas, pyarrow, duckdb), or a file's path",
    )


def _streamed(data: _Streaming, name: str) -> pl.LazyFrame:
    try:
        return pl.DataFrame(data).lazy()
    except ImportError:
        # A pandas frame has the method, and pyarrow behind it.
        what = f"the data of {name!r} is {_kind(data)}, which needs pyarrow to hand its rows over"
        raise PlanError(what, hint="pip install pyarrow, or give polars.DataFrame(...)") from None
    except TypeError:
        what = f"the data of {name!r} is {_kind(data)}, whose __arrow_c_stream__ gives no stream"
        raise PlanError(what, hint="give a polars frame") from None


def _kind(data: object) -> str:
    kind = data if isinstance(data, type) else type(data)
    named = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return "None" if data is None else f"the class {named}" if isinstance(data, type) else f"a {named}"
