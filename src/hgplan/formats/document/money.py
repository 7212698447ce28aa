"""Sums of money in a plan: what is to be raised or kept within is a goal, what is set aside or spent is none."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_collecting", "is_earned"]

_EARNING: Final = re.compile(
    r"(?<!\w)(?:samla(?:r|s)? in|insaml\w+|intäkt\w*|omsätt\w*|överskott\w*|resultat(?:et)?|sälja|försäljning\w*"
    r"|inkomst\w*|gåvor"
    r"|raise[sd]?|raising|income|turnover|revenue|surplus|donations|fundrais\w+|earn|sales|reserves)(?!\w)",
    re.I,
)
_SPENDING: Final = re.compile(
    r"(?<!\w)(?:need|spend|pay|cost|buy|use|kosta|kostar|betala|köpa|lägga|lägger|behöver|använda|avsätta|avsätts"
    r"|avsätter)(?!\w)",
    re.I,
)
_COLLECTING: Final = re.compile(r"(?<!\w)(?:samla(?:r|s)? in|sälja|raise|raising|earn)(?!\w)", re.I)


def is_earned(before: str) -> bool:
    """Whether the words before a sum say that it is to be earned, and not, later on, that it is to be spent.

    >>> is_earned("Vi ska samla in minst "), is_earned("We raise it and need ")
    (True, False)
    """
    earns = [match.end() for match in _EARNING.finditer(before)]
    spends = [match.end() for match in _SPENDING.finditer(before)]
    return bool(earns) and earns[-1] > max(spends, default=0)


def is_collecting(text: str) -> bool:
    """Whether a sentence tells to collect money, so that the sum has no name but the sentence.

    >>> is_collecting("We will raise £500"), is_collecting("Intäkterna ska öka")
    (True, False)
    """
    return _COLLECTING.search(text) is not None
