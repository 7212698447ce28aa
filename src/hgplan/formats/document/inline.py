"""What is inside a line of Markdown, as plain text: no emphasis marks, no tags, no targets of links."""

from __future__ import annotations

import html
import re
from typing import Final

import attrs

__all__ = ["Inline", "plain", "without_tags"]

# Every pattern stops at the next of its own opening marks, so that hostile text costs no more than its length.
_DROPPED: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|</?[A-Za-z!?][^<>]{0,2000}>", re.S | re.I
)
_BREAKING: Final = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]{0,200}>", re.I)
_FOOTNOTE: Final = re.compile(r"\[\^[^\]\s]{1,40}\]|(?<=[\w\"”.,)])\[(?:[A-Z]{1,3}\s)?\d{1,3}\](?!\()")
_LINK: Final = re.compile(r"!?\[([^\[\]]{0,300})\](?:\((?:[^()\n]|\([^()\n]{0,100}\)){0,400}\)|\[[^\[\]\n]{0,100}\])")
_STRUCK: Final = re.compile(r"~~[^~\n]{1,2000}~~")
_OPENING: Final = re.compile(r"(?<![\w*\\])(?:\*{1,3}|_{1,3})(?=[^\s*])")
_CLOSING: Final = re.compile(r"(?<=[^\s\\])(?:\*{1,3}|_{1,3})(?![\w*])")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACES: Final = re.compile(r"[ \t]*\n[ \t]*")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).)+?)(?<=\S)\1", re.S)
_SLANTED: Final = re.compile(r"(?:\*(?![\s*])([^*]+)(?<!\s)\*|_(?![\s_])([^_]+)(?<!\s)_)", re.S)


@attrs.frozen(kw_only=True)
class Inline:
    """The plain text of a block, whether all of it was bold or italic, and the bold words that it began with."""

    text: str
    strong: bool = False
    slanted: bool = False
    lead: str = ""


def plain(content: str) -> Inline:
    """Read the plain text out of a block's Markdown.

    >>> plain("**Mål:** fler [medlemmar](javascript:alert(1)) <b>nu</b>").text
    'Mål: fler medlemmar nu'
    >>> plain("*Planen bygger på strategin.*").slanted
    True
    """
    content = content.strip()
    lead = _STRONG.match(content)
    return Inline(
        text=_text(content),
        strong=lead is not None and lead.end() == len(content),
        slanted=_SLANTED.fullmatch(content) is not None,
        lead=_text(lead[2]) if lead else "",
    )


def _text(content: str) -> str:
    content = _STRUCK.sub("", _FOOTNOTE.sub("", content))
    content = _LINK.sub(r"\1", _DROPPED.sub("", _BREAKING.sub(" ", content)))
    content = _CLOSING.sub("", _OPENING.sub("", content)).replace("`", "")
    content = _ENTITY.sub(_character, _ESCAPED.sub(r"\1", content))
    return _SPACES.sub("\n", content).strip()


def _character(entity: re.Match[str]) -> str:
    text = html.unescape(entity[0])
    return text if text.isprintable() or text in "\u00a0\u2009\u202f" else " "


def without_tags(content: str) -> str:
    """Take a block of HTML down to its text; scripts, styles and comments go whole.

    >>> without_tags("<p>Vi ska<br>växa</p><script>x</script>")
    'Vi ska\\nväxa\\n'
    """
    return _DROPPED.sub("", _BREAKING.sub("\n", content))
