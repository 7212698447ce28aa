"""Activities held: how many, where, about what, by whom, and what they bring."""

from __future__ import annotations

from hgplan import Events, Measure, Spells, metric

__all__ = [
    "activities_held",
    "campaign_activities",
    "campaign_coverage",
    "joint_share",
    "participants",
    "partner_share",
    "recruiting_marker_share",
    "recruits_by_activities",
    "recruits_per_hour",
    "themes_in_use",
]


@metric(unit="activities")
def activities_held(occasions: Events) -> Measure:
    """Times that an activity was held in the period."""
    return occasions.count()


@metric(unit="activities")
def campaign_activities(occasions: Events, *, phase: str = "all") -> Measure:
    """Times that an activity of the common campaign was held in the period: in all of its phases, or in one."""
    held = occasions.where("activities.campaign")
    return held.count() if phase == "all" else held.where(f"phase == {phase!r}").count()


@metric(unit="%")
def campaign_coverage(occasions: Events, *, level: str = "association") -> Measure:
    """Of the associations open in the period, the share that held an activity of the common campaign."""
    return occasions.where("activities.campaign").coverage(level)


@metric(unit="%")
def recruiting_marker_share(occasions: Events) -> Measure:
    """Of the activities held in the period, the share marked as recruiting; an empty mark is no mark."""
    return occasions.where("recruiting").count() / occasions.count()


@metric(unit="%")
def joint_share(occasions: Events) -> Measure:
    """Of the campaign's activities held in the period, the share carried by all four kinds of doer.

    They are the elected of the regional board, of the association and of the local association, and the employees.
    """
    campaign = occasions.where("activities.campaign")
    together = "by_regional_board & by_association & by_local_association & by_employees"
    return campaign.where(together).count() / campaign.count()


@metric(unit="%")
def partner_share(occasions: Events) -> Measure:
    """Of the activities held in the period, the share held together with other actors."""
    return occasions.where("partners > 0").count() / occasions.count()


@metric(unit="people")
def participants(occasions: Events) -> Measure:
    """Participants in the activities held in the period; who comes twice counts twice."""
    return occasions.sum("participants")


@metric(unit="themes")
def themes_in_use(occasions: Events) -> Measure:
    """Different themes of the activities held in the period."""
    return occasions.distinct("theme")


@metric(unit="people")
def recruits_by_activities(memberships: Spells) -> Measure:
    """People who became members in the period and were recruited at an activity."""
    return memberships.starts(scope="organisation").where("recruited_by_activity.is_not_null()").distinct()


@metric(unit="recruits per hour")
def recruits_per_hour(memberships: Spells, occasions: Events) -> Measure:
    """Memberships won at activities in the period, per hour of activity held."""
    won = memberships.starts(scope="organisation").where("recruited_by_activity.is_not_null()").count()
    return won * 60 / occasions.sum("minutes")
