"""Kept states on disk: whole generations, of which one at a time is the current one."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

import attrs
import polars as pl

from hgplan.engine import Coding, KeptKeys, KeyRun, KeyStore, Names, Tally, merged
from hgplan.errors import DataError, PlanError, raise_all
from hgplan.outputs.writing import written_whole

__all__ = ["NO_NAMES", "NUMBER", "KeptFiles"]

NUMBER: Final = "@kept"
"""The column that numbers kept rows."""

NO_NAMES: Final[Mapping[str, Any]] = MappingProxyType({"files": [], "count": 0})
"""What is told of names where there are none."""

_LOOKED: Final = 1 << 20  # keys that are looked at to tell whether all of them are in order
_CURRENT: Final = "current.json"
_FORMAT: Final = 3
_ANEW: Final = "keep the states anew: ws.save_states(folder)"


@attrs.frozen
class KeptFiles:
    """A folder of kept states.

    `current.json` names the generation that holds: a file of each table's rows for every change that brought some, the
    numbers of those that went since, a file for each tally, runs of kept keys and of names, and how long each is. It is
    written last and takes its name when it is whole, so that whoever is stopped in the middle leaves the generation
    before as it was.
    """

    folder: Path

    def told(self) -> dict[str, Any]:
        """What is kept, as it was told; raises PlanError where nothing is."""
        told = self._current()
        if told.get("format") != _FORMAT:
            raise PlanError(f"the states in {str(self.folder)!r} are of another format", hint="keep them anew")
        return told

    def _current(self) -> dict[str, Any]:
        try:
            told = json.loads((self.folder / _CURRENT).read_text("utf-8"))
        except FileNotFoundError:
            what = f"no states are kept in {str(self.folder)!r}"
            raise PlanError(what, hint="ws.save_states(folder) keeps them") from None
        except (OSError, ValueError) as error:
            raise DataError(f"the states in {str(self.folder)!r} can't be read ({type(error).__name__})") from None
        return told if isinstance(told, dict) else {}

    def rows(self, told: Mapping[str, Any], table: str) -> pl.LazyFrame:
        """A table's rows with their numbers, without those that went.

        Raises DataError where a file that tells of them can't be read.
        """
        kept = told["tables"][table]
        paths = [self.folder / name for name in kept["files"]]
        with _read_of(paths[0]):
            rows = pl.scan_parquet(paths)
            rows.select(NUMBER).collect_schema()
        if kept["gone"] is None:
            return rows
        return rows.filter(~pl.col(NUMBER).is_in(self.gone(kept).implode()))

    def gone(self, kept: Mapping[str, Any]) -> pl.Series:
        """The numbers of a table's rows that went."""
        return _told(self.folder / kept["gone"])[NUMBER]

    def chosen(self, rows: pl.LazyFrame, table: str) -> pl.DataFrame:
        """Some of a table's rows; raises DataError where they can't be read to their end."""
        with _read_of(self.folder, f"the kept rows of {table!r}"):
            return rows.collect()

    def tallies(self, told: Mapping[str, Any]) -> dict[str, Tally]:
        """The tallies by their keys."""
        return {key: Tally(_told(self.folder / one["file"]), one["scale"]) for key, one in told["tallies"].items()}

    @contextmanager
    def begun(self) -> Iterator[Path]:
        """A folder of one's own for the next generation, empty; it goes again where the work on it ends in an error.

        Raises PlanError where somebody else settles a generation before this one is settled.
        """
        number = self._generation() + 1
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"generation-{number:06}-{secrets.token_hex(4)}"
            path.mkdir()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise PlanError(f"cannot keep states in {str(self.folder)!r}: {reason}") from None
        try:
            yield path
        except BaseException as error:
            if self._generation() < number:
                shutil.rmtree(path, ignore_errors=True)
            elif isinstance(error, OSError | pl.exceptions.PolarsError | DataError):
                raise self._changed() from None  # whoever settled has removed what they didn't know
            raise

    def _generation(self) -> int:
        """The number of the generation that holds, in whatever format; 0 where there is none."""
        if not (self.folder / _CURRENT).exists():
            return 0
        number = self._current().get("generation")
        if not isinstance(number, int):
            raise PlanError(f"{str(self.folder / _CURRENT)!r} tells of no kept states", hint="keep them elsewhere")
        return number

    def _changed(self) -> PlanError:
        return PlanError(
            f"the states in {str(self.folder)!r} have changed since",
            hint="go on with what the change gave, or open them anew: ws.kept_states(folder)",
        )

    def still(self, told: Mapping[str, Any]) -> None:
        """Raise PlanError where another generation has become the current one, DataError where files aren't whole."""
        if self.told()["bytes"] != told["bytes"]:
            raise self._changed()
        self.whole(told)

    def whole(self, told: Mapping[str, Any]) -> None:
        """Raise DataError, all together, for files that are missing, or not as long as they were written."""
        faults = []
        for name, length in told["bytes"].items():
            path = self.folder / name
            try:
                found = path.stat().st_size
            except OSError:
                faults.append(DataError("the kept file is missing", where=str(path), hint=_ANEW))
                continue
            if found != length:
                what = f"the kept file has {found} bytes, and was written with {length}"
                faults.append(DataError(what, where=str(path), hint=_ANEW))
        if faults:
            raise_all(f"the states in {str(self.folder)!r} are not whole", faults)

    def write_rows(self, begun: Path, table: str, rows: pl.LazyFrame) -> str:
        """Write some rows; the name of their file."""
        path = begun / f"rows-{quote(table, safe='')}.parquet"
        rows.sink_parquet(path)
        return self._named(path)

    def write_gone(self, begun: Path, table: str, numbers: pl.Series) -> str:
        """Write the numbers of all rows that went; the name of their file."""
        path = begun / f"gone-{quote(table, safe='')}.parquet"
        pl.DataFrame({NUMBER: numbers}).write_parquet(path)
        return self._named(path)

    def write_tallies(self, begun: Path, tallies: Mapping[str, Tally]) -> dict[str, Any]:
        """Write tallies; what is told of them."""
        told = {}
        for number, (key, tally) in enumerate(tallies.items()):
            path = begun / f"tally-{number:05}.parquet"
            tally.frame.write_parquet(path)
            told[key] = {"file": self._named(path), "scale": tally.scale}
        return told

    def keys(self, told: Mapping[str, Any]) -> KeyStore:
        """The keys that are kept; they are read when they are looked at."""
        kept = {
            name: KeptKeys(
                coding=Coding(**one["coding"]),
                tables=tuple(one["tables"]),
                runs=tuple(
                    KeyRun(
                        read=partial(_read, self.folder / run["file"], run["rows"], (run["first"], run["last"])), **run
                    )
                    for run in one["runs"]
                ),
            )
            for name, one in told["keys"].items()
        }
        files, count = told["names"]["files"], told["names"]["count"]
        return KeyStore(kept, Names(pl.scan_ipc([self.folder / name for name in files]) if files else None, count))

    def write_keys(self, begun: Path, keys: pl.DataFrame) -> dict[str, Any]:
        """Write a run of keys; what is told of it."""
        path = begun / f"keys-{sum(1 for _ in begun.glob('keys-*')):05}.arrow"
        # In one piece it is read at once, without being put together.
        columns = [column.shrink_dtype() if column.name == "n" else column for column in keys.get_columns()]
        pl.DataFrame(columns).write_ipc(path, record_batch_size=len(keys))
        return {
            "file": self._named(path),
            "first": keys["key"][0],
            "last": keys["key"][-1],
            "rows": len(keys),
            "counted": "n" in keys.columns,
            "less": "n" in keys.columns and bool((keys["n"] < 0).any()),
        }

    def follow_keys(
        self, begun: Path, told: Mapping[str, Any], store: KeyStore, came: Mapping[str, pl.DataFrame | None]
    ) -> dict[str, Any]:
        """Write the keys that came and went; what is told of all keys. Those that couldn't be followed are given up."""
        found = dict(told)
        for name, keys in came.items():
            if keys is None:
                del found[name]
            elif len(keys):
                staying, run = merged(store.kept[name].runs, keys)
                kept = [one for one in told[name]["runs"] if one["file"] in {stays.file for stays in staying}]
                found[name] = {**told[name], "runs": [*kept, *([self.write_keys(begun, run)] if len(run) else [])]}
        return found

    def write_names(self, begun: Path, told: Mapping[str, Any], names: Names) -> dict[str, Any]:
        """Write the names that came; what is told of all names."""
        came = names.came
        if came.is_empty():
            return dict(told)
        path = begun / "names.arrow"
        came.write_ipc(path)
        return {"files": [*told["files"], self._named(path)], "count": told["count"] + len(came)}

    def settle(self, begun: Path, told: Mapping[str, Any]) -> dict[str, Any]:
        """Make the generation the current one, and remove what it doesn't need."""
        number = int(begun.name.split("-")[1])
        if self._generation() >= number:
            raise self._changed()
        lengths = {name: (self.folder / name).stat().st_size for name in _files(told)}
        whole = {**told, "bytes": lengths, "format": _FORMAT, "generation": number}
        with written_whole(self.folder / _CURRENT) as file:
            file.write(json.dumps(whole, indent=1).encode())
        self._tidy(whole)
        return whole

    def _named(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _tidy(self, told: Mapping[str, Any]) -> None:
        """Remove files that the generation doesn't name."""
        needed = {self.folder / name for name in _files(told)}
        for generation in self.folder.glob("generation-*"):
            for path in generation.iterdir():
                if path not in needed:
                    path.unlink()
            if not any(generation.iterdir()):
                shutil.rmtree(generation, ignore_errors=True)


@contextmanager
def _read_of(path: Path, what: str = "the kept file") -> Iterator[None]:
    """Say in words of our own what can't be read; those of polars may quote a cell."""
    try:
        yield
        return
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        kind = type(error).__name__
    raise DataError(f"{what} can't be read ({kind})", where=str(path), hint=_ANEW)


def _read(path: Path, rows: int, edges: tuple[int, int], columns: list[str]) -> pl.DataFrame:
    """Columns of a run of keys; raises DataError where they aren't those that were written."""
    with _read_of(path):
        found = pl.read_ipc(path, columns=columns)
        keys = found["key"]
        whole = len(keys) == rows and (keys[0], keys[-1]) == edges
    if not whole or not keys.gather_every(max(len(keys) // _LOOKED, 1)).is_sorted():
        raise DataError("the kept file isn't the one that was written", where=str(path), hint=_ANEW)
    return found


def _told(path: Path) -> pl.DataFrame:
    with _read_of(path):
        return pl.read_parquet(path)


def _files(told: Mapping[str, Any]) -> Iterable[str]:
    for kept in told.get("tables", {}).values():
        yield from kept["files"]
        if kept["gone"] is not None:
            yield kept["gone"]
    for one in told.get("tallies", {}).values():
        yield one["file"]
    for one in told.get("keys", {}).values():
        yield from (run["file"] for run in one["runs"])
    yield from told.get("names", {}).get("files", ())
