"""How a row of a summary was made, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from hgplan.model import Plan
from hgplan.outputs.numbers import Language, number_text, percent_text
from hgplan.outputs.words import word

__all__ = ["with_how"]

_PARTS = {
    "strategy": ("strategins", "the strategy's"),
    "plan": ("planens", "the plan's"),
    "vision": ("målbildens", "the vision's"),
}


def with_how(
    rows: pl.DataFrame, plan: Plan, attained: pl.DataFrame, language: Language, *, capped: bool
) -> pl.DataFrame:
    """The rows of a summary with the column `how`: what was counted, how it was weighed, and what is not in it."""
    weights = {goal.id: goal.weight for _, goal in plan.goals()}
    keys = ("goal", "unit", "period_start", "period_end")
    shares = {
        tuple(row[key] for key in keys): row["attainment"]
        for row in attained.select(*keys, "attainment").iter_rows(named=True)
    }
    told = [_how(row, weights, shares, language, capped=capped) for row in rows.iter_rows(named=True)]
    return rows.with_columns(pl.Series("how", told, dtype=pl.String))


def _how(
    row: Mapping[str, Any],
    weights: Mapping[str, float],
    shares: Mapping[tuple[Any, ...], float | None],
    language: Language,
    *,
    capped: bool,
) -> str:
    swedish = language == "sv"
    whose = _PARTS[row["part"]][0 if swedish else 1]
    goals = row["goals"]
    said = [
        f"{goals} av {whose} mål räknade efter läge." if swedish else f"{goals} of {whose} goals counted by status."
    ]
    if row["reached_share"] is not None:
        quantified = goals - row["unquantified"]
        share, counted = percent_text(row["reached_share"], language), row["reached"]
        said.append(
            f"Uppnådda: {counted} av {quantified} mål med måltal, {share} efter vikt."
            if swedish
            else f"Reached: {counted} of {quantified} goals with a target, {share} by weight."
        )
    if row["open_conditions"]:
        many = row["open_conditions"]
        said.append(
            f"{many} uppnådda har villkor som inte är uppfyllda."
            if swedish
            else f"{many} of the reached have conditions that are not met."
        )
    said.append(_index(row, weights, shares, language, capped=capped))
    if row["not_in_index"]:
        names = ", ".join(row["not_in_index"])
        said.append(
            f"Utan uppfyllelse, och därför inte med i indexet: {names}."
            if swedish
            else f"Without an attainment, and so not in the index: {names}."
        )
    if row["unquantified"]:
        many, called = row["unquantified"], word("unquantified", language)
        said.append(
            f"{many} {called} räknas varken som 0 eller som uppnådda."
            if swedish
            else f"{many} {called}: counted neither as 0 nor as reached."
        )
    if row["shared"]:
        names = ", ".join(row["shared"])
        said.append(
            f"Delas med andra strategier och räknas en gång i planen: {names}."
            if swedish
            else f"Shared with other strategies and counted once in the plan: {names}."
        )
    return " ".join(said)


def _index(
    row: Mapping[str, Any],
    weights: Mapping[str, float],
    shares: Mapping[tuple[Any, ...], float | None],
    language: Language,
    *,
    capped: bool,
) -> str:
    swedish, goals = language == "sv", row["in_index"]
    if row["index"] is None:
        return "Inget index: inget mål har en uppfyllelse." if swedish else "No index: no goal has an attainment."
    alike = len({weights[goal] for goal in goals}) == 1
    parts = []
    for goal in goals:
        share = shares[goal, row["unit"], row["period_start"], row["period_end"]]
        text = "" if share is None else percent_text(share, language)
        weight = "" if alike else f" × {number_text(weights[goal], language)}"
        parts.append(f"{goal} {text}{weight}")
    together, index = "; ".join(parts), percent_text(row["index"], language)
    limits = ""
    if capped:
        limits = ", var och en räknad från 0 till 100 %" if swedish else ", each counted from 0 to 100 %"
    how = ("lika vikter" if alike else "målens vikter") if swedish else ("equal weights" if alike else "goals' weights")
    text = (
        f"Index {index}: vägt medeltal ({how}) av måluppfyllelser{limits}: {together}. "
        "Ett index, ingen uppfyllelse: målen mäter olika saker."
        if swedish
        else f"Index {index}: weighted mean ({how}) of attainments{limits}: {together}. "
        "An index, no attainment: the goals measure different things."
    )
    low, high = row["index_least"], row["index_greatest"]
    if low is not None and high is not None and low < high:
        ends = f"{percent_text(low, language)}–{percent_text(high, language)}"
        text += (
            f" När allt är rapporterat kan det vara {ends}." if swedish else f" With every report in it can be {ends}."
        )
    return text
