"""Members: those who come, those who stay, those who leave, and how many there are."""

from __future__ import annotations

from hgplan import Measure, Snapshots, Spells, metric

__all__ = [
    "density",
    "first_time_members",
    "kept_recruits",
    "leavers",
    "leaving_share",
    "members",
    "memberships_begun",
    "memberships_ended",
    "net_growth",
    "new_members",
    "opening_members",
    "recruit_channel_share",
    "registered_late_share",
    "reported_members",
    "retention",
    "staying_share",
]


@metric(unit="people")
def new_members(memberships: Spells) -> Measure:
    """People who became members in the period and were not members anywhere in the organisation the day before.

    Gross recruits: who comes back after leaving counts again, who moves between associations does not.
    """
    return memberships.starts(scope="organisation").distinct()


@metric(unit="people")
def first_time_members(memberships: Spells) -> Measure:
    """People who became members in the period for the first time ever."""
    return memberships.starts(scope="organisation").first().distinct()


@metric(unit="people")
def leavers(memberships: Spells) -> Measure:
    """People who stopped being members in the period and had no membership left anywhere in the organisation."""
    return memberships.ends(scope="organisation").distinct()


@metric(unit="people")
def net_growth(memberships: Spells) -> Measure:
    """Memberships that began less memberships that ended in the period, as the unit itself sees them.

    Who moves between two associations ends in one and begins in the other; above both, nothing has happened. The
    members on the day before the period and this together are the members at its end.
    """
    return memberships.starts().count() - memberships.ends().count()


@metric(unit="people")
def opening_members(memberships: Spells) -> Measure:
    """People who are members on the day before the period.

    With the memberships begun, less those ended, they are the members at its end.
    """
    return memberships.active(at="start")


@metric(unit="people")
def memberships_begun(memberships: Spells) -> Measure:
    """Memberships that began in the period, as the unit itself sees them: who moves here begins here."""
    return memberships.starts().count()


@metric(unit="people")
def memberships_ended(memberships: Spells) -> Measure:
    """Memberships that ended in the period, as the unit itself sees them: who moves away ends here."""
    return memberships.ends().count()


@metric(unit="%")
def retention(memberships: Spells, *, horizon: str = "12mo") -> Measure:
    """Of those who became members in the period and whose horizon has passed, the share who are members on that day."""
    return memberships.retained(horizon)


@metric(unit="people")
def kept_recruits(memberships: Spells, *, horizon: str = "12mo") -> Measure:
    """Those who became members in the period and are members when the horizon has passed: what retention counts."""
    return memberships.retained(horizon).numerator


@metric(unit="%")
def staying_share(memberships: Spells, *, horizon: str = "12mo") -> Measure:
    """Of those who became members in the period, the share who stay for the horizon without a break.

    It is Kaplan and Meier's estimate, which also counts those whose horizon has not passed for as long as they stayed.
    """
    return memberships.survival(horizon)


@metric(unit="people")
def members(memberships: Spells) -> Measure:
    """People who are members at the end of the period; who belongs to two associations counts once above them."""
    return memberships.active()


@metric(unit="%")
def leaving_share(memberships: Spells) -> Measure:
    """People who left in the period, per member on the day before it."""
    return memberships.ends(scope="organisation").distinct() / memberships.active(at="start")


@metric(unit="%")
def recruit_channel_share(memberships: Spells, *, channel: str = "door") -> Measure:
    """Of the memberships that began in the period, the share that was won through the channel."""
    begun = memberships.starts(scope="organisation")
    return begun.where(f"channel == {channel!r}").count() / begun.count()


@metric(unit="%")
def registered_late_share(memberships: Spells, *, after: str = "30d") -> Measure:
    """Of the rows of the register that began in the period, the share that was written down only after so long."""
    rows = memberships.rows("start")
    return rows.where(f"recorded_on > joined_on + {after!r}").count() / rows.count()


@metric(unit="people")
def reported_members(reports: Snapshots) -> Measure:
    """Members as the associations themselves last counted them in the period."""
    return reports.last("members")


@metric(unit="%")
def density(memberships: Spells, households: Snapshots) -> Measure:
    """Members at the end of the period, per household of tenants as last counted in it."""
    return memberships.active() / households.last("households")
