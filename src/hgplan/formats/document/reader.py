"""Reading a document's passages in order: what each adds to the plan, and to the list of what found no place."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import Final

import attrs

from hgplan.formats.document.chapters import Chapter, Material, Task
from hgplan.formats.document.cues import begins_with_intent, cues_in
from hgplan.formats.document.deadlines import Span
from hgplan.formats.document.figures import Context, Found
from hgplan.formats.document.goals import goals_in
from hgplan.formats.document.intents import is_intent, is_intent_heading, shortened
from hgplan.formats.document.labels import Label, leading_label
from hgplan.formats.document.lone import names_next, unlabelled
from hgplan.formats.document.moods import Standing
from hgplan.formats.document.outline import Heading, Outline, Passage
from hgplan.formats.document.periods import times_in
from hgplan.formats.document.phases import phases_in
from hgplan.formats.document.references import outsides_in
from hgplan.formats.document.sentences import Sentence, sentences_of
from hgplan.formats.document.tables import goals_in_row, row_title
from hgplan.hookspecs import Unplaced

__all__ = ["read_outline"]

_SHUT: Final[dict[Label, str]] = {
    "situation": "about the situation, no part of the plan",
    "history": "about what has been, no part of the plan",
    "budget": "about money, which a plan here doesn't hold",
    "admin": "about the document, no part of the plan",
    "description": "an introduction, no part of the plan",
}
_ACTIVITIES: Final = re.compile(
    r"(?:beskriv\w*|anges|redovisas|innehåller|describ\w+|sets? out|lists?)[^.]{0,80}(?:aktivitet|activit)"
    r"|(?:aktiviteter|activities)[^.]{0,60}(?:beskrivs|anges|redovisas|described|set out)",
    re.I,
)
_WE: Final = re.compile(r"(?:vi|we)\s", re.I)
_EXCERPT: Final = 160


def read_outline(outline: Outline, *, language: str, plan: Span | None) -> Material:
    """Read every passage of a document for goals, activities, phases and references."""
    return _Reader(outline, language, plan).material


class _Reader:
    """One reading of one document."""

    def __init__(self, outline: Outline, language: str, plan: Span | None) -> None:
        self.language, self.plan = language, plan
        self.material = Material()
        self.before: tuple[Span, ...] = ()
        self.chapters: dict[int, Chapter] = {}
        self.told: set[int] = set()
        self.times: dict[str, tuple[Span, ...]] = {}
        self.previous: Passage | None = None
        self.names_next = False
        self.goal_before = False
        topics = {passage.topic.line for passage in outline.passages if passage.topic}
        preamble = [p.block.text for p in outline.passages if not p.path]
        self.tells_activities = any(_ACTIVITIES.search(text) for text in preamble) and bool(topics)
        for heading in outline.headings:
            if heading.line in topics:
                self._chapter(heading)
        counts = _items(outline)
        for chapter in self.material.chapters:
            chapter.has_items = bool(chapter.heading and counts.get(chapter.heading.line))
        for passage, following in zip_longest(outline.passages, outline.passages[1:]):
            self.names_next = following is not None and names_next(passage, following)
            self._read(passage)
            self.previous = passage
        for chapter in self.material.chapters:
            self._heading_as_goal(chapter)

    def _chapter(self, heading: Heading | None, *, is_vision: bool = False) -> Chapter:
        key = heading.line if heading else (-1 if is_vision else 0)
        if key not in self.chapters:
            self.chapters[key] = Chapter(heading=heading, is_vision=is_vision)
            self.material.chapters.append(self.chapters[key])
        return self.chapters[key]

    def _read(self, passage: Passage) -> None:
        block, kind = passage.block, passage.kind
        if block.kind == "note":
            self._unplaced(block.text, "a note or a piece of code, no prose of the plan", block.line)
            return
        if passage.topic is None and kind in _SHUT and not (kind == "description" and not passage.path):
            self._shut(passage, _SHUT[kind])
            return
        if passage.topic is None and kind == "vision":
            chapter = self._chapter(next((h for h in passage.path if h.label == "vision"), None), is_vision=True)
        else:
            chapter = self._chapter(passage.topic)
        lead = self._leads(passage, chapter)
        sentences = self._sentences(passage)
        found = [(sentence, self._goals(passage, sentence)) for sentence in sentences]
        for sentence, goals in found:
            self._keep(chapter, passage, goals)
            self._outsides(passage, sentence)
        if block.kind == "row":
            self._row(chapter, passage, found)
        elif passage.topic is None and not passage.path:
            if not any(goals.figures for _, goals in found):
                self._unplaced(
                    block.text, "stands before the plan's first part: about the plan, no part of it", block.line
                )
        elif kind == "activities":
            self._activity(chapter, passage, sentences)
        elif block.kind == "item":
            self._item(chapter, passage, found)
        else:
            self._paragraph(chapter, passage, found, lead)

    def _leads(self, passage: Passage, chapter: Chapter) -> bool:
        if passage.topic is None or passage.block.kind != "paragraph" or passage.label:
            return False
        if passage.kind in ("description", "activities"):
            return False
        first = not chapter.led and passage.path[-1] is passage.topic
        chapter.led = chapter.led or first
        return first or passage.block.strong

    def _sentences(self, passage: Passage) -> tuple[Sentence, ...]:
        text = passage.block.text.replace("\n", " ")
        if passage.block.kind == "row":
            return (Sentence(text, 0),)
        if passage.label and (leading := leading_label(passage.block.text)):
            rest = sentences_of(text[leading[1] :])
            return tuple(Sentence(sentence.text, sentence.start + leading[1]) for sentence in rest)
        return sentences_of(text)

    def _context(self, passage: Passage, *, after_goal: bool) -> Context:
        over = (passage.intro, *(heading.title for heading in reversed(passage.path)))
        time = next((told for text in over if text and (told := self._told(text))), ())
        later = bool(time) and (self.plan is None or time[-1].last > self.plan.last)
        text = passage.block.text
        standing = Standing(
            kind=passage.kind,
            in_item=passage.block.kind in ("item", "row"),
            intro=passage.intro,
            after_goal=after_goal,
            later=later,
            in_topic=passage.topic is not None,
            named=re.match(r"[^:]{3,80}:\s*[^\w\s]{0,2}\s*(?:minst |at least )?\d", text) is not None,
        )
        return Context(
            language=self.language,
            plan=self.plan,
            time=time,
            before=self.before,
            title=self._lone(passage),
            standing=standing,
        )

    def _told(self, text: str) -> tuple[Span, ...]:
        if text not in self.times:
            mentions = [mention for mention in times_in(text).mentions if mention.role != "since"]
            self.times[text] = tuple(Span(mention.first, mention.last) for mention in mentions)
        return self.times[text]

    def _lone(self, passage: Passage) -> str:
        # A pasted table gives "Andel elever som ..." and then, alone, "Minst 90 %": the first names the second.
        previous = self.previous
        if previous is None or not names_next(previous, passage):
            return ""
        return unlabelled(previous.block.text).replace("\n", " ")

    def _goals(self, passage: Passage, sentence: Sentence) -> Found:
        context = self._context(passage, after_goal=self.goal_before)
        if passage.block.kind == "row" and passage.block.header:
            found = goals_in_row(passage.block, context, among_goals=passage.kind in ("goals", "vision"))
        else:
            found = goals_in(sentence, context)
        if self.names_next:
            # "Andel elever i årskurs 3" and, on the next line, "minst 90 %": the first line's number is in a name.
            return Found(left=found.left)
        self.goal_before = bool(found.figures) or (self.goal_before and not found.left)
        if found.figures and found.figures[-1].time:
            self.before = found.figures[-1].time
        return found

    def _keep(self, chapter: Chapter, passage: Passage, found: Found) -> None:
        line_before = self.previous.block.line if self.previous and self._lone(passage) else None
        if found.figures and chapter.intents and chapter.intents[-1][2] == line_before:
            # The line before named the figure and was no goal of its own.
            chapter.intents.pop()
        for figure in found.figures:
            chapter.figures.append((figure, passage.block.line_at(figure.start)))
        for left in found.left:
            self._unplaced(left.text, left.reason, passage.block.line_at(left.start))

    def _outsides(self, passage: Passage, sentence: Sentence) -> None:
        for outside in outsides_in(sentence.text):
            line = passage.block.line_at(sentence.start + outside.start)
            self.material.outsides.append((outside, sentence.text, line))

    def _row(self, chapter: Chapter, passage: Passage, found: list[tuple[Sentence, Found]]) -> None:
        title = row_title(passage.block)
        if any(goals.figures for _, goals in found) or not title:
            return
        if is_intent(title, language=self.language, in_item=True, among_goals=passage.kind == "goals"):
            chapter.intents.append((title, title, passage.block.line))
        else:
            self._unplaced(passage.block.text, "a row without a goal", passage.block.line)

    def _item(self, chapter: Chapter, passage: Passage, found: list[tuple[Sentence, Found]]) -> None:
        text = " ".join(sentence.text for sentence, _ in found)
        if any(goals.figures for _, goals in found):
            return
        among = passage.kind in ("goals", "vision")
        listed = among or self._intends(passage.intro)
        if (
            found
            and passage.kind != "description"
            and is_intent(text, language=self.language, in_item=True, among_goals=listed)
        ):
            chapter.intents.append((shortened(text), text, passage.block.line))
        elif passage.topic or chapter.is_vision:
            chapter.description.append(f"- {text}")
        elif text:
            self._unplaced(text, "an item that says nothing that is to be", passage.block.line)

    def _intends(self, intro: str) -> bool:
        return any(cue.mood in ("intent", "aim") for cue in cues_in(intro, language=self.language))

    def _paragraph(self, chapter: Chapter, passage: Passage, found: list[tuple[Sentence, Found]], lead: bool) -> None:
        text = passage.block.text
        phases = [
            attrs.evolve(phase, line=passage.block.line_at(sentence.start))
            for sentence, _ in found
            for phase in phases_in(sentence.text)
        ]
        self.material.phases += phases
        if lead and not chapter.statement:
            chapter.statement = text
        elif text:
            chapter.description.append(text)
        if phases and chapter.tasks:
            chapter.tasks[0] = attrs.evolve(chapter.tasks[0], phases=(*chapter.tasks[0].phases, *phases))
        if passage.kind == "description" or not found:
            return
        wishes = [] if lead and self.tells_activities else self._wishes(chapter, passage, found)
        chapter.intents += wishes
        first, goals = next((entry for entry in found if not entry[0].text.endswith("?")), found[0])
        if (
            lead
            and (self.tells_activities or passage.block.strong or not (wishes or goals.figures or chapter.has_items))
            and self._does(first.text)
        ):
            line = passage.block.line_at(first.start)
            chapter.tasks.append(
                Task(title=first.text.rstrip(" .;"), quote=first.text, line=line, phases=tuple(phases))
            )

    def _does(self, text: str) -> bool:
        if self.tells_activities:
            return True
        cues = cues_in(text, language=self.language)
        first = next((cue.mood for cue in cues if cue.mood in ("past", "intent", "aim")), None)
        if first is not None:
            return first != "past"
        return _WE.match(text) is not None or begins_with_intent(text, language=self.language)

    def _wishes(
        self, chapter: Chapter, passage: Passage, found: list[tuple[Sentence, Found]]
    ) -> list[tuple[str, str, int]]:
        among = passage.kind in ("goals", "vision")
        if passage.block.strong or chapter.has_items:
            return []
        return [
            (shortened(sentence.text), sentence.text, passage.block.line_at(sentence.start))
            for sentence, goals in found
            if not goals.figures
            and not goals.left
            and is_intent(sentence.text, language=self.language, in_item=False, among_goals=among)
        ]

    def _activity(self, chapter: Chapter, passage: Passage, sentences: tuple[Sentence, ...]) -> None:
        if passage.block.kind == "item" and sentences:
            text = " ".join(sentence.text for sentence in sentences)
            phases = phases_in(text)
            self.material.phases += phases
            chapter.tasks.append(Task(title=shortened(text), quote=text, line=passage.block.line, phases=phases))
        elif passage.topic:
            chapter.description.append(passage.block.text)
        else:
            self._unplaced(passage.block.text, "stands under no strategy", passage.block.line)

    def _heading_as_goal(self, chapter: Chapter) -> None:
        heading = chapter.heading
        if heading is None or chapter.figures or chapter.intents or self.tells_activities:
            return
        if is_intent_heading(heading.title, language=self.language):
            chapter.intents.append((heading.title, heading.title, heading.line))

    def _shut(self, passage: Passage, reason: str) -> None:
        heading = next((heading for heading in passage.path if heading.label), None)
        for sentence in self._sentences(passage):
            self._outsides(passage, sentence)
            found = goals_in(sentence, self._context(passage, after_goal=False))
            # A goal may be told in the middle of a background; nothing else is taken from there.
            self._keep(self._chapter(None), passage, found)
        if heading is not None and heading.line not in self.told:
            self.told.add(heading.line)
            self._unplaced(heading.title, reason, heading.line)

    def _unplaced(self, text: str, reason: str, line: int) -> None:
        words = " ".join(text.split())
        words = words if len(words) <= _EXCERPT else words[: _EXCERPT - 1].rstrip() + "…"
        if words:
            self.material.unplaced.append(Unplaced(text=words, reason=reason, line=line))


def _items(outline: Outline) -> dict[int, int]:
    counts: dict[int, int] = {}
    for passage in outline.passages:
        if passage.topic and passage.block.kind in ("item", "row") and passage.kind != "activities":
            counts[passage.topic.line] = counts.get(passage.topic.line, 0) + 1
    return counts
