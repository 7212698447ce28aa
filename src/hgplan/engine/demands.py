"""Which windows a measure reads: known beforehand, so that rows are coded once for all that will be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from hgplan.engine.windows import Windows
from hgplan.metrics.measures import Measure, Previous, Shift, ToDate, Trailing, children

__all__ = ["windows_read"]


def windows_read(measure: Measure, windows: Windows, first: Callable[[Measure], date]) -> Iterator[Windows]:
    """The windows whose rows make a measure's figures, those of its parts included; all time begins with `first`.

    A running figure that is read day by day isn't foreseen: its windows are cut when they are asked.
    """
    match measure:
        case Shift(of=of, offset=offset, to=to):
            yield from windows_read(of, windows.shifted(offset, to), first)
        case Previous(of=of, offset=offset):
            yield from windows_read(of, windows.previous(offset), first)
        case ToDate(of=of, grain=grain):
            yield from windows_read(of, windows.to_date(grain, first(of)), first)
        case Trailing(of=of, window=window):
            yield from windows_read(of, windows.trailing(window), first)
        case _:
            parts = list(children(measure))
            for part in parts:
                yield from windows_read(part, windows, first)
            if not parts:
                yield windows
