"""The one place where lazy frames become figures."""

from __future__ import annotations

import polars as pl

__all__ = ["collect"]


def collect(frame: pl.LazyFrame) -> pl.DataFrame:
    """Run a lazy frame. Everything else in the engine only describes."""
    return frame.collect()
