"""Metrics that keep their laws pass; those that break one are told which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest
from testing import broken_metrics

from hgplan import Dimension, Events, Measure, Metric, Snapshots, Spells, enum, metric, ref
from hgplan.errors import PluginErrors
from hgplan.testing import Law, LawBroken, check_metric, each_law, laws_of
from hgplan.testing.asking import Answer, Ask, Frames, answered
from hgplan.testing.cases import Case
from hgplan.testing.metric_laws import metric_laws

MEMBERS = Spells(
    "members", start="joined", end="left", entity="person", unit="branch", recorded="seen",
    columns={"person": "int", "channel": enum("door", "web")},
)  # fmt: skip
VISITS = Events(
    "visits", at="day", unit="branch", entity="person", id="number", recorded="seen",
    columns={"person": "int", "activity": ref("activities"), "fee": "decimal(2)", "minutes": "int"},
)  # fmt: skip
REPORTS = Snapshots("reports", at="day", unit="branch", expected={"every": "month", "level": "branch"},
                    columns={"members": "int"})  # fmt: skip
ACTIVITIES = Dimension("activities", key="activity", columns={"activity": "text", "open": "bool", "since": "date"})
TABLES = [MEMBERS, VISITS, REPORTS, ACTIVITIES]


def told(laws: Sequence[Law]) -> list[str]:
    return [law.name for law in laws]


@each_law(broken_metrics.retained, tables=TABLES, examples=10)
def test_retention_keeps_every_law(law: Law) -> None:
    law()


@pytest.mark.parametrize(
    "text",
    [
        "visits.where((activities.open & (minutes > 30)) | (fee >= 10)).sum(fee) / visits.sum(fee)",
        "visits.first().distinct(having=visits.count() > 1)",
        "visits.converted(members.starts(scope='organisation'), within='30d')",
        "visits.during(members.where(channel == 'door')).count() / members.active().default(1)",
        "members.starts(gap='1mo').where(channel == 'door').count().trailing('2mo')",
        "members.survival('2mo') - members.active('start').shift('1mo')",
        "reports.carry_forward('2mo').last(members) / reports.last(members)",
        "visits.coverage('branch') + visits.units('region').mean_of_units('region')",
        "visits.where(activity.since >= date('2024-01-15')).max(minutes).to_date('year')",
        "visits.count().previous('7d') - reports.average(members, every='week')",
        "visits.count() / visits.count().previous('1y')",
    ],
)
def test_any_measure_of_the_algebra_keeps_them(text: str) -> None:
    check_metric(Metric.formula("drawn", text), tables=TABLES, examples=3)


@pytest.mark.parametrize(
    "text",
    [
        "visits.where(opened & (channel == 'door') & (minutes > 5)).count() / visits.count()",
        "visits.where(theme.kind.is_in(['a', 'b']) | left.is_null()).distinct()",
        "memberships.where(recorded_on > joined_on + '30d').rows('start').count()",
        "reports.where(name.starts_with('a')).average(members, every='week')",
        "memberships.active() / householders.last(households)",
    ],
)
def test_a_table_that_nobody_declares_is_read_off_the_text(text: str) -> None:
    check_metric(Metric.formula("drawn", text), examples=3)


BROKEN: dict[str, Metric] = {
    "definition": broken_metrics.undefined,
    "text form": broken_metrics.riddle,
    "same again": broken_metrics.hasty,
    "answers": broken_metrics.impossible,
    "order of rows": broken_metrics.ticking,
    "two frames": broken_metrics.ticking,
    "400 years": broken_metrics.latest,
    "names of people": broken_metrics.personal,
    "rows at the root": broken_metrics.averaged,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_law_is_told_by_its_name(name: str) -> None:
    law = next(law for law in laws_of(BROKEN[name]) if law.name == name)
    with pytest.raises(LawBroken) as caught:
        law()
    assert caught.value.law == name
    assert str(caught.value).startswith(f"metric {BROKEN[name].id!r} breaks the law {name!r}: {law.says}\n  in ")


@pytest.mark.parametrize("broken", ["definition", "names of people", "answers"])
def test_no_other_law_is_told_broken(broken: str) -> None:
    with pytest.raises(LawBroken) as caught:
        check_metric(BROKEN[broken], examples=6)
    assert caught.value.law == broken


def test_a_metric_that_nobody_finds_again_can_go_to_no_other_process() -> None:
    @metric()
    def local(visits: Events) -> Measure:
        """Visits, counted where nobody finds it."""
        return visits.count()

    with pytest.raises(LawBroken, match="made inside a function, where nobody finds it again") as caught:
        check_metric(local, examples=3)
    assert caught.value.law == "another process"


def test_several_broken_laws_are_told_together() -> None:
    with pytest.raises(PluginErrors, match=r"metric 'ticking' breaks [2-9] laws"):
        check_metric(broken_metrics.ticking, examples=3)


def test_a_metric_names_others_that_are_given_beside_it() -> None:
    visits = Metric.formula("visits_held", "visits.count()")
    long = Metric.formula("long_share", "visits.where(minutes > 30).count() / visits_held")
    check_metric(long, beside=[visits], tables=TABLES, examples=5)


def test_laws_that_ask_about_what_a_metric_has_not_are_left_out() -> None:
    always = {"definition", "text form", "another process", "same again", "answers", "order of rows", "two frames",
              "400 years", "days to come", "ratio"}  # fmt: skip
    covered = Metric.formula("covered", "visits.coverage('branch')")
    assert set(told(laws_of(covered, tables=TABLES))) == always | {"names of people", "news"}
    reported = Metric.formula("reported", "reports.last(members)")
    assert set(told(laws_of(reported, tables=TABLES))) == always
    kept = laws_of(broken_metrics.retained, tables=TABLES)
    assert set(told(kept)) == always | {"names of people", "news", "rows at the root", "balance"}


def _worse(change: Callable[[Answer], Answer], when: Callable[[Case, Sequence[Metric | Measure]], bool]) -> Ask:
    """An engine that tells something else."""

    def ask(case: Case, asked: Sequence[Metric | Measure], *, frames: Frames | None = None) -> list[Answer]:
        answers = answered(case, asked, frames=frames)
        return [change(answers[0]), *answers[1:]] if when(case, asked) else answers

    return ask


def _told_the_day_after(row: dict[str, Any], case: Case) -> bool:
    assert case.known_on is not None
    return row["seen"] is not None and (row["seen"] - case.known_on).days == 1


def _one_more(answer: Answer) -> Answer:
    return {key: attrs.evolve(told, value=(told.value or 0) + 1) for key, told in answer.items()}


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("ratio", lambda case, asked: True),
        ("balance", lambda case, asked: len(asked) == 4),
        ("days to come", lambda case, asked: any(row["joined"] > case.until for row in case.data["members"])),
        ("news", lambda case, asked: any(_told_the_day_after(row, case) for row in case.data["members"])),
    ],
)
def test_laws_that_only_an_engine_can_break_are_broken_by_a_worse_one(
    name: str, when: Callable[[Case, Sequence[Metric | Measure]], bool]
) -> None:
    laws = metric_laws(broken_metrics.retained, TABLES, ask=_worse(_one_more, when))
    law = next(law for law in laws if law.name == name)
    with pytest.raises(LawBroken) as caught:
        law()
    assert caught.value.law == name


def test_there_is_a_metric_or_an_engine_that_breaks_each_law() -> None:
    by_engine = {"ratio", "balance", "days to come", "news", "another process"}
    assert set(told(laws_of(broken_metrics.retained, tables=TABLES))) == set(BROKEN) | by_engine
