"""Those who began something, followed: retention, survival, conversion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from hgplan.metrics import Spells
from hgplan.metrics.counts import Converted, Retained, Survival
from hgplan.metrics.rows import Starts
from oracle.days import ONE_DAY, after
from oracle.figures import Figure, ratio
from oracle.spans import Span
from oracle.states import Run
from oracle.steps import Happening

if TYPE_CHECKING:
    from oracle.answers import Only, World


def cohort(world: World, measure: Retained | Survival, node: str, span: Span, only: Only) -> list[Happening]:
    """The starts in the cell, by the row that opens each."""
    often = Counter(span.days)
    return [
        row
        for row in world.rows.at(measure.rows.then(Starts(measure.scope)), node)
        if all(world.rows.value(row, column) == wanted for column, wanted in only)
        for _ in range(often[row.day])
    ]


def matured(figure: Figure, mature: int, entries: int, *, excluded: bool) -> Figure:
    """The figure with the share of its entries that is mature; with none mature there is no figure yet."""
    if not entries:
        return figure
    share = Fraction(mature, entries)
    if excluded and not mature:
        return attrs.evolve(figure, value=None, availability="immature", completeness=share)
    return attrs.evolve(figure, completeness=share)


def retained(world: World, measure: Retained, node: str, span: Span, only: Only) -> Figure:
    entries = cohort(world, measure, node, span, only)
    mature = [start for start in entries if after(start.day, measure.horizon) <= world.until]
    followed = mature if measure.immature == "exclude" else entries
    state = world.rows.state(measure.rows)
    where = world.tree.root if measure.scope == "organisation" else node
    # reading: an immature start that is included counts as kept while it still holds at `until`.
    kept = [start for start in followed if state.holds(where, start.entity, after(start.day, measure.horizon))]
    # reading: all starts of the cohort are the rows behind, the immature ones too.
    figure = ratio(len(kept), len(followed), len(entries))
    return matured(figure, len(mature), len(entries), excluded=measure.immature == "exclude")


@attrs.frozen
class Life:
    """One start followed: at risk after `since`, up to and with `until`, when it may have left; all in days."""

    since: int
    until: int
    horizon: int
    left: bool


def survival(world: World, measure: Survival, node: str, span: Span, only: Only) -> Figure:
    """Kaplan and Meier's product over the days on which somebody leaves, up to each one's own horizon."""
    entries = cohort(world, measure, node, span, only)
    lives = [_life(world, measure, node, start) for start in entries]
    share = Fraction(1)
    for day in sorted({life.until for life in lives if life.left and life.until > life.since}):
        at_risk = sum(life.since < day <= life.until for life in lives)
        left = sum(life.left and life.until == day and life.since < day for life in lives)
        share *= 1 - Fraction(left, at_risk)
    # reading: the curve begins at one and stays there while nobody is at risk; of nobody at all there is no curve.
    # Whoever leaves on the day of the horizon was at risk on it.
    still = sum(life.since < life.horizon <= life.until for life in lives)
    figure = Figure(
        value=share if lives else None,
        denominator=still,
        rows=len(entries),
        availability="available" if lives else "undefined",
        exact=False,
    )
    mature = [start for start in entries if after(start.day, measure.horizon) <= world.until]
    return matured(figure, len(mature), len(entries), excluded=True)


def _life(world: World, measure: Survival, node: str, start: Happening) -> Life:
    run, table = start.run, start.fact.table
    assert run is not None
    assert isinstance(table, Spells)
    since = -1
    if table.observed_from is not None:
        observed = start.fact.row[table.observed_from]
        if observed is not None:
            since = (observed - run.start).days
    horizon = (after(run.start, measure.horizon) - run.start).days
    end = world.until if run.end is None else run.end
    left = run.end is not None and not _censored(world, measure, node, start.entity, run)
    lasted = (end - run.start).days
    # Whoever leaves on the horizon's day has left by it; who is lost from sight on it was still there.
    return Life(since, min(lasted, horizon), horizon, left=left and lasted <= horizon)


def _censored(world: World, measure: Survival, node: str, entity: Any, run: Run) -> bool:
    """Whether the run's end is only the end of watching: so says the row that closes it."""
    assert run.end is not None
    where = world.tree.root if measure.scope == "organisation" else node
    state = world.rows.state(measure.rows)
    closing = state.covering(where, entity, run.end - ONE_DAY) + state.points(where, entity, run.end)
    row = min(closing, key=lambda spell: spell.precedence)
    table = row.table
    # reading: a move out of the unit is seen, so an end that is not the row's own is never censored.
    return (
        isinstance(table, Spells)
        and table.censored is not None
        and row.end == run.end
        and bool(row.row[table.censored])
    )


def converted(world: World, measure: Converted, node: str, span: Span, only: Only) -> Figure:
    # reading: contacts are those of the whole organisation's own row set, read at the unit of each.
    root, within = world.tree.root, measure.within
    contacts = [row for row in world.rows.at(measure.rows, root) if row.entity is not None]
    # reading: scope "unit" looks for what they did in the unit's subtree; credit is dealt among all contacts.
    credited = world.credit(measure, root if measure.scope == "organisation" else node)
    often = Counter(span.days)
    here = [
        contact
        for contact in contacts
        if node in world.tree.up(contact.unit, contact.place_day)
        and all(world.rows.value(contact, column) == wanted for column, wanted in only)
        for _ in range(often[contact.day])
    ]
    mature = [contact for contact in here if within is None or after(contact.day, within) - ONE_DAY <= world.until]
    counted = mature if measure.immature == "exclude" else here
    credits = [contact for contact in counted if id(contact) in credited]
    if measure.count == "entities":
        above, below = len({row.entity for row in credits}), len({row.entity for row in counted})
    else:
        # reading: a row of `to` that is credited to several contacts of one cell counts once there.
        times: Counter[int] = Counter()
        for contact, copies in Counter(map(id, credits)).items():
            times |= Counter(dict.fromkeys(credited[contact], copies))
        above, below = times.total(), len(counted)
    figure = ratio(above, below, len(counted))
    return matured(figure, len(mature), len(here), excluded=measure.immature == "exclude")


def credit(world: World, measure: Converted, node: str) -> dict[int, list[int]]:
    """Which contacts have the credit for which of the things done at the unit."""
    contacts = [row for row in world.rows.at(measure.rows, world.tree.root) if row.entity is not None]
    credited: dict[int, list[int]] = {}
    for number, deed in enumerate(world.rows.at(measure.to, node)):
        for contact in _credited(world, measure, contacts, deed):
            credited.setdefault(id(contact), []).append(number)
    return credited


def _credited(world: World, measure: Converted, contacts: Sequence[Happening], deed: Happening) -> Sequence[Happening]:
    """The contacts that have the credit for something done."""
    able = [
        contact
        for contact in contacts
        if contact.entity == deed.entity
        and contact.day <= deed.day
        and (measure.within is None or deed.day < after(contact.day, measure.within))
        and all(_shared(world, contact, deed, column) for column in measure.same)
    ]
    if measure.attribution == "all" or not able:
        return able
    edge: date = (max if measure.attribution == "latest" else min)(contact.day for contact in able)
    return [min((row for row in able if row.day == edge), key=lambda row: row.fact.precedence)]


def _shared(world: World, contact: Happening, deed: Happening, column: str) -> bool:
    # reading: nothing is shared where there is nothing.
    value = world.rows.value(contact, column)
    return value is not None and value == world.rows.value(deed, column)
