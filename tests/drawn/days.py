"""Days to draw from: few, so that they meet, and those on which calendars stumble."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

FIRST = date(2023, 12, 1)
LAST = date(2024, 4, 30)

# Year's end, a leap February, months of all lengths, and ordinary days.
_EDGES = [
    date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 10), date(2024, 1, 15),
    date(2024, 1, 29), date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 10), date(2024, 2, 14),
    date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 10), date(2024, 3, 15), date(2024, 3, 30),
    date(2024, 3, 31), date(2024, 4, 1),
]  # fmt: skip

days = st.sampled_from(_EDGES) | st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
