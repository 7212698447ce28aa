"""Registers: materials and arguments, successes and whether they were told, signals noticed, tools."""

from __future__ import annotations

from hgplan import Events, Measure, Spells, metric

__all__ = [
    "arguments_kept",
    "materials_current",
    "signals_noticed",
    "successes_told_share",
    "successes_won",
    "tool_access_share",
    "tool_use_share",
]


@metric(unit="materials")
def materials_current(materials: Spells, *, kind: str = "all") -> Measure:
    """Materials that stand at the end of the period, each in its newest version; of all kinds, or of one."""
    return (materials if kind == "all" else materials.where(f"kind == {kind!r}")).active()


@metric(unit="arguments")
def arguments_kept(materials: Spells, *, relevance: int = 1) -> Measure:
    """Arguments for membership on the list at the end of the period, of at least so much relevance (from 1 to 5)."""
    return materials.where("kind == 'argument'").where(f"relevance >= {relevance}").active()


@metric(unit="successes")
def successes_won(successes: Events) -> Measure:
    """Successes for members in the period."""
    return successes.count()


@metric(unit="%")
def successes_told_share(successes: Events, tellings: Events) -> Measure:
    """Of the successes in the period, the share that was told to anybody since."""
    return successes.converted(tellings)


@metric(unit="signals")
def signals_noticed(signals: Events) -> Measure:
    """Signals from the world around that were noticed in the period."""
    return signals.count()


@metric(unit="%")
def tool_access_share(tool_access: Spells, roles: Spells) -> Measure:
    """Of the people elected, active or employed at the end of the period, the share with access to a digital tool."""
    has_one, is_there = tool_access.active() > 0, roles.active() > 0
    given = tool_access.rows("start").distinct(having=has_one & is_there)
    return given.to_date() / roles.active()


@metric(unit="%")
def tool_use_share(tool_uses: Events, tool_access: Spells) -> Measure:
    """Of the people with access to a digital tool at the end of the period, the share who used one in it."""
    still = tool_access.active() > 0
    used = tool_uses.during(tool_access).distinct(having=still)
    return used / tool_access.active()
