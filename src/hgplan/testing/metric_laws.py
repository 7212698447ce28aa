"""The laws that every metric is held to, over drawn organisations and rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import isclose
from multiprocessing import Pipe
from typing import Final

import attrs
from hypothesis import strategies as st

from hgplan.metrics import Aggregate, Events, FactTable, Measure, Metric, RowSet, Snapshots, Spells, Table, parse
from hgplan.metrics.counts import Active, Average, Count, Coverage, Picked, Units
from hgplan.metrics.measures import Default, MeanOfUnits, Previous
from hgplan.metrics.reads import columns_read, measures_in, row_sets
from hgplan.metrics.rows import Bridged, Ends, Starts, Where
from hgplan.model import Duration
from hgplan.testing.asking import Answer, Ask, answered, same
from hgplan.testing.cases import Case, cases, roles
from hgplan.testing.declarations import Declared, declared_for
from hgplan.testing.laws import Counterexample, Law, held
from hgplan.testing.turns import (
    a_cycle_later,
    at_the_root,
    in_two_frames,
    later,
    measured_later,
    renamed,
    reordered,
    with_days_to_come,
    with_news,
)
from hgplan.workspace import Workspace

__all__ = ["metric_laws"]

_LEVELS: Final = ("association", "local")
_ROOT: Final = "top"


@attrs.frozen(kw_only=True)
class _Subject:
    """A metric with every metric that it names put in its place, and what its laws are tried on."""

    metric: Metric
    declared: Declared
    levels: tuple[str, ...]
    every: str
    examples: int
    ask: Ask

    def cases(self, *, known: bool = False) -> st.SearchStrategy[Case]:
        return cases(self.declared, self.levels, self.every, known=known)

    def over_cases(self, check: Callable[[Case], None], *, known: bool = False) -> None:
        held(self.cases(known=known), check, self.examples)

    def figures(self, case: Case) -> Answer:
        return self.ask(case, [self.metric])[0]


def metric_laws(
    metric: Metric,
    tables: Sequence[Table] = (),
    beside: Sequence[Metric | Aggregate] = (),
    examples: int = 20,
    ask: Ask | None = None,
) -> tuple[Law, ...]:
    """The laws that apply to the metric; those that ask about what it doesn't have are left out."""

    def law(name: str, says: str, hold: Callable[[], None]) -> Law:
        return Law(name, says, subject=f"metric {metric.id!r}", hold=hold)

    written = (
        law("definition", "a metric says what it counts", partial(_defined, metric)),
        law("text form", "what a metric prints is read back as the same", partial(_read_back, metric)),
        law("another process", "a metric goes to another process and comes back the same", partial(_sent, metric)),
        law("same again", "a metric's function says the same when it runs again", partial(_run_again, metric)),
    )
    resolved = Workspace(metrics=[one for one in beside if one != metric]).metric(metric)
    subject = _Subject(
        metric=resolved,
        declared=declared_for(resolved.measure, tables, metric.tables),
        levels=_levels(resolved.measure),
        every=_every(resolved.measure),
        examples=examples,
        ask=ask or partial(answered, beside=[one for one in beside if isinstance(one, Aggregate)]),
    )
    answers = law("answers", "a metric has figures whatever the rows are", partial(_answers, subject))
    drawn = (law(name, says, partial(hold, subject)) for name, says, hold in _drawn(subject))
    return (*written, attrs.evolve(answers, first=True), *drawn)


def _drawn(subject: _Subject) -> list[tuple[str, str, Callable[[_Subject], None]]]:
    facts = [table for table in subject.declared.tables.values() if isinstance(table, Events | Spells | Snapshots)]
    found: list[tuple[str, str, Callable[[_Subject], None]]] = [
        ("order of rows", "rows in another order are the same rows", _in_any_order),
        ("two frames", "rows that come in two frames are the same rows", _in_two_frames),
        ("400 years", "a whole cycle of the calendar later everything is the same", _a_cycle_later),
        ("days to come", "what happens after the last day asked about changes nothing", _unmoved(with_days_to_come)),
        ("ratio", "a numerator over its denominator makes the figure", _made_again),
    ]
    if any(table.entity is not None for table in facts):
        found.append(("names of people", "people by other names are the same people", _unmoved(renamed)))
    if all(table.recorded is not None for table in facts):
        says = "what is recorded after a day changes nothing that was known on it"
        found.append(("news", says, _unmoved(with_news, known=True)))
    if _apart_from_the_tree(subject):
        found.append(("rows at the root", "the root's figure is counted from rows wherever they stand", _at_the_root))
    if _states(subject.metric.measure, subject.declared):
        says = "the opening and those who came, less those who left, are those at the end"
        found.append(("balance", says, _balanced))
    return found


def _levels(measure: Measure) -> tuple[str, ...]:
    named = [part.level for part in measures_in(measure) if isinstance(part, Units | Coverage | MeanOfUnits)]
    return tuple(dict.fromkeys(level for level in named if level is not None)) or _LEVELS


def _every(measure: Measure) -> str:
    """A grain that the measure can be asked in: that of its averages, or one of which its offsets are whole periods."""
    for part in measures_in(measure):
        if isinstance(part, Average) and part.every != "day":
            return part.every
        if isinstance(part, Previous):
            offset = Duration.parse(part.offset)
            if offset.days:
                return "day" if offset.months or offset.days % 7 else "week"
    return "month"


def _defined(metric: Metric) -> None:
    if not metric.definition.strip():
        raise Counterexample("its docstring is empty, and reports show it")


def _read_back(metric: Metric) -> None:
    text = str(metric.measure)
    again = parse(text)
    if again != metric.measure or hash(again) != hash(metric.measure):
        raise Counterexample(f"{text} is read as {again}")


def _sent(metric: Metric) -> None:
    there, here = Pipe(duplex=False)
    with there, here:
        here.send(metric)
        again: object = there.recv()
    if again != metric or hash(again) != hash(metric):
        raise Counterexample(f"it comes back as {again}")


def _run_again(metric: Metric) -> None:
    if metric.function is None:
        return
    again = metric(*(_symbol(name, kind) for name, kind in metric.tables.items()))
    if again != metric.measure:
        raise Counterexample(f"first {metric.measure}, then {again}")


def _answers(subject: _Subject) -> None:
    def check(case: Case) -> None:
        subject.figures(case)

    subject.over_cases(check)


def _symbol(name: str, kind: str) -> FactTable:
    match kind:
        case "Spells":
            return Spells(name, start="start", end="end", entity="entity")
        case "Snapshots":
            return Snapshots(name, at="at")
        case _:
            return Events(name, at="at")


def _unmoved(turn: Callable[[Case], Case], *, known: bool = False) -> Callable[[_Subject], None]:
    """The law that a turn of the case leaves every figure."""

    def hold(subject: _Subject) -> None:
        subject.over_cases(lambda case: same(subject.figures(case), subject.figures(turn(case))), known=known)

    return hold


def _in_any_order(subject: _Subject) -> None:
    held(
        st.tuples(subject.cases(), st.randoms(use_true_random=False)),
        lambda drawn: same(subject.figures(drawn[0]), subject.figures(reordered(*drawn))),
        subject.examples,
    )


def _in_two_frames(subject: _Subject) -> None:
    def check(case: Case) -> None:
        (apart,) = subject.ask(case, [subject.metric], frames=in_two_frames)
        same(subject.figures(case), apart)

    subject.over_cases(check)


def _a_cycle_later(subject: _Subject) -> None:
    moved = attrs.evolve(subject.metric, measure=measured_later(subject.metric.measure))

    def check(case: Case) -> None:
        (told,) = subject.ask(a_cycle_later(case), [moved])
        same(subject.figures(case), told, lambda key: (key[0], later(key[1])))

    subject.over_cases(check)


def _apart_from_the_tree(subject: _Subject) -> bool:
    """Whether the measure looks at rows alone, and never at which unit they are of."""
    measure, tables = subject.metric.measure, subject.declared.tables
    for part in measures_in(measure):
        if isinstance(part, Units | Coverage | MeanOfUnits):
            return False
        if isinstance(part, Picked | Average) and "entity" not in roles(tables[part.rows.table]):
            return False
    return all(roles(tables[name]).get("unit") not in columns for name, columns in columns_read(measure).items())


def _at_the_root(subject: _Subject) -> None:
    def check(case: Case) -> None:
        placed, raised = subject.figures(case), subject.figures(at_the_root(case))
        same({key: told for key, told in placed.items() if key[0] == _ROOT}, raised)

    subject.over_cases(check)


def _made_again(subject: _Subject) -> None:
    defaulted = any(isinstance(part, Default) for part in measures_in(subject.metric.measure))

    def check(case: Case) -> None:
        for (unit, first), told in subject.figures(case).items():
            if told.numerator is None or told.denominator is None or told.availability == "immature":
                continue
            wanted = float(told.numerator) / float(told.denominator) if told.denominator else None
            if wanted is None and defaulted:
                continue
            if (told.value is None) != (wanted is None) or (
                wanted is not None and not isclose(told.value or 0, wanted)
            ):
                made = f"{told.numerator} / {told.denominator}"
                raise Counterexample(f"{unit} from {first} on: {told.value} is told of {made}")

    subject.over_cases(check)


def _states(measure: Measure, declared: Declared) -> tuple[RowSet, ...]:
    """The spells that the measure looks at, as far as they are chosen and not yet turned into events."""
    found: dict[RowSet, None] = {}
    for rows in row_sets(measure):
        if isinstance(declared.tables[rows.table], Spells):
            kept = []
            for step in rows.steps:
                if not isinstance(step, Where | Bridged):
                    break
                kept.append(step)
            found[RowSet(rows.table, tuple(kept))] = None
    return tuple(found)


def _balanced(subject: _Subject) -> None:
    def check(case: Case) -> None:
        for rows in _states(subject.metric.measure, subject.declared):
            asked = [Active(rows, "start"), Count(rows.then(Starts())), Count(rows.then(Ends())), Active(rows)]
            opening, starts, ends, closing = subject.ask(case, asked)
            for key, told in closing.items():
                parts = [answer[key].value for answer in (opening, starts, ends)]
                if told.value is None or None in parts:
                    continue
                first, came, left = (part or 0 for part in parts)
                if first + came - left != told.value:
                    raise Counterexample(
                        f"{rows} of {key[0]} from {key[1]} on: {first:g} + {came:g} - {left:g} is not {told.value:g}"
                    )

    subject.over_cases(check)
