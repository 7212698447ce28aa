"""Goals in the rows of a table: which column names the thing, which holds its targets, and for which year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import attrs

from hgplan.formats.document.amounts import amounts_in
from hgplan.formats.document.blocks import Block
from hgplan.formats.document.deadlines import Span
from hgplan.formats.document.directions import number
from hgplan.formats.document.figures import Context, Figure, Found, Left
from hgplan.formats.document.goals import goals_in
from hgplan.formats.document.periods import times_in
from hgplan.formats.document.sentences import Sentence
from hgplan.model.targets import Number

__all__ = ["goals_in_row", "row_title"]

Role = Literal["target", "outcome", "budget", "time", "unit", "other", "measure", "thing"]

_ROLES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    (
        "outcome",
        re.compile(
            r"utfall|nuläge|utgångsläge|baseline|actual|current|idag|today|outcome|result|prognos|forecast"
            r"|startvärde|basvärde|föregående",
            re.I,
        ),
    ),
    ("budget", re.compile(r"budget|kostnad|cost|kr\b|sek\b|tkr|mnkr|resurs", re.I)),
    (
        "measure",
        re.compile(
            r"^(?:kpi|indikator(?:er)?|indicator|mått|nyckeltal|measure|metric|key result|resultatmål|delmål)s?$", re.I
        ),
    ),
    ("unit", re.compile(r"^(?:enhet|unit|mätenhet|sort)$", re.I)),
    (
        "time",
        re.compile(
            r"^(?:när|klart?|klar senast|deadline|senast|tid(?:punkt|plan)?|when|due|by when|timing|timeline"
            r"|period|år|year)$",
            re.I,
        ),
    ),
    (
        "target",
        re.compile(
            r"mål(?:värde|nivå|tal)?\b|target|goal|antal|number|mängd|volym|volume|nivå|level|minst|plan\s*\d{4}", re.I
        ),
    ),
    (
        "other",
        re.compile(
            r"ansvar|owner|responsib|lead|vem|who|status|kommentar|comment|metod|method|nr\b|no\.?$|id$|källa"
            r"|source|uppföljning",
            re.I,
        ),
    ),
)
_PER_CENT: Final = re.compile(r"%|procent|per ?cent|^andel", re.I)

_IN_PER_CENT: Final = re.compile(r"\s*(?:%|procent|per ?cent|andel(?: i %)?)\s*", re.I)

_HOW_COUNTED: Final = re.compile(r"\s*(?:antal|stycken|procent|andel|kronor|number|count|per ?cent|share)\s*", re.I)


def goals_in_row(block: Block, context: Context, *, among_goals: bool) -> Found:
    """Read the goals of one row of a table: one for the thing that the row is about, with a target a column.

    A column of outcomes is never read as targets; a column of a bare year is, unless another one says that it is.
    """
    told: tuple[Role, ...] = tuple(_role(header) for header in block.header or ("",) * len(block.cells))
    roles = _of_years(told, block, context, among_goals)
    title = row_title(block)
    time = tuple(
        span for cell, role in zip(block.cells, roles, strict=False) if role == "time" for span in _spans(cell)
    )
    percent = _PER_CENT.search(title) is not None or any(_IN_PER_CENT.fullmatch(cell) for cell in block.cells)
    figures: list[Figure] = []
    left: list[Left] = []
    baseline: Number | None = None
    for place, (cell, role) in enumerate(zip(block.cells, roles, strict=False)):
        if not cell or (cell == title and "target" in roles and role in ("thing", "measure")):
            continue
        if role in ("outcome", "budget", "other", "unit", "time"):
            if role == "outcome" and (amounts := amounts_in(cell, language=context.language)):
                baseline = number(amounts[-1].value)
            if role in ("outcome", "budget"):
                left += [Left(cell, f"in the column {block.header[place]!r}, no goal", 0)][
                    : _holds_amount(cell, context)
                ]
            continue
        header_time = _spans(block.header[place]) if place < len(block.header) else ()
        own = attrs.evolve(context, time=header_time or time or context.time, title=title if role == "target" else "")
        text = f"{cell} %" if role == "target" and percent and re.search(r"\d$", cell) else cell
        found = goals_in(Sentence(text, 0), own)
        figures += [_placed(figure, block, baseline) for figure in found.figures]
        left += found.left
    return Found(tuple(_merged(figures)), tuple(left))


def _placed(figure: Figure, block: Block, baseline: Number | None) -> Figure:
    figure = attrs.evolve(figure, quote=block.text, baseline=figure.baseline or baseline)
    falls = baseline is not None and all(
        target.at_least is not None and target.at_least < baseline for target in figure.targets
    )
    if falls and figure.targets and not figure.bounded:
        # From 38 days to 28: a bare figure below today's is one to come down to.
        down = [attrs.evolve(target, at_least=None, at_most=target.at_least) for target in figure.targets]
        figure = attrs.evolve(figure, targets=tuple(down))
    return figure


def row_title(block: Block) -> str:
    """What a row is about: its first cell that is words, in a column that is about things."""
    roles = [_role(cell) for cell in block.header] or ["thing"] * len(block.cells)
    for wanted in ("measure", "thing", "target", "other"):
        for cell, role in zip(block.cells, roles, strict=False):
            if role == wanted and re.search(r"[^\W\d_]{3}", cell) and not _HOW_COUNTED.fullmatch(cell):
                return cell
    return ""


def _role(header: str) -> Role:
    if times_in(header).mentions and not re.sub(r"[\d\s–—/-]|år|year", "", header, flags=re.I):
        return "target"
    for role, pattern in _ROLES:
        if pattern.search(header):
            return role
    return "thing"


def _of_years(roles: tuple[Role, ...], block: Block, context: Context, among_goals: bool) -> tuple[Role, ...]:
    bare = [re.fullmatch(r"\s*(?:år\s*)?(\d{4})\s*", cell) for cell in block.header]
    # A first column "Mål" that holds words names the goals, and leaves their targets to the columns of years.
    named = int(bool(block.cells) and not _numeric(block.cells[0]))
    marked = any(role == "target" and not year for role, year in list(zip(roles, bare, strict=False))[named:])
    found: list[Role] = []
    for place, role in enumerate(roles):
        year = bare[place] if place < len(bare) else None
        before_plan = year is not None and context.plan is not None and int(year[1]) < context.plan.first.year
        told = marked or before_plan or not (among_goals or context.plan)
        found.append("outcome" if year and told else role)
    if found and found[0] == "target" and found.count("target") > 1 and not _numeric(block.cells[0]):
        found[0] = "thing"
    return tuple(found)


def _numeric(cell: str) -> bool:
    return re.search(r"\d", cell) is not None


def _spans(text: str) -> tuple[Span, ...]:
    return tuple(Span(mention.first, mention.last) for mention in times_in(text).mentions if mention.role != "since")


def _holds_amount(cell: str, context: Context) -> int:
    return int(bool(amounts_in(cell, language=context.language, taken=times_in(cell).spans)))


def _merged(figures: Sequence[Figure]) -> Iterator[Figure]:
    # A target a year in columns side by side are targets of one goal.
    last: Figure | None = None
    for figure in figures:
        if last is not None and _one_goal(last, figure):
            last = attrs.evolve(last, targets=(*last.targets, *figure.targets))
            continue
        if last is not None:
            yield last
        last = figure
    if last is not None:
        yield last


def _one_goal(one: Figure, two: Figure) -> bool:
    periods = {target.period for target in one.targets}
    return (
        one.title == two.title
        and one.unit == two.unit
        and bool(one.targets and two.targets)
        and one.targets[0].comparator == two.targets[0].comparator
        and not any(target.period in periods for target in two.targets)
    )
