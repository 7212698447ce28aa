"""Plain tables to JSON text."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["write_json"]


def write_json(document: dict[str, Any]) -> str:
    """The text of a plan file in JSON.

    >>> print(write_json({"hgplan": 1}))
    {
      "hgplan": 1
    }
    <BLANKLINE>
    """
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
