"""A line that names the figure on the next line: what pasted tables look like."""

from __future__ import annotations

import re
from typing import Final

from hgplan.formats.document.labels import leading_label
from hgplan.formats.document.outline import Passage

__all__ = ["names_next", "unlabelled"]

_EXCERPT: Final = 160
_ALONE: Final = re.compile(
    r"(?:minst|högst|at least|at most|[<>≥≤+])?\s*[\d\s.,]{1,12}\s?(?:%|procent|per cent)?", re.I
)
_PARTING: Final = re.compile(r"[.!?:]$")


def names_next(passage: Passage, following: Passage) -> bool:
    """Whether a passage is the name of a figure that stands alone in the one after it.

    >>> from hgplan.formats.document.blocks import Block
    >>> name, figure = (
    ...     Passage(block=Block(kind="paragraph", text=text, line=1)) for text in ("Mått: Antal sökande", "minst 90 %")
    ... )
    >>> names_next(name, figure), names_next(figure, name)
    (True, False)
    """
    if (
        passage.path != following.path
        or passage.block.kind == "row"
        or not _ALONE.fullmatch(unlabelled(following.block.text))
    ):
        return False
    if following.label not in (None, "goals"):
        return False
    name = unlabelled(passage.block.text)
    return not _PARTING.search(name) and len(name) <= _EXCERPT and not _ALONE.fullmatch(name)


def unlabelled(text: str) -> str:
    """A text without the label that it begins with.

    >>> unlabelled("Mål: 500 medlemmar")
    '500 medlemmar'
    """
    leading = leading_label(text)
    return text[leading[1] :] if leading else text
