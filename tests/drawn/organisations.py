"""Organisations of a few units: ragged, with units that open, close, come back and move."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from drawn.days import days
from hgplan.model import Organisation

Draw = st.DrawFn


@st.composite
def _history(draw: Draw, unit: str, level: str | None, parents: list[str]) -> list[dict[str, Any]]:
    """The rows of a unit: one place for all time, or some dated stretches."""
    kind = draw(st.sampled_from(["always", "always", "opens", "closes", "moves", "moves", "returns"]))
    first, second, third = sorted([draw(days), draw(days), draw(days)])
    above = [draw(st.sampled_from(parents)) for _ in range(2)]

    def row(parent: str, opened: date | None, closed: date | None) -> dict[str, Any]:
        return {"unit": unit, "parent": parent, "level": level, "opened": opened, "closed": closed}

    match kind:
        case "opens":
            return [row(above[0], first, None)]
        case "closes":
            return [row(above[0], None, first)]
        case "moves":
            return [row(above[0], None, first), row(above[1], first, draw(st.sampled_from([None, third])))]
        case "returns":
            return [row(above[0], first, second), row(above[1], third, None)]
        case _:
            return [row(above[0], None, None)]


@st.composite
def organisations(draw: Draw) -> Organisation:
    """A root, one or two regions, one to three associations, up to two locals; some hang higher than their like."""
    regions = ["r1", "r2"][: draw(st.integers(1, 2))]
    associations = ["a1", "a2", "a3"][: draw(st.integers(1, 3))]
    locals_ = ["l1", "l2"][: draw(st.integers(0, 2))]
    rows = [{"unit": "top", "parent": None, "level": "union"}]
    for unit in regions:
        rows += [{"unit": unit, "parent": "top", "level": "region"}]
    for unit in associations:
        rows += draw(_history(unit, "association", [*regions, *regions, "top"]))
    for unit in locals_:
        level = draw(st.sampled_from(["local", "local", None]))
        rows += draw(_history(unit, level, [*associations, *associations, *regions]))
    return Organisation.from_rows(rows)
