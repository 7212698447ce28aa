"""Keys that are kept: what rows change is found by them, whoever is counted, and without the rows that were there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from drawn.asking import asked, frame_of, workspace
from drawn.measures import measures
from drawn.questions import Question, questions
from hypothesis import given
from hypothesis import strategies as st

import hgplan.engine.kept_keys
import hgplan.engine.key_runs
from hgplan import DataError, Events, KeptStates, Organisation, Spells, Workspace
from hgplan.engine.touched import Touched
from hgplan.metrics.reads import tables_read

MOVED = date(2022, 3, 10)
TREE = Organisation.from_rows(
    [
        {"unit": "top", "parent": None, "level": "union"},
        {"unit": "north", "parent": "top", "level": "region"},
        {"unit": "south", "parent": "top", "level": "region"},
        {"unit": "a", "parent": "north", "level": "association"},
        {"unit": "b", "parent": "north", "level": "association", "closed": MOVED},
        {"unit": "b", "parent": "south", "level": "association", "opened": MOVED},
        {"unit": "c", "parent": "south", "level": "association"},
    ]
)
STEADY = Organisation(rows=[row for row in TREE.rows if row.opened is None])
contacts = Events("contacts", at="day", unit="unit", entity="person", id="number")
stays = Spells("stays", start="since", end="till", unit="unit", entity="person")
ASKED = [
    "contacts.distinct()",
    "contacts.distinct().trailing('2mo')",
    "contacts.distinct().to_date()",
    "contacts.distinct(key=theme)",
    "contacts.where(theme == 'rent').distinct()",
    "contacts.converted(stays.rows('start'), within='30d', attribution='all')",
    "contacts.converted(stays.rows('start'), within='30d', attribution='all', immature='include')",
    "stays.rows('start').distinct()",
    "stays.rows('end').distinct()",
    "contacts.count()",
    "contacts.sum(minutes)",
    "contacts.units('association')",
]
OF_OTHERS = ["stays.rows('start').converted(contacts.during(stays), within='40d', attribution='all')"]
QUESTION: dict[str, Any] = {"every": ["month", "quarter"], "start": "2022-01-01", "until": "2022-06-30"}
KINDS: dict[str, tuple[pl.DataType, Callable[[int], Any]]] = {
    "small numbers": (pl.Int32(), lambda n: n - 3),
    "numbers far apart": (pl.Int64(), lambda n: (n - 4) * 2**60),
    "great numbers": (pl.UInt64(), lambda n: 2**64 - 1 - n),
    "text": (pl.String(), lambda n: "åbcdefghi"[n] * n),
    "categories": (pl.Categorical(), lambda n: f"p{n}"),
    "days": (pl.Date(), lambda n: date(2000, 1, 1) + timedelta(days=n)),
}


def some(chance: Random, kind: str, numbers: range, *, people: int = 8) -> pl.DataFrame:
    """Contacts of a few people on some days."""
    made, name = KINDS[kind]
    rows = [
        {
            "number": number,
            "day": date(2022, 1, 1) + timedelta(days=chance.randrange(200)),
            "unit": chance.choice("abbc"),
            "person": chance.choice([*map(name, range(people)), None]),
            "theme": chance.choice(["rent", "repairs", None]),
            "minutes": chance.randrange(60),
        }
        for number in numbers
    ]
    kinds = {"number": pl.Int64, "day": pl.Date, "unit": pl.String, "person": made, "theme": pl.String}
    return pl.DataFrame(rows, schema={**kinds, "minutes": pl.Int64})


def begun(chance: Random, kind: str, numbers: range) -> pl.DataFrame:
    """Stays of a few people."""
    made, name = KINDS[kind]
    rows = []
    for _ in numbers:
        since = date(2022, 1, 1) + timedelta(days=chance.randrange(170))
        till = since + timedelta(days=chance.randrange(1, 90)) if chance.random() < 0.5 else None
        rows.append({"since": since, "till": till, "unit": chance.choice("abc"), "person": name(chance.randrange(8))})
    return pl.DataFrame(rows, schema={"since": pl.Date, "till": pl.Date, "unit": pl.String, "person": made})


def space(tree: Organisation, rows: pl.DataFrame, spells: pl.DataFrame) -> Workspace:
    """A workspace over the rows."""
    return Workspace(organisation=tree, tables=[contacts, stays], data={"contacts": rows, "stays": spells})


def followed(states: KeptStates) -> set[str]:
    """What the keys are known by that are kept."""
    told = json.loads((Path(states.files.folder) / "current.json").read_text())
    return set(told["keys"])


@pytest.mark.parametrize(
    ("tree", "tasted"), [(STEADY, 1), (TREE, 1 << 12)], ids=["a tree that stays", "a tree that moves"]
)
@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_counted_is_followed_by_keys(
    kind: str, tree: Organisation, tasted: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hgplan.engine.key_runs, "_AT_ONCE", tasted * 4)
    monkeypatch.setattr(hgplan.engine.kept_keys, "_TASTED", tasted)
    chance = Random(kind)
    rows, spells = some(chance, kind, range(60), people=3), begun(chance, kind, range(20))
    states = space(tree, rows, spells).save_states(tmp_path, ASKED + OF_OTHERS, **QUESTION)
    kept = followed(states)
    assert len(kept) >= (7 if tree is STEADY else 6)
    for turn in range(1, 6):
        came, gone = (
            some(chance, kind, range(turn * 100, turn * 100 + 15), people=3 + turn),
            rows["number"].sample(9, seed=turn),
        )
        spell = begun(chance, kind, range(3))
        if turn == 3:
            states, rows = states.delete({"contacts": gone}), rows.filter(~pl.col("number").is_in(gone.implode()))
        elif turn == 4:
            other = came.head(9).with_columns(number=gone)
            states = states.correct({"contacts": other})
            rows = pl.concat([rows.filter(~pl.col("number").is_in(gone.implode())), other])
        elif turn == 2:
            states, spells = states.append({"stays": spell}), pl.concat([spells, spell])
        elif turn == 5:
            states = states.append({"contacts": came, "stays": spell})
            rows, spells = pl.concat([rows, came]), pl.concat([spells, spell])
        else:
            states, rows = states.append({"contacts": came}), pl.concat([rows, came])
        anew = space(tree, rows, spells).measure(ASKED + OF_OTHERS, units="all", **QUESTION)
        assert states.measure().equals(anew)
        assert followed(states) == kept
        states = space(tree, rows, spells).kept_states(tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_come_are_counted_without_those_of_anybody(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(5)
    rows, spells = some(chance, kind, range(60)), begun(chance, kind, range(20))
    states = space(TREE, rows, spells).save_states(tmp_path, ASKED, **QUESTION)

    def read(*_: Any, **__: Any) -> Iterator[Any]:
        raise AssertionError("the rows that people had were read")

    monkeypatch.setattr(Touched, "rows", read)
    came = some(chance, kind, range(100, 120))
    anew = space(TREE, pl.concat([rows, came]), spells).measure(ASKED, units="all", **QUESTION)
    assert states.append({"contacts": came}).measure().equals(anew)


@pytest.mark.parametrize("strange", [{"day": date(1899, 5, 1)}, {"person": 2**58}, {"person": -(2**58)}], ids=str)
def test_what_does_not_fit_in_kept_keys_is_counted_of_the_rows(strange: dict[str, Any], tmp_path: Path) -> None:
    chance, wide = Random(7), {"person": pl.Int64}
    rows, spells = (made(chance, "small numbers", range(40)).cast(wide) for made in (some, begun))
    states = space(TREE, rows, spells).save_states(tmp_path, ASKED, **QUESTION)
    kept = followed(states)
    unlike = [pl.lit(value).alias(name) for name, value in strange.items()]
    late = some(chance, "small numbers", range(100, 104)).cast(wide).with_columns(unlike)
    for came in (late, some(chance, "small numbers", range(200, 210)).cast(wide), late.with_columns(number=-1)):
        rows, states = pl.concat([rows, came.cast({"number": pl.Int64})]), states.append({"contacts": came})
        assert states.measure().equals(space(TREE, rows, spells).measure(ASKED, units="all", **QUESTION))
        assert followed(states) < kept


@given(questions(measures, count=4, grains=("month", "quarter"), by=((),)), st.integers(0, 2**32))
def test_what_comes_and_goes_is_followed_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, question: Question, seed: int
) -> None:
    chance, tables = Random(seed), question.facts.tables
    read = {name for measure in question.measures for name in tables_read(measure)}
    data = {name: list(rows) for name, rows in question.facts.data.items()}
    early = {name: [row for row in rows if name not in read or chance.random() < 0.6] for name, rows in data.items()}
    kept = {name: pl.DataFrame(rows) if name not in tables else None for name, rows in data.items()}
    frames = {name: frame_of(tables[name], data[name]) if name in tables else frame for name, frame in kept.items()}
    begin = {name: frames[name] if name not in tables else _as(frame_of(tables[name], early[name]), frames[name])
             for name in frames}  # fmt: skip
    asking = {"every": question.every, "start": question.start, "until": question.until, "tree": question.tree}
    space = workspace(question)
    folder = tmp_path_factory.mktemp("states")
    states = space.with_data(begin).save_states(folder, list(question.measures), **asking)
    late = {name: [row for row in data[name] if row not in early[name]] for name in read}
    for part in (0, 1):
        came = {
            name: _as(frame_of(tables[name], rows[part::2]), frames[name])
            for name, rows in late.items()
            if rows[part::2]
        }
        states = states.append(came)
    assert states.measure().equals(asked(question))


def _as(rows: pl.DataFrame, like: pl.DataFrame) -> pl.DataFrame:
    lacking = [name for name in like.columns if name not in rows.columns]
    return rows.with_columns(pl.lit(None).alias(name) for name in lacking).select(
        pl.col(name).cast(kind) for name, kind in like.schema.items()
    )


@pytest.mark.parametrize("damage", ["another", "zeros"])
def test_kept_keys_that_are_not_those_that_were_written_are_told(tmp_path: Path, damage: str) -> None:
    chance = Random(9)
    rows, spells = some(chance, "text", range(40)), begun(chance, "text", range(9))
    states = space(TREE, rows, spells).save_states(tmp_path, ASKED, **QUESTION)
    for path in tmp_path.glob("*/keys-*"):
        held = path.read_bytes()
        if damage == "another":
            pl.read_ipc(held).reverse().write_ipc(path)
        else:
            path.write_bytes(held[: len(held) // 4] + bytes(len(held) // 2) + held[-(len(held) - len(held) * 3 // 4) :])
        path.write_bytes(path.read_bytes()[: len(held)].ljust(len(held), b"\0"))
    with pytest.raises(DataError, match="the kept file") as told:
        states.append({"contacts": some(chance, "text", range(100, 120))})
    assert "keys-" in str(told.value.where)
