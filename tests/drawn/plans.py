"""Plans of a few strategies, with whatever a plan can hold, sound by construction."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from hgplan.model import (
    STATUSES,
    Activity,
    Assessment,
    CalendarSettings,
    Chain,
    ChainStep,
    Condition,
    DimensionList,
    DimensionValue,
    Experiment,
    Goal,
    MetricDeclaration,
    Milestone,
    Period,
    Phase,
    Plan,
    Quote,
    Reference,
    ReportingDuty,
    RowsDeclaration,
    SourceDeclaration,
    SourceReference,
    StatusThresholds,
    Strategy,
    TableDeclaration,
    Target,
    Vision,
)

Draw = st.DrawFn

letters = st.characters(exclude_categories=["Cs"])
texts = st.text(letters, min_size=1, max_size=25).filter(lambda text: bool(text.strip()))
words = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=8)
days = st.dates(date(1950, 1, 1), date(2150, 1, 1))
wholes = st.integers(0, 10**9)
figures = wholes | st.floats(0, 1e12, allow_nan=False) | st.sampled_from([12.375, 27.0, 1e-7, 1e16])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


scalars = texts | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False)
parameters = st.dictionaries(
    texts, st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2)),
    max_size=2,
)  # fmt: skip
quotes = st.builds(Quote, text=texts, line=maybe(st.integers(1, 10**6)), document=maybe(texts))
thresholds = st.one_of(
    st.fixed_dictionaries({word: figures})
    for word in ("at_least", "at_most", "equals", "increase_by", "increase_by_percent")
) | st.fixed_dictionaries({"between": st.tuples(figures, figures).map(sorted).map(tuple)})
conditions = st.builds(
    lambda threshold, **given: Condition(**given, **threshold),
    threshold=st.just({}) | thresholds, title=texts, metric=maybe(texts), parameters=parameters, unit=maybe(texts),
    quote=maybe(quotes),
)  # fmt: skip
files = st.builds(lambda name: f"{name}.csv", words)
references_to_files = st.builds(SourceReference, path=files, encoding=maybe(st.just("cp1252")), separator=maybe(
    st.sampled_from(";,\t|")), decimal=maybe(st.just(",")), sheet=maybe(texts))  # fmt: skip
renames = (
    st.dictionaries(texts, words, max_size=2)
    .map(lambda found: {v: k for k, v in found.items()})
    .map(lambda found: {v: k for k, v in found.items()})
)
values = st.dictionaries(words, st.dictionaries(texts, texts, max_size=2), max_size=2)
rows = st.builds(RowsDeclaration, source=references_to_files | files, rename=renames, values=values)
duties = st.builds(ReportingDuty, every=st.sampled_from(["month", "year", "week"]), level=texts) | words
kinds_of_column = st.sampled_from(["text", "int", "decimal(2)", "bool", "date", "enum(door, phone)", "ref(people)"])


experiments = st.builds(
    Experiment, id=words, title=texts, hypothesis=texts, arms=st.permutations(["a", "b", "c"]), control=st.just("b"),
    assigned=st.sampled_from(["people", "units"]), metric=maybe(texts), parameters=parameters, table=words,
    start=maybe(days), looks=st.integers(1, 9), owner=maybe(texts), quote=maybe(quotes),
)  # fmt: skip


@st.composite
def targets(draw: Draw, periods: list[str]) -> list[Target]:
    keys = draw(st.lists(st.tuples(st.sampled_from(periods), maybe(texts), maybe(days)), unique=True, max_size=3))
    return [
        Target(period=period, unit=unit, adopted=adopted, reason=draw(maybe(texts)), **draw(thresholds))
        for period, unit, adopted in keys
    ]


milestones = st.lists(
    st.builds(Milestone, day=days, share=st.floats(0, 1), title=maybe(texts))
    | st.builds(Milestone, day=days, value=figures),
    max_size=2, unique_by=lambda milestone: milestone.day,
)  # fmt: skip


@st.composite
def goals(draw: Draw, name: str, periods: list[str]) -> Goal:
    baseline = draw(maybe(figures | st.just("2021")))
    return Goal(
        id=name, title=draw(texts), metric=draw(maybe(texts)), parameters=draw(parameters),
        targets=draw(targets(periods)), conditions=draw(st.lists(conditions, max_size=2)), baseline=baseline,
        commitment=draw(st.sampled_from(["firm", "aspiration"])), weight=draw(st.sampled_from([1, 2, 0.5, 1.0])),
        owner=draw(maybe(texts)), unit=draw(maybe(st.sampled_from(["%", "people", "‰"]))), pace=draw(maybe(texts)),
        milestones=draw(milestones),
        measured_from="zero" if baseline is None else draw(st.sampled_from(["zero", "baseline"])),
        quote=draw(maybe(quotes)),
    )  # fmt: skip


@st.composite
def activities(draw: Draw, name: str, goals: list[str], phases: list[str], earlier: list[str]) -> Activity:
    start, end = sorted([draw(days), draw(days)])

    def some(names: list[str]) -> list[str]:
        return draw(st.lists(st.sampled_from(names), unique=True, max_size=2)) if names else []

    return Activity(
        id=name, title=draw(texts), owner=draw(maybe(texts)), partners=draw(st.lists(texts, max_size=2)),
        start=draw(maybe(st.just(start))), end=draw(maybe(st.just(end))), status=draw(maybe(st.sampled_from(STATUSES))),
        phases=some(phases), themes=some(["t1", "t2"]), channels=draw(st.lists(texts, max_size=2)),
        recruiting=draw(maybe(st.booleans())), budget=draw(maybe(figures)), hours=draw(maybe(figures)),
        contributes=some(goals), aligns=some(goals), depends_on=some(earlier), quote=draw(maybe(quotes)),
    )  # fmt: skip


@st.composite
def tables(draw: Draw) -> TableDeclaration:
    kind = draw(st.sampled_from([None, "events", "spells", "snapshots", "dimension"]))
    means: dict[str, Any] = {
        None: {}, "events": {"at": "day"}, "spells": {"start": "a", "end": "b", "entity": "c"},
        "snapshots": {"at": "day"}, "dimension": {"key": "k", "start": draw(maybe(words))},
    }[kind]  # fmt: skip
    if kind is not None:
        means["columns"] = draw(st.dictionaries(texts, kinds_of_column, max_size=2))
    if kind in ("events", "spells", "snapshots"):
        means |= {"unit": draw(maybe(words)), "id": draw(maybe(words)), "expected": draw(maybe(duties))}
    source = draw(maybe(references_to_files | st.just(SourceReference(origin="register", query="select 1"))))
    return TableDeclaration(kind=kind, source=source, rename=draw(renames), values=draw(values), **means)


@st.composite
def plans(draw: Draw) -> Plan:
    """A plan with an id of its own for each part, in letters that people use."""
    mark = draw(st.sampled_from(["", "å", "-", " ", '"', ".", "#", "日"]))
    phase_ids = [f"phase{mark}{index}" for index in range(draw(st.integers(0, 2)))]
    start, end = sorted([draw(days), draw(days)])
    periods = ["2022", "2022-Q1", "2022-W05", "2022-01-01/2022-02-15", "plan", *phase_ids]
    strategies, earlier = [], list[str]()
    for number in range(draw(st.integers(0, 2))):
        goal_ids = [f"goal{mark}{number}.{index}" for index in range(draw(st.integers(0, 2)))]
        activity_ids = [f"activity{mark}{number}.{index}" for index in range(draw(st.integers(0, 2)))]
        own = [draw(activities(name, goal_ids, phase_ids, earlier)) for name in activity_ids]
        earlier += activity_ids
        strategies.append(
            Strategy(
                id=f"strategy{mark}{number}", title=draw(texts), statement=draw(maybe(st.text(letters))),
                description=draw(maybe(texts)), goals=[draw(goals(name, periods)) for name in goal_ids],
                activities=own, quote=draw(maybe(quotes)),
            )
        )  # fmt: skip
    vision = Vision(title=draw(texts), year=draw(maybe(st.integers(1990, 2100))), goals=[draw(goals("seen", periods))])
    theme = DimensionList(
        values=[DimensionValue(id=name, title=draw(texts)) for name in ("t1", "t2")], title=draw(maybe(texts))
    )
    register = SourceDeclaration(plugin=draw(texts), settings={"uri_env": "REGISTER_URI", **draw(parameters)})
    formula = MetricDeclaration(
        formula="contacts.count() / 2", title=draw(maybe(texts)), unit=draw(maybe(texts)), since=draw(maybe(days))
    )
    return Plan(
        id=draw(texts), title=draw(texts), organisation=draw(maybe(texts)), language=draw(texts),
        period=Period(id="plan", start=start, end=end), version=draw(maybe(texts)), adopted=draw(maybe(days)),
        vision=draw(maybe(st.just(vision))),
        calendar=CalendarSettings(timezone=draw(st.sampled_from(["UTC", "Europe/Stockholm"])), year_starts=draw(
            st.sampled_from(["01-01", "07-01", "04-06"]))),
        status=draw(st.sampled_from([StatusThresholds(), StatusThresholds(on_course=1, off_course=0.5)])),
        references=draw(st.lists(st.builds(Reference, title=texts, kind=maybe(texts)), max_size=1)),
        phases=[Phase(id=name, title=draw(texts), start=start, end=end, share=draw(maybe(figures)))
                for name in phase_ids], strategies=strategies,
        direct_goals=draw(st.sampled_from([[], [Goal(id="alone", title="Alone")]])),
        direct_activities=draw(st.sampled_from([[], [Activity(id="work", title="Work", depends_on=earlier)]])),
        experiments=draw(st.lists(experiments, max_size=2, unique_by=lambda one: one.id)),
        assessments=[Assessment(goal=goal.id, day=start, judgement=draw(texts), remedy=draw(maybe(texts)))
                     for strategy in strategies for goal in strategy.goals[:1]],
        dimensions={"theme": theme}, unit_rows=draw(maybe(rows)), target_rows=draw(maybe(rows)),
        activity_rows=draw(maybe(rows)), sources={"register": register},
        tables={name: draw(tables()) for name in draw(st.sets(words, max_size=2))},
        chains=draw(st.sampled_from([{}, {"signal to value": Chain(title="C", table="t", steps=[
            ChainStep(id="seen", title="S", column="seen_on"),
            ChainStep(id="won", title="W", column="d", table="m", key="k"),
        ])}])),
        metrics=draw(st.sampled_from([{}, {"share": formula}])),
        prefer_metrics=draw(st.dictionaries(texts, texts, max_size=1)), prefer_tables={},
    )  # fmt: skip
