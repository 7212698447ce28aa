"""The blocks of a document: headings, paragraphs, items and table rows, as plain text with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final, Literal

import attrs

from hgplan.errors import PlanError
from hgplan.formats.document.inline import Inline, plain, without_tags
from hgplan.formats.document.text import Text

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["Block", "Kind", "blocks_of"]

Kind = Literal["heading", "paragraph", "item", "row", "note"]

_HEADING_LONGEST: Final = 250
_FOOTNOTE_TEXT: Final = re.compile(r"\[\^[^\]\s]{1,40}\]:\s*")
_MARK: Final = re.compile(
    r"""(?: \[[ xX]\]                                    # a task's box
          | \(?(?:\d{1,2}|[a-zA-Z])[):](?![\d/])         # 1: a) (b)
          | KR\s?\d{1,2}(?:\.\d{1,2})?[.:)]              # KR1:
          | (?:[A-ZÅÄÖ]\.)?\d{1,2}(?:\.\d{1,2}){1,3}[.:)]?(?=\s+[A-ZÅÄÖ])   # 2.1 Title
          | [A-ZÅÄÖ](?:\.\d{1,2}){1,3}[.:]?              # A.1.2
        )\s+""",
    re.X,
)


@attrs.frozen(kw_only=True)
class Block:
    """A piece of a document: what it is, its plain text and the line of the file that it begins on.

    `text` keeps the line breaks of its source as newlines, so that a place in it has a line. `level` is a heading's
    depth or an item's, `ordered` says that an item had a number or a letter. `strong` and `slanted` say that all of it
    is bold or italic, `lead` is the bold beginning of it; `cells` and `header` are a table row's.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    ordered: bool = False
    strong: bool = False
    slanted: bool = False
    lead: str = ""
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line of the file that holds the character at the offset."""
        return self.line + self.text.count("\n", 0, offset)


def blocks_of(text: Text) -> tuple[Block, ...]:
    """Read a document's blocks, by the rules of Markdown; needs the extra `document`."""
    return tuple(_walk(_parser().parse("\n".join(text.lines))))


def _parser() -> MarkdownIt:
    try:
        markdown_it = import_module("markdown_it")
    except ImportError:
        raise PlanError(
            "reading a plan document needs markdown-it-py, which is not installed",
            hint="pip install 'hgplan[document]'",
        ) from None
    parser: MarkdownIt = markdown_it.MarkdownIt("commonmark", {"html": True, "maxNesting": 20})
    # Text indented by four spaces is prose in a plan, and what is inside a line is read by `inline`, in linear time.
    parser.enable("table").disable(["code", "reference"])
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


def _walk(tokens: Sequence[Token]) -> Iterator[Block]:
    begins_item: list[bool] = []
    lists: list[bool] = []
    header: tuple[str, ...] = ()
    cells: list[str] = []
    table_line = heading = 0
    in_header = False
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                lists.append(token.type == "ordered_list_open")
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                begins_item.append(True)
            case "list_item_close":
                begins_item.pop()
            case "tr_open":
                cells, table_line = [], _line(token)
            case "thead_open":
                in_header = True
            case "thead_close":
                header, in_header = tuple(cells), False
            case "tr_close" if not in_header:
                yield Block(kind="row", text=" | ".join(cells), line=table_line, cells=tuple(cells), header=header)
            case "table_close":
                table_line, header = 0, ()
            case "html_block":
                yield from _paragraphs(without_tags(token.content), _line(token))
            case "fence":
                yield Block(kind="note", text=token.content.strip(), line=_line(token))
            case "inline" if table_line:
                cells.append(plain(token.content).text.replace("\n", " "))
            case "inline":
                yield from _leaf(token, heading, begins_item, ordered=bool(lists) and lists[-1])
                heading = 0
            case _:
                pass


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _paragraphs(text: str, line: int) -> Iterator[Block]:
    for piece in re.split(r"\n[ \t]*\n", text):
        if piece.strip():
            begin = line + len(piece[: len(piece) - len(piece.lstrip())].split("\n")) - 1
            yield Block(kind="paragraph", text=plain(piece.strip()).text, line=begin)
        line += piece.count("\n") + 2


def _leaf(token: Token, heading: int, begins_item: list[bool], *, ordered: bool) -> Iterator[Block]:
    line = _line(token)
    if _FOOTNOTE_TEXT.match(token.content):
        yield Block(kind="note", text=plain(_FOOTNOTE_TEXT.sub("", token.content, count=1)).text, line=line)
        return
    found = plain(token.content)
    if not found.text:
        return
    if heading and (len(found.text) > _HEADING_LONGEST or "\n" in found.text):
        heading = 0
    if heading:
        yield _block("heading", found, line, heading)
        return
    depth = len(begins_item)
    starts = bool(begins_item) and begins_item[-1]
    if begins_item:
        begins_item[-1] = False
    mark = _MARK.match(found.text)
    if mark and "\n" not in found.text[: mark.end()]:
        found = attrs.evolve(found, text=found.text[mark.end() :])
        starts, depth, ordered = True, max(depth, 1), not mark[0].startswith("[")
    if found.text:
        yield _block("item" if starts else "paragraph", found, line, depth, ordered=starts and ordered)


def _block(kind: Kind, found: Inline, line: int, level: int, *, ordered: bool = False) -> Block:
    return Block(
        kind=kind,
        text=found.text,
        line=line,
        level=level,
        ordered=ordered,
        strong=found.strong,
        slanted=found.slanted,
        lead=found.lead,
    )
