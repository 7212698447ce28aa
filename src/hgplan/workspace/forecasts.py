"""A forecast as a value: what a goal's figure may come to, by which method, and what it rests on, in words too."""

from __future__ import annotations

from datetime import date
from typing import Final

import attrs

from hgplan.followup.foresight import Method, Unforeseen
from hgplan.followup.outlook import FEWEST
from hgplan.model import Comparator, Period
from hgplan.outputs.numbers import Language, as_language, day_text, figure_text, number_text
from hgplan.outputs.words import word

__all__ = ["Forecast"]

_METHODS: Final[dict[Method, tuple[str, str]]] = {
    "seasonal share": (
        "årstidsandel: årets egen takt vägd mot vad samma del av tidigare år gav",
        "seasonal share: this year's pace weighed with what the same part of earlier years brought",
    ),
    "seasonal change": (
        "årstidsförändring: dagens nivå och hur tidigare år ändrades från samma dag",
        "seasonal change: today's level and how earlier years changed from the same day on",
    ),
}
_WHY: Final[dict[Unforeseen, tuple[str, str]]] = {
    "over": ("Ingen prognos: perioden är över.", "No forecast: the period is over."),
    "not begun": ("Ingen prognos: perioden har inte börjat.", "No forecast: the period has not begun."),
    "no metric": ("Ingen prognos: målet har inget mått.", "No forecast: the goal has no metric."),
    "no value": ("Ingen prognos: uppgift saknas.", "No forecast: there is no figure."),
    "incomplete": (
        "Ingen prognos: rapporter saknas i utfallet hittills.",
        "No forecast: reports are missing in the figure to date.",
    ),
    "not a count": (
        "Ingen prognos: andelar och medeltal förutsägs inte.",
        "No forecast: shares and means are not foretold.",
    ),
    "nothing before": (
        "Ingen prognos: tidigare år gav inget att gå efter.",
        "No forecast: earlier years brought nothing to go by.",
    ),
    "history": (
        "Historiken räcker inte till en prognos: kända tidigare år {years}, minst {fewest} behövs.",
        "There isn't enough history for a forecast: earlier years known {years}, at least {fewest} needed.",
    ),
}
_PACES: Final = {
    "linear": ("rak takt", "a straight line"),
    "history": ("tidigare års takt", "the pace of earlier years"),
    "milestones": ("milstolparna", "the milestones"),
    "phases": ("faserna", "the phases"),
}


@attrs.frozen(kw_only=True)
class Forecast:
    """What a goal's figure may come to by the end of a target's period, and what that rests on.

    `forecast` is the figure that it ends above as likely as below, `low` and `high` those between which it ends with
    the probability `level`, `probability` how likely it meets the target. All are None where `why` says so, as with
    fewer than three earlier years. `years` are the earlier periods used, none of them before the day `since` which the
    metric is defined as it is, `shape_of` the unit whose shape they have, `pace` the curve behind `expected` and
    `pace_years` the earlier periods that it is drawn by. Internal, no release.
    """

    goal: str
    title: str
    metric: str | None
    written: str | None
    unit: str
    period: Period
    until: date
    known_on: date | None
    value: float | None
    target: float | None
    target_to: float | None
    comparator: Comparator | None
    expected: float | None
    pace: str
    pace_years: tuple[Period, ...] = ()
    method: Method | None = None
    level: float
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    whole: bool = False
    years: tuple[Period, ...] = ()
    since: date | None = None
    shape_of: str | None = None
    why: Unforeseen | None = None

    def text(self, language: str = "en") -> str:
        """The forecast in a few sentences, in Swedish (`sv`) or English."""
        written = as_language(language)
        sentences = [self._begin(written), self._foretold(written), self._edition(written), self._pace(written)]
        return " ".join(sentence for sentence in sentences if sentence)

    def __str__(self) -> str:
        return self.text()

    def _figure(self, value: float | None, language: Language) -> str:
        return figure_text(
            round(value) if self.whole and self.written not in ("%", "‰") and value is not None else value,
            self.written,
            language,
        )

    def _begin(self, language: Language) -> str:
        head = f"{self.title}, {self.unit}, {self.period.id}"
        if self.value is None:
            return f"{head}."
        day = day_text(self.until, language)
        until = f"till och med {day}" if language == "sv" else f"up to and with {day}"
        return f"{head}: {self._figure(self.value, language)} {until}."

    def _foretold(self, language: Language) -> str:
        swedish = language == "sv"
        if self.why is not None:
            return _WHY[self.why][0 if swedish else 1].format(years=len(self.years), fewest=FEWEST)
        assert self.method is not None  # one of the two there always is
        middle, low, high = (self._figure(value, language) for value in (self.forecast, self.low, self.high))
        sure, method = _percent(self.level, language), _METHODS[self.method][0 if swedish else 1]
        span = f"{self.years[0].start.year}–{self.years[-1].start.year}"
        count = len(self.years)
        said = (
            f"Vid periodens slut väntas {middle}, med {sure} sannolikhet mellan {low} och {high}."
            if swedish
            else f"By the end of the period {middle} is expected, with {sure} probability between {low} and {high}."
        )
        if self.probability is not None:
            chance = _percent(self.probability, language)
            said += (
                f" Sannolikheten att målet nås ({self._aim(language)}) är {chance}."
                if swedish
                else f" The probability of reaching the target ({self._aim(language)}) is {chance}."
            )
        said += (
            f" Metod: {method}; {count} tidigare år ({span}), vars avvikelser ger intervallet."
            if swedish
            else f" Method: {method}; {count} earlier years ({span}), whose misses give the interval."
        )
        if self.shape_of not in (None, self.unit):
            said += (
                f" Årets form är hämtad från {self.shape_of}, eftersom enheten själv har för lite."
                if swedish
                else f" The shape of the year is that of {self.shape_of}, since the unit has too little of its own."
            )
        return said

    def _edition(self, language: Language) -> str:
        if self.since is None:
            return ""
        day = day_text(self.since, language)
        if language == "sv":
            return f"Måttet är definierat så här sedan {day}; år dessförinnan jämförs inte."
        return f"The metric has been defined like this since {day}; years before are not compared."

    def _pace(self, language: Language) -> str:
        if self.expected is None:
            return ""
        both = _PACES.get(self.pace, (self.pace, self.pace))
        expected, years = self._figure(self.expected, language), len(self.pace_years)
        if language == "sv":
            drawn = f" ({years} tidigare år)" if years else ""
            return f"Nu väntas {expected} efter {both[0]}{drawn}."
        drawn = f" ({years} earlier year{'s' if years > 1 else ''})" if years else ""
        return f"By now {expected} is expected by {both[1]}{drawn}."

    def _aim(self, language: Language) -> str:
        target = figure_text(self.target, self.written, language)
        if self.target_to is not None:
            target += f"–{figure_text(self.target_to, self.written, language)}"
        return f"{word(self.comparator or '', language)} {target}"


def _percent(share: float, language: Language) -> str:
    sign = "\u00a0%" if language == "sv" else "%"
    if share < 0.01:
        return f"under 1{sign}"
    if share > 0.99:
        return f"{'över' if language == 'sv' else 'over'} 99{sign}"
    return f"{number_text(share * 100, language, decimals=0)}{sign}"
