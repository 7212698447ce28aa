"""From plain tables, lists and words to the values of a plan; nothing is guessed and nothing is converted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.errors import IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from hgplan.errors import nearest
from hgplan.formats.planfile import RENAMED
from hgplan.model.declarations import SourceDeclaration, SourceReference
from hgplan.model.mappings import FrozenMapping
from hgplan.model.plain import as_plain

__all__ = ["MismatchError", "WrittenFloat", "converter", "file_keys"]

Structure = Callable[[Any, Any], Any]

_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:([ .,'\u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?[0-9]+,[0-9]+")
_SHOWN: Final = 60


class WrittenFloat(float):
    """A number with a point, and how it was written: 27.000 is 27 to a computer and 27 000 to many a reader."""

    written: str

    def __new__(cls, written: str) -> WrittenFloat:
        """Read the number and keep its text."""
        number = super().__new__(cls, written)
        number.written = written
        return number


class MismatchError(ValueError):
    """A value of another kind than its key takes."""

    def __init__(self, what: str, hint: str | None = None, *, whole: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.whole = whole

    @classmethod
    def expected(cls, wanted: str, value: object, hint: str | None = None) -> MismatchError:
        """The usual words: what was wanted, and what stands there."""
        return cls(f"expected {wanted}, got {described(value)}", hint)


def described(value: object) -> str:
    """A value in the words of a plan file."""
    shown = repr(value) if isinstance(value, str) else _plain(value)
    if len(shown) > _SHOWN:
        shown = shown[: _SHOWN - 3] + "..."
    for kind, word in _WORDS:
        if isinstance(value, kind):
            return word if isinstance(value, dict | list) else f"{word} {shown}"
    return type(value).__name__


def _plain(value: object) -> str:
    if isinstance(value, WrittenFloat):
        return value.written
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) > 10**_SHOWN:
        return "of very many digits"
    return str(value)


_WORDS: Final = (
    (str, "text"), (bool, "the word"), (int, "the number"), (float, "the number"), (datetime, "the moment"),
    (date, "the date"), (time, "the time"), (dict, "a table"), (list, "a list"), (NoneType, "null"),
)  # fmt: skip


def file_keys(kind: type) -> dict[str, str]:
    """The keys under which a class stands in a plan file, each with its field."""
    renamed = RENAMED.get(kind, {})
    return {renamed.get(field.name, field.name): field.name for field in attrs.fields(kind)}


@cache
def converter(*, quoted_dates: bool) -> cattrs.Converter:
    """The strict converter; JSON has no dates of its own, so there they are quoted."""
    made = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(float, lambda value, _: _number(value))
    made.register_structure_hook(bool, _truth)
    made.register_structure_hook(date, _quoted_day if quoted_dates else _day)
    made.register_structure_hook_factory(lambda kind: kind is Any, lambda _: lambda value, _: _free(value))
    made.register_structure_hook_factory(attrs.has, lambda kind: _table_hook(kind, made))
    made.register_structure_hook_factory(_is(tuple), lambda kind: _list_hook(kind, made))
    made.register_structure_hook_factory(_is(FrozenMapping), lambda kind: _mapping_hook(kind, made))
    made.register_structure_hook_factory(_is(Literal), lambda kind: _word_hook(kind))
    made.register_structure_hook_factory(_is_union, lambda kind: _union_hook(kind, made))
    made.register_structure_hook(SourceDeclaration, _source_hook(made))
    return made


def _is(origin: object) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _text(value: Any, _: Any) -> str:
    if isinstance(value, str):
        return value
    raise MismatchError.expected("text in quotes", value)


def _whole(value: Any, _: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise MismatchError.expected("a whole number without quotes", value, _figure_hint(value))


def _number(value: Any) -> int | float:
    if isinstance(value, WrittenFloat):
        if _THOUSANDS.fullmatch(value.written):
            small = f"{value.written.rstrip('0')}0" if value.written.endswith("0") else f"{value.written}0"
            hint = f"write {value.written.replace('.', '')} for the thousands, or {small} for the small number"
            raise MismatchError(
                f"{value.written} is the number {float(value):g}; a point does not part thousands", hint
            )
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise MismatchError.expected("a number without quotes", value, _figure_hint(value))


def _figure_hint(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _THOUSANDS.fullmatch(text):
        return f"write {re.sub(r'[^0-9+-]', '', text)}"
    if _DECIMAL_COMMA.fullmatch(text):
        return f"write {text.replace(',', '.')}"
    if text.endswith("%") and re.fullmatch(r"[0-9]+([.,][0-9]+)?", text[:-1].strip()):
        return f'write {text[:-1].strip().replace(",", ".")}, and unit = "%" in the goal'
    return f"write {text}" if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text) else None


def _truth(value: Any, _: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise MismatchError.expected("true or false without quotes", value)


def _day(value: Any, _: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    hint = f"write {value:%Y-%m-%d}" if isinstance(value, datetime) else None
    if isinstance(value, str):
        hint = f"write {value.strip()}" if re.fullmatch(r"\s*[0-9]{4}-[0-9]{2}-[0-9]{2}\s*", value) else None
    raise MismatchError.expected("a date like 2022-12-31 without quotes", value, hint)


def _quoted_day(value: Any, _: Any) -> date:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise MismatchError(f"{value!r} is no day of the calendar") from None
    raise MismatchError.expected('a date like "2022-12-31"', value)


def _free(value: Any) -> Any:
    """What a plugin or a metric takes as it is."""
    if isinstance(value, dict):
        return FrozenMapping({key: _free(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_free(item) for item in value)
    return _number(value) if isinstance(value, float) else as_plain(value)


def _table_hook(kind: type, made: cattrs.Converter) -> Structure:
    names = file_keys(kind)
    renames = {name: override(rename=key) for key, name in names.items() if key != name}
    attrs.resolve_types(kind)
    structure: Structure = make_dict_structure_fn(
        kind,
        made,
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=True,
        **renames,  # type: ignore[arg-type]  # its keywords are the class's fields, which a checker cannot know
    )

    def hook(value: Any, wanted: Any) -> Any:
        if kind is SourceReference and isinstance(value, str):
            return SourceReference(path=value)
        if not isinstance(value, dict):
            raise MismatchError.expected(f"a table with {', '.join(list(names)[:4])}", value)
        return structure(value, wanted)

    return hook


def _source_hook(made: cattrs.Converter) -> Structure:
    def hook(value: Any, _: Any) -> SourceDeclaration:
        if not isinstance(value, dict):
            raise MismatchError.expected("a table with plugin and its settings", value)
        if "plugin" not in value:
            raise MismatchError("missing required key 'plugin'", whole=True)
        settings = {key: item for key, item in value.items() if key != "plugin"}
        plugin = _each({"plugin": value["plugin"]}, lambda item: made.structure(item, str), SourceDeclaration)["plugin"]
        return SourceDeclaration(plugin=plugin, settings=_free(settings))

    return hook


def _list_hook(kind: Any, made: cattrs.Converter) -> Structure:
    members = get_args(kind)
    is_open = len(members) == 2 and members[1] is Ellipsis

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            hint = "a list of tables is written with two brackets: [[...]]" if isinstance(value, dict) else None
            raise MismatchError.expected("a list in brackets", value, hint)
        if not is_open and len(value) != len(members):
            raise MismatchError(f"expected {len(members)} values in brackets, got {len(value)}")
        found = _each(dict(enumerate(value)), lambda item: made.structure(item, members[0]), kind)
        return tuple(found.values())

    return hook


def _mapping_hook(kind: Any, made: cattrs.Converter) -> Structure:
    wanted = get_args(kind)[1]

    def hook(value: Any, _: Any) -> FrozenMapping[str, Any]:
        if not isinstance(value, dict):
            raise MismatchError.expected("a table", value)
        if wanted in (Any, object):
            return FrozenMapping(_each(value, _free, kind))
        return FrozenMapping(_each(value, lambda item: made.structure(item, wanted), kind))

    return hook


def _each(items: Mapping[Any, Any], structure: Callable[[Any], Any], kind: Any) -> dict[Any, Any]:
    """Structure every item; all that fail are raised together, each with its key."""
    found: dict[Any, Any] = {}
    errors: list[Exception] = []
    for key, item in items.items():
        try:
            found[key] = structure(item)
        except (ValueError, TypeError, LookupError, ExceptionGroup) as error:
            error.__notes__ = [*getattr(error, "__notes__", []), IterableValidationNote(f"at {key!r}", key, kind)]
            errors.append(error)
    if errors:
        raise IterableValidationError("several items", errors, kind)  # pyright: ignore[reportCallIssue]  # cattrs adds one
    return found


def _word_hook(kind: Any) -> Structure:
    words = get_args(kind)

    def hook(value: Any, _: Any) -> Any:
        if not isinstance(value, str):
            raise MismatchError.expected(f"one of {', '.join(words)} in quotes", value)
        if value not in words:
            raise MismatchError(f"{value!r} is none of {', '.join(words)}", nearest(value, words))
        return value

    return hook


def _union_hook(kind: Any, made: cattrs.Converter) -> Structure:
    """One of several kinds, told apart by what stands there: a table, a text, or a number."""
    members = [member for member in get_args(kind) if member is not NoneType]
    tables = [member for member in members if attrs.has(member)]
    numbers = [member for member in members if member in (int, float)]

    def hook(value: Any, _: Any) -> Any:
        if value is None:
            return None
        if len(members) == 1:
            return made.structure(value, members[0])
        if isinstance(value, dict) and tables:
            return made.structure(value, tables[0])
        if isinstance(value, str) and str in members:
            return value
        return _number(value) if numbers else made.structure(value, members[-1])

    return hook
