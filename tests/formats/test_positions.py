"""The place of every key and value of a TOML text, against what tomllib finds in it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hgplan.formats.json_positions import json_positions
from hgplan.formats.positions import positions

Path = tuple[str | int, ...]

keys = st.text("ab#\"'. å\\=[]\n", max_size=3) | st.sampled_from(["a", "b", "#key", "", "a.b"])
scalars = (
    st.integers(-99, 99) | st.booleans() | st.dates() | st.datetimes() | st.text("ab\"'#\\\n\u00e5]}=, ", max_size=6)
    | st.floats(-5, 5)
)  # fmt: skip
inline = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))


def quoted(key: str, style: int) -> str:
    if style == 0 and key.isascii() and key.isidentifier():
        return key
    if style == 1 and "'" not in key and "\n" not in key:
        return f"'{key}'"
    return json.dumps(key)


def written(draw: st.DrawFn, value: Any) -> str:
    gap = draw(st.sampled_from(["", " ", "  "]))
    if isinstance(value, dict):
        pairs = (
            f"{quoted(key, draw(st.integers(0, 2)))}{gap}={gap}{written(draw, item)}" for key, item in value.items()
        )
        return f"{{{gap}{', '.join(pairs)}{gap}}}"
    if isinstance(value, list):
        line = draw(st.sampled_from([gap, "\n  ", " # a note ] = [\n"]))
        return f"[{line}{f',{line}'.join(written(draw, item) + line for item in value)}]"
    if isinstance(value, str):
        return draw(st.sampled_from(text_forms(value)))
    if isinstance(value, bool):
        return str(value).lower()
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()
    return repr(value)


def text_forms(text: str) -> list[str]:
    forms = [json.dumps(text, ensure_ascii=False)]
    if "'" not in text:
        forms += [f"'''{text}'''"] if text[:1] != "\n" else []
        forms += [f"'{text}'"] if "\n" not in text else []
    if "\\" not in text and '"' not in text:
        forms += [f'"""\n{text}"""']
    return forms


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML with nested tables, lists of tables, dotted keys, inline tables and comments."""
    lines: list[str] = []

    def body() -> None:
        for key, value in draw(st.dictionaries(keys, inline, max_size=3)).items():
            dotted = draw(st.sampled_from(["", "", f"dotted{len(lines)}."]))
            comment = draw(st.sampled_from(["", " # = [ {"]))
            lines.append(f"{dotted}{quoted(key, draw(st.integers(0, 2)))} = {written(draw, value)}{comment}")

    body()
    for number in range(draw(st.integers(0, 4))):
        name = draw(st.sampled_from([f"t{number}", f"t{number}.inner", "u.'x y'"]))
        if draw(st.booleans()) and name.startswith("t"):
            lines.append(f"[{name}]")
            body()
        else:
            lines.append(draw(st.sampled_from(["[[goal]]", "[[ goal ]]", "  [[goal]]"])))
            body()
            if draw(st.booleans()):
                lines.append(f"[[goal.deeper{number}]]")
                body()
                lines.append(f"[goal.table{number}.in]")
                body()
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n# end"]))


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if path:
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from paths(item, (*path, step))


def is_sound(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


@given(documents().filter(is_sound))
def test_every_path_that_tomllib_finds_has_its_place(text: str) -> None:
    places = positions(text)
    found = dict(paths(tomllib.loads(text)))
    assert set(places.found) == set(found)
    assert places.duplicates == ()
    for path, place in places.found.items():
        value = found[path]
        if not isinstance(value, dict | list):
            rest = text[place.value :]
            ends = [end for end in range(1, len(rest) + 1) if reads_as(rest[:end], value)]
            assert ends, (path, rest)


def reads_as(text: str, value: Any) -> bool:
    try:
        return tomllib.loads(f"x = {text}") == {"x": value}
    except tomllib.TOMLDecodeError:
        return False


@given(documents().filter(is_sound))
def test_every_key_stands_where_it_is_said_to_stand(text: str) -> None:
    places = positions(text)
    for path, place in places.found.items():
        last = path[-1]
        rest = text[place.key :]
        if isinstance(last, str) and not rest.startswith("["):
            assert any(rest.startswith(quoted(last, style)) for style in range(3)) or rest.startswith(
                json.dumps(last, ensure_ascii=False)
            )


@given(documents(), st.integers(0, 400))
def test_a_text_that_breaks_off_is_read_as_far_as_it_goes(text: str, cut: int) -> None:
    for path, place in positions(text[:cut]).found.items():
        assert place.key <= cut, path


plain = st.recursive(
    st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(plain, st.sampled_from([None, 1]))
def test_every_path_of_a_json_text_has_its_place(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    places = json_positions(text)
    found = dict(paths(value))
    assert set(places.found) == set(found)
    for path, place in places.found.items():
        assert json.JSONDecoder().raw_decode(text, place.value)[0] == found[path]


def test_the_second_of_two_keys_is_told_with_the_first() -> None:
    places = positions('[plan]\nid = "a"\ntitle = "b"\nid = "c"\n')
    (twice,) = places.duplicates
    assert (twice.name, places.line_and_column(twice.at), places.line_and_column(twice.first)) == ("id", (4, 1), (2, 1))
