"""Reading a plan file, with everything that is wrong in it told at once, and writing one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, Final, Literal

import attrs
from cattrs.errors import BaseValidationError

from hgplan.errors import Location, PlanError, UnknownName, nearest, raise_all
from hgplan.formats.declared import declared_flaws
from hgplan.formats.documents import document_of
from hgplan.formats.flaws import Flaw, flaw_of, flaws_in
from hgplan.formats.json_positions import json_positions
from hgplan.formats.json_reading import read_json
from hgplan.formats.json_writing import write_json
from hgplan.formats.places import Places
from hgplan.formats.planfile import FORMAT_VERSION, PlanFile, key_path, plan_keywords, steps
from hgplan.formats.positions import positions
from hgplan.formats.pruning import pruned, unforeseen, without_placeholders
from hgplan.formats.structuring import converter
from hgplan.formats.texts import LARGEST, text_of
from hgplan.formats.toml_reading import read_toml
from hgplan.formats.toml_writing import write_toml
from hgplan.hookspecs.protocols import PlanFormat
from hgplan.hookspecs.values import Reading
from hgplan.model.plan import Plan

__all__ = ["DEEPEST", "JSON", "TOML", "PlanText", "dump_plan", "load_plan", "located", "with_locations"]

DEEPEST: Final = 32
"""How deep tables and lists of a plan file may stand in each other."""

_ATTEMPTS: Final = 4


@attrs.frozen(kw_only=True)
class PlanText:
    """One of the two forms in which a plan is written: TOML, which is the usual one, or JSON."""

    name: Literal["toml", "json"]
    suffixes: tuple[str, ...]
    quoted_dates: bool
    parse: Callable[..., dict[str, Any]] = attrs.field(repr=False)
    index: Callable[..., Places] = attrs.field(repr=False)
    text: Callable[[dict[str, Any]], str] = attrs.field(repr=False)

    def read(self, content: bytes, /, *, name: str = "plan", allow_network: bool = False) -> Reading:
        """Read a plan from a file's bytes; `name` is the file's, for errors."""
        text = text_of(content, name=name)
        if not text.strip():
            hint = "a plan begins with hgplan = 1 and a table [plan] with id and title"
            raise PlanError(f"{name} is empty", where=Location(name, 1, 1), hint=hint)
        raw = self._parsed(text, name)
        plan, flaws = self._understood(raw, allow_network)
        if plan is None or flaws:
            raise_all(f"{name} is no sound plan", located(flaws, self.index(text), name))
        return Reading(plan)

    def _parsed(self, text: str, name: str) -> dict[str, Any]:
        try:
            raw = self.parse(text, name=name)
        except RecursionError:
            raw = None
        if raw is None or _is_too_deep(raw):
            places = self.index(text)
            where = places.of(max(places.found, key=len, default=()), name)
            raise PlanError(f"tables and lists stand in each other more than {DEEPEST} deep", where=where)
        return raw

    def write(self, plan: Plan, /) -> bytes:
        """Write a plan as the bytes of a file."""
        text = self.text(document_of(PlanFile.of(plan), quoted_dates=self.quoted_dates))
        try:
            return text.encode()
        except UnicodeEncodeError as error:
            what = f"plan {plan.id!r} holds {error.object[error.start]!r}, half a letter, which no file can hold"
            raise PlanError(what) from None

    def _understood(self, raw: dict[str, Any], allow_network: bool) -> tuple[Plan | None, list[Flaw]]:
        version = _version_flaw(raw)
        if version is not None:
            return None, [version]
        file, flaws = self._structured(raw)
        if file is not None:
            return _checked(file, allow_network)
        # What could be read is checked as well, so that the author meets everything in one reading.
        first, tables = list(flaws), list[Flaw]()
        for _ in range(_ATTEMPTS):
            rest = pruned(raw, first, tables)
            file, further = self._structured(rest.rest)
            if file is not None:
                _, found = _checked(file, allow_network)
                found = [flaw for flaw in found if not rest.follows_from_loss(flaw)]
                flaws += [attrs.evolve(flaw, path=rest.original(flaw.path)) for flaw in found]
                break
            further = [attrs.evolve(flaw, path=rest.original(flaw.path)) for flaw in further]
            new = unforeseen(further, [*first, *tables])
            flaws += new
            first += [flaw for flaw in new if not flaw.whole]
            tables += [flaw for flaw in further if flaw.whole or flaw not in new]
        return None, [without_placeholders(flaw) for flaw in flaws]

    def _structured(self, raw: dict[str, Any]) -> tuple[PlanFile | None, list[Flaw]]:
        try:
            return converter(quoted_dates=self.quoted_dates).structure(raw, PlanFile), []
        except BaseValidationError as error:
            return None, list(flaws_in(error))


TOML: Final = PlanText(
    name="toml", suffixes=(".toml",), quoted_dates=False, parse=read_toml, index=positions, text=write_toml
)
"""The usual form of a plan."""

JSON: Final = PlanText(
    name="json", suffixes=(".json",), quoted_dates=True, parse=read_json, index=json_positions, text=write_json
)
"""The same keys in JSON, for plans that a program writes."""


def load_plan(path: str | PathLike[str], *, formats: Iterable[PlanFormat] = (), allow_network: bool = False) -> Plan:
    """Read a plan from its file; the ending says in which format, of TOML, JSON and those in `formats`.

    Raises:
        PlanError: with `file:line:column` for everything that is wrong in it.
    """
    file = FilePath(path)
    content = _bytes(file)
    for form in (TOML, JSON):
        if file.suffix.lower() in form.suffixes:
            return form.read(content, name=file.name, allow_network=allow_network).plan
    others = list(formats)
    for other in others:
        if file.suffix.lower() in other.suffixes:
            return other.read(content, name=file.name).plan
    known = [suffix for form in (TOML, JSON, *others) for suffix in form.suffixes]
    hint = f"known: {', '.join(known)}"
    raise UnknownName(f"no plan format has the ending {file.suffix!r}", where=file.name, hint=hint)


def dump_plan(plan: Plan, format: Literal["toml", "json"] = "toml") -> str:
    """Write a plan as the text of a plan file; reading it again gives an equal plan.

    >>> print(dump_plan(Plan(id="north-2022", title="Plan of the north")))
    hgplan = 1
    <BLANKLINE>
    [plan]
    id = "north-2022"
    title = "Plan of the north"
    <BLANKLINE>
    """
    forms = {form.name: form for form in (TOML, JSON)}
    if format not in forms:
        raise UnknownName(f"no plan format named {format!r}", hint=nearest(format, forms))
    return forms[format].write(plan).decode()


def with_locations(faults: Iterable[PlanError], path: str | PathLike[str]) -> list[PlanError]:
    """The same faults of a plan, with the places in its file at which they stand.

    What is found only later, such as a metric that nobody offers, says where it is in the plan
    (``strategies[0].goals[1].metric``); here it gets its line and column.
    """
    file = FilePath(path)
    flaws = [flaw_of(fault) for fault in faults]
    for form in (TOML, JSON):
        if file.suffix.lower() in form.suffixes:
            return located(flaws, form.index(text_of(_bytes(file), name=file.name)), file.name)
    return list(faults)


def located(flaws: Iterable[Flaw], places: Places, name: str) -> list[PlanError]:
    """The flaws as errors in the order of the file."""
    found = {(places.of(flaw.path, name, at_key=flaw.at_key), flaw.what): flaw for flaw in flaws}
    ordered = sorted(found.items(), key=lambda item: (item[0][0].line, item[0][0].column))
    return [flaw.kind(what, where=where, hint=_lined(flaw.hint, places)) for (where, what), flaw in ordered]


def _lined(hint: str | None, places: Places) -> str | None:
    """A hint that points to another part of the plan, with that part's line."""
    found = _ELSEWHERE.fullmatch(hint) if hint else None
    if found is None:
        return hint
    return f"{found[1]} at line {places.of(key_path(steps(found[2])), '').line}"


_ELSEWHERE: Final = re.compile(r"(first.*) at (.+)")


def _bytes(file: FilePath) -> bytes:
    try:
        with file.open("rb") as stream:
            # One byte more than is read tells a file that is too large from one that just fits.
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise PlanError(f"cannot read the plan {file.name!r}: {error.strerror or error}") from error


def _checked(file: PlanFile, allow_network: bool) -> tuple[Plan | None, list[Flaw]]:
    flaws = list(declared_flaws(file, allow_network=allow_network))
    try:
        plan = Plan(**plan_keywords(file))
    except PlanError as error:
        return None, [*flaws, *(flaw_of(fault) for fault in error.faults)]
    return plan, flaws


def _version_flaw(raw: dict[str, Any]) -> Flaw | None:
    version = raw.get("hgplan", FORMAT_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version == FORMAT_VERSION:
        return None
    hint = "a newer hgplan reads it" if version > FORMAT_VERSION else None
    return Flaw(path=("hgplan",), what=f"this hgplan reads plan files of version 1, not {version}", hint=hint)


def _is_too_deep(raw: dict[str, Any]) -> bool:
    """Whether anything lies deeper than a plan can be; each depth is looked at as a whole, without recursion."""
    level: list[Any] = [raw]
    for _ in range(DEEPEST):
        held = (value.values() if isinstance(value, dict) else value for value in level)
        level = [item for items in held for item in items if isinstance(item, dict | list)]
    return bool(level)
