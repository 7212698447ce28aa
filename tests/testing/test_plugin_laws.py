"""Plugins that keep their laws pass; those that break one are told which."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import strategies as st
from testing import broken_metrics

from hgplan import (
    Aggregate,
    Course,
    Events,
    Goal,
    Metric,
    Period,
    Phrase,
    Plan,
    Reading,
    Schema,
    Spells,
    Strategy,
    hookimpl,
)
from hgplan.testing import Law, LawBroken, check_plugin, each_law, laws_of


class Outline:
    """A format that keeps titles alone."""

    name = "outline"
    suffixes = (".outline",)

    def read(self, content: bytes, /, *, name: str) -> Reading:
        title, *lines = content.decode().splitlines()
        strategies = [Strategy(id=f"s{number}", title=line) for number, line in enumerate(lines, start=1)]
        return Reading(Plan(id="outline", title=title, strategies=strategies))

    def write(self, plan: Plan, /) -> bytes:
        return "\n".join([plan.title, *(strategy.title for strategy in plan.strategies)]).encode()


class Late:
    """Most of it is due late."""

    name = "late"

    def expected(self, goal: Goal, period: Period, history: object, day: date) -> float | None:
        return (((day - period.start).days + 1) / ((period.end - period.start).days + 1)) ** 2


class Ledger:
    """Payments, in a frame."""

    def __init__(self, columns: list[str]) -> None:
        self.columns = columns

    def tables(self) -> dict[str, Schema]:
        return {"payments": Schema({"day": "date", "amount": "int"})}

    def scan(self, table: str, *, columns: object, start: object, until: object) -> object:
        import polars as pl

        return pl.LazyFrame({name: [1] for name in self.columns})


class LedgerKind:
    """Opens a ledger."""

    name = "ledger"

    def open(self, settings: dict[str, list[str]]) -> Ledger:
        return Ledger(settings["columns"])


class Small:
    """A plan without goals."""

    name = "small"
    title = "Hardly an example"

    def write(self, directory: Path, /) -> Path:
        plan = directory / "plan.toml"
        plan.write_text('hgplan = 1\n[plan]\nid = "small"\ntitle = "Small"\n', encoding="utf-8")
        return plan


class Visits:
    """A plugin with something of everything, all of it right."""

    @hookimpl
    def hgplan_tables(self) -> Iterable[Events]:
        yield Events("visits", at="day", unit="branch", entity="person", id="id", columns={"minutes": "int"})

    @hookimpl
    def hgplan_metrics(self) -> Iterable[Metric | Aggregate]:
        yield Metric.formula("long_visits", "visits.where(minutes > 30).count()")
        yield Metric.formula("range_of_minutes", "visits.aggregate('words', minutes)")
        yield Aggregate(
            "words", "1", partial=lambda rows: frozenset(row[0] for row in rows),
            combine=lambda states: frozenset().union(*states), final=len,
        )  # fmt: skip

    @hookimpl
    def hgplan_phrases(self, language: str) -> Iterable[Phrase]:
        yield Phrase(language=language, text="long visits", metric="long_visits")
        yield Phrase(language=language, text="old friends", metric="somebody_elses", parameters={"years": 3})

    @hookimpl
    def hgplan_formats(self) -> Iterable[Outline]:
        yield Outline()

    @hookimpl
    def hgplan_paces(self) -> Iterable[Late]:
        yield Late()

    @hookimpl
    def hgplan_sources(self) -> Iterable[LedgerKind]:
        yield LedgerKind()

    @hookimpl
    def hgplan_examples(self) -> Iterable[Small]:
        yield Small()


SETTINGS = {"ledger": {"columns": ["amount", "day"]}}


@each_law(Visits(), settings=SETTINGS, values={"words": st.text()}, examples=3)
def test_a_plugin_that_is_right_keeps_every_law(law: Law) -> None:
    law()


def test_each_thing_that_it_brings_has_its_laws() -> None:
    names = [law.name for law in laws_of(Visits(), settings=SETTINGS)]
    assert names[:4] == ["hooks", "asked again", "tables", "phrases"]
    assert {"metric long_visits: order of rows", "metric range_of_minutes: rows at the root"} <= set(names)
    assert {"aggregate words: partition", "format outline", "pace late", "source ledger", "example small"} <= set(names)
    # A source that nobody gives settings for can't be opened.
    assert "source ledger" not in [law.name for law in laws_of(Visits())]


def broken_by(**hooks: Callable[..., object]) -> object:
    """An object with these hooks."""
    return SimpleNamespace(**{name: hookimpl(hook) for name, hook in hooks.items()})


class Forgetful(Outline):
    """Writes another plan each time."""

    def read(self, content: bytes, /, *, name: str) -> Reading:
        return Reading(Plan(id="outline", title="Forgotten"))


class Unsteady(Late):
    """Less is due in summer."""

    def expected(self, goal: Goal, period: Period, history: Iterable[Course], day: date) -> float | None:
        return 0.1 if 6 <= day.month <= 8 else day.month / 12


class Never(Late):
    """All of it is never due."""

    def expected(self, goal: Goal, period: Period, history: Iterable[Course], day: date) -> float | None:
        return 0.5


class Nowhere(Small):
    """Writes nothing."""

    def write(self, directory: Path, /) -> Path:
        return directory / "plan.toml"


class Wrong(Small):
    """Names a metric that nobody offers."""

    def write(self, directory: Path, /) -> Path:
        plan = super().write(directory)
        goal = '[[strategy]]\nid = "s"\ntitle = "S"\n[[strategy.goal]]\nid = "g"\ntitle = "G"\nmetric = "nobodys"\n'
        plan.write_text(plan.read_text(encoding="utf-8") + goal, encoding="utf-8")
        return plan


def raising() -> Iterable[Metric]:
    yield Metric.formula("visits_held", "visits.count()")
    raise LookupError("no such register")


_NAMES = count()
VISITS = Metric.formula("visits_held", "visits.count()")
BROKEN = {
    "hooks": (broken_by(), "it answers to no hook"),
    "asked again": (
        broken_by(hgplan_metrics=lambda: [Metric.formula(f"visits_{next(_NAMES)}", "visits.count()")]),
        "hgplan_metrics: first",
    ),
    "tables": (
        broken_by(hgplan_tables=lambda: [Spells("visits", start="a", end="b", entity="c")],
                  hgplan_metrics=lambda: [broken_metrics.personal]),
        "metric 'personal' takes 'visits' for Events, declared are Spells",
    ),
    "phrases": (
        broken_by(hgplan_metrics=lambda: [VISITS], hgplan_phrases=lambda language: [
            Phrase(language=language, text="visits", metric="visits_held", parameters={"hours": 2})
        ]),
        "has no parameter 'hours'",
    ),
    "metric personal: names of people": (broken_by(hgplan_metrics=lambda: [broken_metrics.personal]), "of 0 rows"),
    "aggregate mean_of_means: partition": (broken_by(hgplan_metrics=lambda: [broken_metrics.MEAN]), "is not"),
    "format outline": (broken_by(hgplan_formats=lambda: [Forgetful()]), "bytes, then"),
    "pace late": (broken_by(hgplan_paces=lambda: [Unsteady()]), "0.1 is due on 2022-06-01"),
    "source ledger": (broken_by(hgplan_sources=lambda: [LedgerKind()]), "table 'payments' has no amount"),
    "example small": (broken_by(hgplan_examples=lambda: [Nowhere()]), "it gives no plan"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_law_is_told_by_its_name(name: str) -> None:
    body, found = BROKEN[name]
    laws = {law.name: law for law in laws_of(body, settings={"ledger": {"columns": ["day"]}}, examples=5)}
    with pytest.raises(LawBroken, match=found) as caught:
        laws[name]()
    assert caught.value.law == name


@pytest.mark.parametrize(
    ("body", "law", "found"),
    [
        (broken_by(hgplan_metrics=raising), "hooks", r"LookupError\n.*test_plugin_laws.py:"),
        (broken_by(hgplan_metrics=lambda: [Metric]), "hooks", r"have you forgotten the \(\)\?"),
        (broken_by(hgplan_paces=lambda: [Never()]), "pace late", "0.5 is due on the last day"),
        (broken_by(hgplan_examples=lambda: [Wrong()]), "example small", "no metric named 'nobodys'"),
    ],
)
def test_what_is_wrong_is_said(body: object, law: str, found: str) -> None:
    with pytest.raises(LawBroken, match=found) as caught:
        check_plugin(body)
    assert caught.value.law == law


def test_without_hypothesis_the_kit_says_how_to_get_it() -> None:
    code = (
        "import sys\n"
        "sys.modules['hypothesis'] = None\n"
        "import hgplan\n"
        "try:\n"
        "    import hgplan.testing\n"
        "except hgplan.PlanError as error:\n"
        "    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout == (
        "hgplan.testing draws its examples with hypothesis, which is missing\n  pip install hypothesis\n"
    ), ran.stderr
