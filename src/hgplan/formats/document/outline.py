"""The outline of a document: which heading is its title, which carry content, and under what each block stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from hgplan.formats.document.amounts import amounts_in
from hgplan.formats.document.blocks import Block
from hgplan.formats.document.labels import Label, label_of, leading_label
from hgplan.formats.document.lines import apart
from hgplan.formats.document.periods import times_in
from hgplan.formats.document.titles import is_plan_title, names_organisation

__all__ = ["Heading", "Outline", "Passage", "outline_of"]

_LONGEST_TITLE: Final = 90
_TITLE_WITHIN: Final = 4
_MOST_WORDS: Final = 12
_NUMBERING: Final = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[A-ZÅÄÖ][.)]|[IVX]{1,4}[.)])\s+(?=[A-ZÅÄÖ\"”])|(?:[Kk]apitel|[Aa]vsnitt"
    r"|[Cc]hapter)\s+\d{1,2}[.:]?\s+)"
)
_ALONE: Final = re.compile(
    r"(?:minst|högst|at least|at most|[<>≥≤+])?\s*[\d\s.,]{1,12}\s?(?:%|procent|per cent)?", re.I
)
_QUESTION: Final = re.compile(r"(?:vad|hur|varför|vilka|vem|när|var|what|how|why|who|where|when)\s[^.!?]{3,60}\?", re.I)
_ENDING: Final = re.compile(r"[.!?;,…]$")
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)\S+$|<?\S+@\S+\.\S+>?$")
_PSEUDO: Final = 7
_SHUT: Final[frozenset[Label]] = frozenset({"situation", "history", "budget", "admin", "description"})


@attrs.frozen(kw_only=True)
class Heading:
    """A heading: its text, its depth, the line it stands on, and what kind of text it announces."""

    title: str
    level: int
    line: int
    label: Label | None = None


@attrs.frozen(kw_only=True)
class Passage:
    """A block of content with the headings that it stands under, outermost first, the title not among them."""

    block: Block
    path: tuple[Heading, ...] = ()
    label: Label | None = None
    intro: str = ""

    @property
    def topic(self) -> Heading | None:
        """The outermost heading with content of its own: the strategy that the block belongs to."""
        for heading in self.path:
            if heading.label is None:
                return heading
            if heading.label in _SHUT:
                return None
        return None

    @property
    def kind(self) -> Label | None:
        """What kind of text the nearest heading that says so announces."""
        if self.label:
            return self.label
        for heading in reversed(self.path):
            if heading.label:
                return heading.label
        return None


@attrs.frozen(kw_only=True)
class Outline:
    """A document with its title set apart from its content, and the line under the title that says whose it is."""

    title: Heading | None
    subtitle: str | None
    passages: tuple[Passage, ...]
    headings: tuple[Heading, ...]


def outline_of(blocks: Sequence[Block], *, language: str) -> Outline:
    """Find the title, the headings that only label, and the path of every block.

    Plain text has no heading marks: a short line that ends no sentence and stands before other text is a heading.
    """
    blocks = [block for block in blocks if not _ADDRESS.match(block.text)]
    marked = any(block.kind == "heading" for block in blocks)
    blocks = _mended(_with_headings(list(apart(blocks, marked=marked)), language, marked=marked))
    title = _title(blocks, marked=marked)
    subtitle = _subtitle(blocks, title)
    headings: list[Heading] = []
    blocks = [block for block in blocks if block is not subtitle]
    passages = tuple(_passages(blocks if marked else _regrouped(blocks), title, headings))
    return Outline(
        title=Heading(title=_unnumbered(title.text), level=title.level, line=title.line) if title else None,
        subtitle=subtitle.text if subtitle else None,
        passages=passages,
        headings=tuple(headings),
    )


def _unnumbered(text: str) -> str:
    return _NUMBERING.sub("", text, count=1).strip().removesuffix(":").strip()


def _with_headings(blocks: Sequence[Block], language: str, *, marked: bool) -> list[Block]:
    found: list[Block] = []
    for place, block in enumerate(blocks):
        following = blocks[place + 1] if place + 1 < len(blocks) else None
        if level := _pseudo_level(block, following, marked, language):
            block = attrs.evolve(block, kind="heading", level=level)
        found.append(block)
    return found


def _pseudo_level(block: Block, following: Block | None, marked: bool, language: str) -> int:
    text = block.text
    if block.kind not in ("paragraph", "item") or "\n" in text or len(text) > _LONGEST_TITLE:
        return 0
    if text.endswith(":") and len(text) < 60 and label_of(_unnumbered(text)):
        return _PSEUDO + 1
    if following is not None and _ALONE.fullmatch(following.text):
        return 0
    if following is None or text.endswith(":") or len(text.split()) > _MOST_WORDS:
        return 0
    if _ENDING.search(text) and not _QUESTION.fullmatch(text):
        return 0
    if following.kind == "item" and following.text.startswith(("att ", "to ")):
        return 0
    if not text[:1].isupper() and not text[:1].isdigit():
        return 0
    if block.strong and block.kind == "paragraph":
        return _PSEUDO
    if block.kind == "item":
        # "1. Medlemmar" before a paragraph is a chapter; before another item it is a list.
        chapter = block.ordered and block.level <= 1 and following.kind != "item"
        return 2 if chapter and not marked and not _has_amount(text, language) else 0
    if label_of(_unnumbered(text)):
        return _PSEUDO if marked else 3
    if marked and not is_plan_title(text):
        return 0
    if marked:
        return 1
    return 0 if _has_amount(text, language) else (1 if is_plan_title(text) else 2)


def _has_amount(text: str, language: str) -> bool:
    return bool(amounts_in(_NUMBERING.sub("", text, count=1), language=language, taken=times_in(text).spans))


def _mended(blocks: Sequence[Block]) -> list[Block]:
    # A heading that goes on, in lower case, in a deeper heading right after it was broken in two.
    found: list[Block] = []
    for block in blocks:
        last = found[-1] if found else None
        if last and block.kind == last.kind == "heading" and block.level > last.level and block.text[:1].islower():
            found[-1] = attrs.evolve(last, text=f"{last.text} {block.text}")
        else:
            found.append(block)
    return found


def _subtitle(blocks: Sequence[Block], title: Block | None) -> Block | None:
    after = blocks.index(title) + 1 if title else len(blocks)
    line = blocks[after] if after < len(blocks) else None
    return line if line and line.kind == "heading" and names_organisation(line.text) else None


def _regrouped(blocks: Sequence[Block]) -> Iterator[Block]:
    # In plain text no heading tells its depth: a label right before another heading is about all that follow it.
    grouped = False
    for place, block in enumerate(blocks):
        if block.kind == "heading" and label_of(_unnumbered(block.text)):
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            grouped = grouped or (following is not None and following.kind == "heading")
            if grouped:
                block = attrs.evolve(block, level=1)
        yield block


def _title(blocks: Sequence[Block], *, marked: bool) -> Block | None:
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings:
        return None
    first, top = headings[0], min(block.level for block in headings)
    for block in blocks[:_TITLE_WITHIN]:
        if block.kind == "heading" and is_plan_title(block.text):
            return block
        if block.kind != "heading" and len(block.text) > _LONGEST_TITLE:
            break
    if not marked and len(blocks) > 1 and blocks[0] is first and blocks[1].kind == "heading":
        return first if label_of(_unnumbered(first.text)) is None else None
    alone = sum(block.level == top for block in headings) == 1 and first.level == top and len(headings) > 1
    return first if alone and label_of(_unnumbered(first.text)) is None else None


def _passages(blocks: Iterable[Block], title: Block | None, headings: list[Heading]) -> Iterator[Passage]:
    path: list[Heading] = []
    intro = ""
    for block in blocks:
        if block is title:
            path.clear()
            continue
        if block.kind == "heading":
            text = _unnumbered(block.text)
            heading = Heading(title=text, level=block.level, line=block.line, label=label_of(text))
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
            headings.append(heading)
            intro = ""
            continue
        leading = leading_label(block.text)
        yield Passage(
            block=block,
            path=tuple(path),
            label=leading[0] if leading else None,
            intro=intro if block.kind in ("item", "row") else "",
        )
        if block.kind == "paragraph":
            is_intro = block.text.endswith(":") or ("\n" not in block.text and not _ENDING.search(block.text))
            intro = block.text if is_intro else ""
