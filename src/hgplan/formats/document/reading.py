"""From a document's bytes to a draft of its plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Final

from hgplan.errors import PlanError
from hgplan.formats.document.blocks import blocks_of
from hgplan.formats.document.deadlines import Span
from hgplan.formats.document.draft import Head, draft
from hgplan.formats.document.languages import language_of
from hgplan.formats.document.outline import Outline, outline_of
from hgplan.formats.document.periods import Mention, times_in
from hgplan.formats.document.phrases import Phrases
from hgplan.formats.document.reader import read_outline
from hgplan.formats.document.text import Text, read_text
from hgplan.formats.document.titles import Title, is_plan_title, names_organisation, read_title
from hgplan.hookspecs import Phrase, Reading
from hgplan.model import Period

__all__ = ["read_document"]

_FRONT_TITLE: Final = ("title", "titel", "rubrik")
_FRONT_WHOSE: Final = ("organisation", "organization", "author", "organisationsnamn", "förening")
_FRONT_TIME: Final = ("period", "år", "year", "verksamhetsår", "years", "plan period", "planperiod")
_SELF: Final = re.compile(
    r"(?<!\w)(?:verksamhetsår(?:et)?|planperiod(?:en)?|perioden|åren|avser|gäller|omfattar|sträcker sig"
    r"|mandatperioden|verksamhetsplan(?:en)?"
    r"|strategin|strategi|this plan|the plan|the strategy|covers|plan period|period|for the years?|denna plan"
    r"|planen|handlingsplan(?:en)?|under året)(?!\w)",
    re.I,
)
_FIRST_BLOCKS: Final = 6
_SHORT_NAME: Final = 60
_SENTENCE: Final = 240


def read_document(data: bytes, *, name: str, phrases: Iterable[Phrase] = ()) -> Reading:
    """Read a plan document, Markdown or plain text, Swedish or English, as a draft of a plan.

    Headings become strategies; amounts that are to be reached become goals with targets, each with its sentence and
    line; sentences of intent become goals without a target. A goal is bound to a metric by the phrases that plugins
    offer, and left unbound where none or several fit. What found no place is listed in the reading's `unplaced`.

    Raises:
        PlanError: the bytes are no text in UTF-8, too large or empty, or the extra `document` is not installed.

    >>> reading = read_document(b"# Plan 2025\\n\\n## Members\\n\\n- At least 500 members", name="plan.md")
    >>> goal = reading.plan.strategies[0].goals[0]
    >>> goal.title, goal.targets[0].period, goal.targets[0].at_least, goal.quote.line
    ('Members', '2025', 500, 5)
    """
    text = read_text(data, name=name)
    if not any(line.strip() for line in text.lines):
        raise PlanError("the document is empty", where=name)
    blocks = blocks_of(text)
    told = next((text.front[key] for key in ("lang", "language", "språk") if key in text.front), None)
    language = language_of((block.text for block in blocks), told=told)
    outline = outline_of(blocks, language=language)
    title = _title(text, outline, name)
    span = _time(text, outline, title, name)
    head = Head(
        title=title.text,
        language=language,
        document=name,
        organisation=_front(text, _FRONT_WHOSE) or title.organisation or _whose(outline, title),
        period=Period(id="plan", start=span.first, end=span.last) if span else None,
    )
    material = read_outline(outline, language=language, plan=span)
    plan, unplaced = draft(head, material, Phrases(phrases, language=language))
    return Reading(plan, unplaced)  # type: ignore[arg-type]  # the bare `tuple` converter hides what it takes


def _front(text: Text, keys: tuple[str, ...]) -> str | None:
    return next((text.front[key] for key in keys if text.front.get(key)), None)


def _title(text: Text, outline: Outline, name: str) -> Title:
    heading = outline.title.title if outline.title else None
    front = _front(text, _FRONT_TITLE)
    # Of a front matter's title and a heading that names no plan, the heading is rather whose plan it is.
    written = front if front and not (heading and is_plan_title(heading)) else heading
    if written:
        return read_title(written)
    stem = PurePath(name.replace("\\", "/")).stem
    return Title(text=re.sub(r"[_]+", " ", stem).strip() or "plan")


def _time(text: Text, outline: Outline, title: Title, name: str) -> Span | None:
    if title.period and not title.period.wide:
        for words in _about_itself(outline):
            # "Strategi 2030" may say further on that it runs from 2025.
            if (mention := _own_time(words)) and mention.wide and mention.first <= title.period.last <= mention.last:
                return Span(mention.first, mention.last)
    if title.period:
        return Span(title.period.first, title.period.last)
    for written in (_front(text, _FRONT_TIME), _front(text, _FRONT_TITLE)):
        if written and (mentions := times_in(written).mentions):
            return _span(mentions)
    for words in _about_itself(outline):
        if mention := _own_time(words):
            return Span(mention.first, mention.last)
    # A file named after its plan tells its years: "verksamhetsplan-2024-2025.md".
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", PurePath(name).name)
    if years and int(years[0]) <= int(years[-1]):
        return Span(date(int(years[0]), 1, 1), date(int(years[-1]), 12, 31))
    return None


def _about_itself(outline: Outline) -> list[str]:
    first = [passage.block.text for passage in outline.passages[:_FIRST_BLOCKS] if not passage.path or passage.label]
    return [*first, *(heading.title for heading in outline.headings[:3])]


def _own_time(words: str) -> Mention | None:
    match = _SELF.search(words)
    mentions = times_in(words[match.start() : match.start() + _SENTENCE]).mentions if match else ()
    return mentions[0] if mentions and mentions[0].role != "since" else None


def _span(mentions: tuple[Mention, ...]) -> Span:
    return Span(mentions[0].first, mentions[-1].last)


def _whose(outline: Outline, title: Title) -> str | None:
    # "Verksamhetsplan 2024" and, on a line of its own, whose it is.
    if outline.subtitle:
        return outline.subtitle
    if outline.title and title.text != outline.title.title and len(outline.title.title) <= _SHORT_NAME:
        return outline.title.title
    lines = [passage.block.text for passage in outline.passages[:2] if not passage.path]
    for first in outline.headings[:1]:
        is_empty = first.label is None and not any(first in passage.path for passage in outline.passages)
        if is_empty and outline.title and is_plan_title(outline.title.title) and len(first.title) <= _SHORT_NAME:
            return first.title
    return next((line for line in lines if names_organisation(line)), None)
