"""Plain tables to TOML text, laid out as a person would write a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

__all__ = ["write_toml"]

_BLOCKS: Final = frozenset({"reference", "phase", "strategy", "goal", "activity", "assessment"})
_NAMED: Final = frozenset({"dimension", "source", "table", "chain", "metric"})
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_AMBIGUOUS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPES: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_WIDTH: Final = 120


def write_toml(document: dict[str, Any]) -> str:
    """The text of a plan file.

    >>> print(write_toml({"hgplan": 1, "phase": [{"id": "before", "start": date(2022, 1, 1)}]}))
    hgplan = 1
    <BLANKLINE>
    [[phase]]
    id = "before"
    start = 2022-01-01
    <BLANKLINE>
    """
    return "\n".join(_table(document, ())).lstrip("\n") + "\n"


def _table(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table: its own keys first, since a header ends it."""
    own = {key: value for key, value in table.items() if not _has_header(key, value, path)}
    for key, value in own.items():
        yield f"{_key(key)} = {_laid_out(value, len(_key(key)) + 3)}"
    for key, value in table.items():
        if key in own:
            continue
        here = (*path, key)
        header = ".".join(map(_key, here))
        if isinstance(value, list):
            for item in value:
                yield from ("", f"[[{header}]]", *_table(item, here))
        elif key in _NAMED and not path and all(isinstance(item, dict) for item in value.values()):
            for name, item in value.items():
                yield from ("", f"[{header}.{_key(name)}]", *_table(item, (*here, name)))
        else:
            yield from ("", f"[{header}]", *_table(value, here))


def _has_header(key: str, value: Any, path: tuple[str, ...]) -> bool:
    if isinstance(value, dict):
        return not path
    tables = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return tables and key in _BLOCKS and path in ((), ("strategy",), ("vision",))


def _laid_out(value: Any, indent: int) -> str:
    """A value on one line, or a list over several where one would be too long."""
    line = _value(value)
    if isinstance(value, list) and indent + len(line) > _WIDTH:
        return "[\n" + "".join(f"    {_value(item)},\n" for item in value) + "]"
    if isinstance(value, str) and "\n" in value and not _UNPRINTABLE.search(value.replace("\n", "").replace("\t", "")):
        return _long_text(value)
    return line


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = repr(value)
        # 12.375 would be taken for a number with its thousands parted by a point.
        return f"{written}0" if _AMBIGUOUS.fullmatch(written) else written
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return _UNPRINTABLE.sub(lambda sign: _ESCAPES.get(sign[0], f"\\u{ord(sign[0]):04x}"), text)


def _long_text(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"""', '""\\"')
    if text.endswith('"'):
        text = text[:-1] + '\\"'
    return f'"""\n{text}"""'
