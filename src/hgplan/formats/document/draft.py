"""The plan that a document's material makes: ids given, goals bound to metrics, and what is unsaid told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from hgplan.formats.document.chapters import Chapter, Material, Task
from hgplan.formats.document.figures import Figure, threshold_of
from hgplan.formats.document.goals import commitment_of
from hgplan.formats.document.ids import Ids
from hgplan.formats.document.phases import NamedPhase
from hgplan.formats.document.phrases import Phrases
from hgplan.hookspecs import Unplaced
from hgplan.model import Activity, Condition, Goal, Period, Phase, Plan, Quote, Reference, Strategy, Vision

__all__ = ["Head", "draft"]


@attrs.frozen(kw_only=True)
class Head:
    """What a document says of itself: its title, whose plan it is, its language and its time."""

    title: str
    language: str
    document: str
    organisation: str | None = None
    period: Period | None = None


def draft(head: Head, material: Material, phrases: Phrases) -> tuple[Plan, tuple[Unplaced, ...]]:
    """Make the plan of a document's material, and the whole list of what a reader should look at."""
    return _Draft(head, material, phrases).done()


class _Draft:
    """A plan in the making: one set of ids, one list of what is left."""

    def __init__(self, head: Head, material: Material, phrases: Phrases) -> None:
        self.head, self.material, self.phrases = head, material, phrases
        self.ids = Ids()
        self.left: list[Unplaced] = list(material.unplaced)

    def done(self) -> tuple[Plan, tuple[Unplaced, ...]]:
        id = self.ids.make(
            " ".join(filter(None, (self.head.organisation, _years(self.head)))) or self.head.title, "plan"
        )
        phases = tuple(self._phases())
        self.phase_ids = {phase.title.casefold(): phase.id for phase in phases}
        strategies = tuple(
            self._strategy(chapter) for chapter in self.material.chapters if chapter.heading and not chapter.is_vision
        )
        direct = [chapter for chapter in self.material.chapters if chapter.heading is None and not chapter.is_vision]
        plan = Plan(
            id=id,
            title=self.head.title,
            organisation=self.head.organisation,
            language=self.head.language,
            period=self.head.period,
            vision=self._vision(),
            references=tuple(self._references()),
            phases=phases,
            strategies=strategies,
            direct_goals=tuple(goal for chapter in direct for goal in self._goals(chapter)),
            direct_activities=tuple(activity for chapter in direct for activity in self._activities(chapter.tasks)),
        )
        return plan, tuple(sorted(self.left, key=lambda piece: piece.line or 0))

    def _quote(self, text: str, line: int) -> Quote:
        return Quote(text=text, line=line)

    def _strategy(self, chapter: Chapter) -> Strategy:
        assert chapter.heading is not None
        heading = chapter.heading
        return Strategy(
            id=self.ids.make(heading.title, "strategy"),
            title=heading.title,
            statement=_flat(chapter.statement) or None,
            description="\n\n".join(_flat(part) for part in chapter.description) or None,
            goals=tuple(self._goals(chapter)),
            activities=tuple(self._activities(chapter.tasks)),
            quote=self._quote(heading.title, heading.line),
        )

    def _goals(self, chapter: Chapter) -> Iterator[Goal]:
        found = [(line, self._figure(figure, line)) for figure, line in chapter.figures]
        found += [(line, self._intent(title, quote, line)) for title, quote, line in chapter.intents]
        yield from (goal for _, goal in sorted(found, key=lambda entry: entry[0]))

    def _figure(self, figure: Figure, line: int) -> Goal:
        binding = self.phrases.goal(figure.counted, figure.after)
        phrase = binding.phrase
        if phrase is None:
            why = (
                f"could be {' or '.join(binding.rivals)}"
                if binding.rivals
                else "no phrase of a plugin names what it counts"
            )
            self.left.append(Unplaced(text=figure.title, reason=f"the goal has no metric: {why}", line=line))
        for note in figure.notes:
            self.left.append(Unplaced(text=figure.title, reason=note, line=line))
        return Goal(
            id=self.ids.make(figure.title, "goal"),
            title=figure.title,
            metric=phrase.metric if phrase else None,
            parameters=phrase.parameters if phrase else {},
            targets=figure.targets,
            conditions=(
                *self._untimed(figure),
                *(self._condition(clause, line) for clause in dict.fromkeys(figure.conditions)),
            ),
            baseline=figure.baseline,
            commitment=figure.commitment,
            unit=(phrase.unit if phrase and figure.unit != "%" else None) or figure.unit,
            quote=self._quote(figure.quote, line),
        )

    def _untimed(self, figure: Figure) -> Iterator[Condition]:
        # A figure without a time is no target; as a condition it stays in sight, unset until somebody gives it one.
        if figure.untimed:
            title, comparison = figure.untimed
            yield Condition(title=title, **threshold_of(comparison))

    def _condition(self, clause: str, line: int) -> Condition:
        binding = self.phrases.condition(clause)
        if binding.phrase is None:
            why = f"could be {' or '.join(binding.rivals)}" if binding.rivals else "no phrase of a plugin names it"
            self.left.append(Unplaced(text=clause, reason=f"the condition has no metric: {why}", line=line))
            return Condition(title=clause)
        return Condition(title=clause, metric=binding.phrase.metric, parameters=binding.phrase.parameters)

    def _intent(self, title: str, quote: str, line: int) -> Goal:
        return Goal(
            id=self.ids.make(title, "goal"),
            title=title,
            commitment=commitment_of(quote),
            quote=self._quote(quote, line),
        )

    def _activities(self, tasks: Sequence[Task]) -> Iterator[Activity]:
        for task in tasks:
            phases = [self.phase_ids.get(phase.title.casefold()) for phase in task.phases]
            yield Activity(
                id=self.ids.make(task.title, "activity"),
                title=task.title,
                phases=tuple(dict.fromkeys(phase for phase in phases if phase)),
                quote=self._quote(task.quote, task.line),
            )

    def _phases(self) -> Iterator[Phase]:
        seen: set[str] = set()
        for phase in self.material.phases:
            if phase.title.casefold() not in seen:
                seen.add(phase.title.casefold())
                yield from self._phase(phase)

    def _phase(self, phase: NamedPhase) -> Iterator[Phase]:
        dated = phase.start is not None and phase.end is not None
        yield Phase(
            id=self.ids.make(phase.title, "phase"),
            title=phase.title,
            start=phase.start if dated else None,
            end=phase.end if dated else None,
        )
        if not dated:
            reason = "a phase whose days the text doesn't tell: give it a start and an end"
            self.left.append(Unplaced(text=phase.title, reason=reason, line=phase.line))

    def _vision(self) -> Vision | None:
        outsides = [entry for entry in self.material.outsides if entry[0].kind == "vision"]
        documents = [entry for entry in self.material.outsides if entry[0].kind == "strategy"]
        own = [chapter for chapter in self.material.chapters if chapter.is_vision]
        goals = tuple(goal for chapter in own for goal in self._goals(chapter))
        if own and own[0].heading:
            heading = own[0].heading
            text = "\n\n".join(_flat(part) for part in (own[0].statement, *own[0].description) if part)
            year = next((int(word) for word in heading.title.split() if word.isdigit() and len(word) == 4), None)
            quote = self._quote(heading.title, heading.line)
            return Vision(title=heading.title, year=year, description=text or None, goals=goals, quote=quote)
        if not outsides:
            return None
        outside, sentence, line = outsides[0]
        document = next((other.title for other, said, _ in documents if said == sentence), None)
        return Vision(
            title=outside.title, year=outside.year, document=document, goals=goals, quote=self._quote(sentence, line)
        )

    def _references(self) -> Iterator[Reference]:
        seen: set[str] = set()
        for outside, sentence, line in self.material.outsides:
            if outside.title.casefold() not in seen:
                seen.add(outside.title.casefold())
                yield Reference(title=outside.title, kind=outside.kind, quote=self._quote(sentence, line))


def _flat(text: str) -> str:
    return " ".join(text.split()) if not text.startswith("- ") else text


def _years(head: Head) -> str:
    if head.period is None:
        return ""
    first, last = head.period.start.year, head.period.end.year
    return str(first) if first == last else f"{first}-{last}"
