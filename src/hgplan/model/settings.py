"""Settings of a plan: its time and its thresholds."""

from __future__ import annotations

import attrs

from hgplan.errors import PlanError
from hgplan.model.faults import Faults
from hgplan.model.grains import year_start
from hgplan.model.targets import Number

__all__ = ["CalendarSettings", "StatusThresholds"]


@attrs.frozen(kw_only=True)
class CalendarSettings:
    """In which time zone a moment becomes a day, and on which day the plan's year begins."""

    timezone: str = "UTC"
    year_starts: str = "01-01"

    def __attrs_post_init__(self) -> None:
        faults = Faults("the calendar")
        faults.text("timezone", self.timezone)
        try:
            year_start(self.year_starts)
        except PlanError as fault:
            faults.add(fault.what, at="year_starts", hint=fault.hint)
        faults.close()


@attrs.frozen(kw_only=True)
class StatusThresholds:
    """From which share of what is due a goal is on course, and below which it is off course."""

    on_course: Number = 0.95
    off_course: Number = 0.80

    def __attrs_post_init__(self) -> None:
        faults = Faults("the status")
        sound = [faults.number(at, getattr(self, at), least=0) for at in ("on_course", "off_course")]
        if all(sound) and self.off_course > self.on_course:
            what = f"off_course is {self.off_course}, above on_course {self.on_course}"
            faults.add(what, at="off_course", hint="shares of what is due: on_course = 0.95, off_course = 0.80")
        faults.close()
