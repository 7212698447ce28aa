"""The elected and the active: how many they are, how many are new, and what they were trained in."""

from __future__ import annotations

from typing import Final

from hgplan import Events, Measure, Spells, metric

__all__ = ["elected", "engaged", "engaged_share", "newly_engaged", "trained_by_now_share", "trained_share"]

_ENGAGED: Final = "role.is_in(['elected', 'active'])"


@metric(unit="people", version="2022-01-01")
def newly_engaged(roles: Spells, *, away: str = "24mo", role: str = "any") -> Measure:
    """People who became elected or active in the period and had been neither for so long before it.

    A person who is both counts once, as does one who goes from one role to the other. Who was never in a role before
    is new; `away="ever"` counts only them. `role` asks for one of the two roles alone.
    """
    engaged = roles.where(_ENGAGED if role == "any" else f"role == {role!r}")
    if away == "ever":
        return engaged.starts(scope="organisation").first().distinct()
    return engaged.starts(scope="organisation", gap=away).distinct()


@metric(unit="people")
def engaged(roles: Spells) -> Measure:
    """People who are elected or active at the end of the period; who is both counts once."""
    return roles.where(_ENGAGED).active()


@metric(unit="people")
def elected(roles: Spells) -> Measure:
    """People who are elected at the end of the period."""
    return roles.where("role == 'elected'").active()


@metric(unit="%")
def engaged_share(roles: Spells, memberships: Spells) -> Measure:
    """People who are elected or active at the end of the period, per member."""
    return roles.where(_ENGAGED).active() / memberships.active()


@metric(unit="%")
def trained_share(trainings: Events, roles: Spells, *, course: str = "arguments") -> Measure:
    """People trained in the course in the period while elected, active or employed, per person in such a role at its
    end."""
    return trainings.where(f"course == {course!r}").during(roles).distinct() / roles.active()


@metric(unit="%")
def trained_by_now_share(trainings: Events, roles: Spells, *, course: str = "arguments") -> Measure:
    """Of the people elected, active or employed at the end of the period, the share trained in the course by then."""
    still = roles.active() > 0
    trained = trainings.where(f"course == {course!r}").distinct(having=still)
    return trained.to_date() / roles.active()
