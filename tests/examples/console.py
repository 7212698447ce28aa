"""What running a command line gives back."""

from __future__ import annotations

from collections.abc import Callable

import attrs


@attrs.frozen
class Ran:
    """What a command line ended with, and what it wrote."""

    code: int
    out: str
    err: str


Hgplan = Callable[..., Ran]
