"""Spreading a plan's target over the units below: which figure, over whom, and by the figures of which time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal

from hgplan.engine import Clocks, Facts, figures
from hgplan.errors import PlanError, UnknownName, nearest, raise_all
from hgplan.followup.allocation import Allocation, allocate
from hgplan.followup.asking import Figures
from hgplan.followup.followed import Followed, target_periods
from hgplan.followup.targets import standing
from hgplan.followup.weights import Amount, Bounds
from hgplan.metrics import Metric
from hgplan.model import Organisation, Period, Plan, Target
from hgplan.model.periods import grain_of, previous_period

__all__ = ["before", "receivers", "spread", "target_of"]


def spread(
    target: Amount,
    metric: Metric,
    facts: Facts,
    *,
    of: str | None = None,
    units: str | Sequence[str] | None = None,
    period: Period | None = None,
    measured: Period,
    clocks: Clocks,
    tree: date | None = None,
    step: Amount | None = None,
    floors: Bounds = None,
    caps: Bounds = None,
    ask: Figures = figures,
) -> Allocation:
    """Deal a target of `period` out over units in proportion to a metric's figures of `measured`.

    `units` is a level, ids, or None for the ones right below `of`, which is the root unless said: those open at some
    time in `period` (unsaid: on the last day of the data), in the tree of its last day unless `tree` is said. A unit
    that was not open in `measured` has no figure to go by, and gets nothing.

    Raises PlanError where figures are missing, because nobody knows what those units are due.
    """
    organisation = facts.organisation
    whole = of or organisation.root
    unknown = [
        UnknownName(f"no unit named {unit!r}", hint=nearest(str(unit), organisation.units))
        for unit in (whole, *(() if isinstance(units, str | None) else units))
        if unit not in organisation
    ]
    if unknown:
        raise_all("the target can't be spread", unknown)
    if measured.start > clocks.until:
        what = f"there are no figures of {measured} to go by: it begins after {clocks.until}"
        raise PlanError(what, hint="say measured=, an earlier period")
    first, last = (period.start, period.end) if period else (clocks.until, clocks.until)
    if isinstance(units, str | None):
        receiving = receivers(organisation, whole, units, first=first, last=last, tree=tree or last)
    else:
        receiving = tuple(dict.fromkeys(units))
        _check_apart(receiving, organisation, tree or last)
    told = ask(facts, [metric], units=receiving, periods=[measured], clocks=clocks, tree=tree or last, pools={})
    faults = [
        PlanError(
            f"the figure of {metric.id!r} for unit {unit!r} in {measured} is {why or 'lost with a broken plugin'}",
            hint="spread by another metric or period, or give hgplan.allocate weights of your own",
        )
        for unit, value, why in told.select("unit", "value", "availability").iter_rows()
        if value is None and why != "not_expected"
    ]
    if faults:
        raise_all("the target can't be spread", faults)
    return allocate(target, told, step=step, floors=floors, caps=caps)


def _check_apart(units: Collection[str], organisation: Organisation, day: date) -> None:
    """Raise PlanError where one unit stands below another one of them: it would be dealt its part twice."""
    twice = [
        PlanError(f"unit {unit!r} stands below {above!r}", hint="give the one or the other")
        for unit in units
        for above in organisation.ancestors(unit, day)
        if above != unit and above in units
    ]
    if twice:
        raise_all("the target can't be spread over units that hold each other", twice)


def target_of(
    followed: Followed,
    plan: Plan,
    organisation: Organisation,
    *,
    period: str | None = None,
    unit: str | None = None,
    known_on: date | None = None,
) -> tuple[Amount, Period]:
    """The figure to which a unit is held in a period by its own target, and the period; unsaid the goal's only one.

    Raises PlanError where there is no such target, and where its figure is none that parts can make together.
    """
    whole = unit or organisation.root
    where = f"goal {followed.goal.id!r}"
    if not followed.adds_over_units:
        hint = "give each unit the same target, or spread what the share is made of"
        raise PlanError("shares of parts don't add up to the share of the whole", where=where, hint=hint)
    own: dict[Period, Target] = {}
    if followed.goal.targets:
        for one, versions in target_periods(followed, plan, organisation, until=date.max).items():
            stands = standing(versions.get(whole, ()), on=known_on)
            if stands is not None:
                own[one] = stands
    found = _chosen(own, plan, period, f"{where}, unit {whole!r}")
    target = own[found]
    value = target.value
    if value is None or target.comparator in ("between", "increase_by_percent"):
        hint = "spread a figure of your own: ws.allocate(1200, by=...)"
        raise PlanError(f"a target of the kind {target.comparator} can't be spread", where=where, hint=hint)
    if isinstance(value, float):
        return (int(value) if value.is_integer() else Decimal(repr(value))), found
    return value, found


def _chosen(own: dict[Period, Target], plan: Plan, period: str | None, where: str) -> Period:
    known = [one.id for one in own]
    if not own:
        raise PlanError("there is no target to spread", where=where, hint="a target names its unit, or none for all")
    if period is None:
        if len(own) > 1:
            raise PlanError("which target is to be spread?", where=where, hint=f"say period=, of {', '.join(known)}")
        return next(iter(own))
    asked = plan.parse_period(period)
    for one in own:
        if (one.start, one.end) == (asked.start, asked.end):
            return one
    raise UnknownName(f"no target for {period!r}", where=where, hint=nearest(period, known))


def receivers(
    organisation: Organisation, below: str, level: str | None, *, first: date, last: date, tree: date
) -> tuple[str, ...]:
    """The units of a level, or (unsaid) the ones right below, that stand under a unit and are open at some time.

    >>> club = Organisation.from_rows([{"unit": "club"}, {"unit": "north", "parent": "club", "level": "branch"},
    ...     {"unit": "south", "parent": "club", "level": "branch", "closed": "2022-07-01"}])
    >>> receivers(club, "club", "branch", first=date(2023, 1, 1), last=date(2023, 12, 31), tree=date(2023, 12, 31))
    ('north',)
    """
    among = organisation.units if level is None else organisation.units_at(level)
    found = [
        unit
        for unit in among
        if _stands_under(organisation, unit, below, level is None, tree)
        and any(
            (opened is None or opened <= last) and (closed is None or closed > first)
            for opened, closed in organisation.open_spans(unit)
        )
    ]
    if not found:
        who = "unit right" if level is None else f"unit of the level {level!r}"
        raise PlanError(f"there is no {who} below {below!r} to spread anything over")
    return tuple(found)


def _stands_under(organisation: Organisation, unit: str, below: str, right: bool, tree: date) -> bool:
    above = organisation.ancestors(unit, tree)[1:]
    return above[:1] == (below,) if right else below in above


def before(period: Period, *, year_starts: str = "01-01") -> Period:
    """The period of the same grain right before; of a stretch of its own the equally many days before it.

    >>> before(Period.parse("2023")).id, before(Period.parse("2022-03-01/2022-03-10")).id
    ('2022', '2022-02-19/2022-02-28')
    """
    grain = grain_of(period, year_starts=year_starts)
    if grain is not None:
        return previous_period(period, grain, year_starts=year_starts)
    end = period.start - timedelta(days=1)
    start = end - timedelta(days=period.days - 1)
    return Period(id=f"{start}/{end}", start=start, end=end)
