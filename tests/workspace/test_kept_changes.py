"""Changes of kept states: rows of other types, and several who write to one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

from hgplan import DataError, Events, KeptStates, PlanError, Workspace
from hgplan.workspace.kept_files import KeptFiles

contacts = Events("contacts", at="day", entity="person", id="number")
ROWS = pl.DataFrame(
    {
        "number": [1, 2],
        "day": [date(2022, 1, 5), date(2022, 2, 1)],
        "person": [7, 8],
        "minutes": [3, 4],
        "fee": [Decimal("1.50"), None],
    }
)
ASKED = ["contacts.count()", "contacts.sum(minutes)", "contacts.distinct()"]
QUESTION: dict[str, Any] = {"every": "month", "start": "2022-01-01", "until": "2022-02-28"}


def space(rows: pl.DataFrame = ROWS) -> Workspace:
    return Workspace(tables=[contacts], data={"contacts": rows})


def counts(states: KeptStates) -> list[float]:
    """Contacts in January and in February."""
    return states.measure("contacts.count()")["value"].to_list()


def more(**other: Any) -> dict[str, pl.DataFrame]:
    """A row more, some of which is of another type."""
    return {"contacts": ROWS.head(1).with_columns(number=pl.lit(3, pl.Int64), **other)}


@pytest.mark.parametrize(("timezone", "told"), [("UTC", [2.0, 1.0]), ("Europe/Stockholm", [1.0, 2.0])])
@pytest.mark.parametrize("kept", [pl.Date(), pl.Datetime()])
def test_instants_that_come_are_days_where_the_organisation_is(
    timezone: str, told: list[float], kept: pl.DataType, tmp_path: Path
) -> None:
    states = space(ROWS.with_columns(pl.col("day").cast(kept))).save_states(tmp_path, ASKED, **QUESTION)
    facts = attrs.evolve(states.keeping.facts, timezone=timezone)
    there = attrs.evolve(states, keeping=attrs.evolve(states.keeping, facts=facts))
    instant = pl.Series("day", [datetime(2022, 1, 31, 23, 30)]).dt.replace_time_zone("UTC")
    assert counts(there.append(more(day=instant))) == told


@pytest.mark.parametrize(
    "other",
    [
        {"minutes": pl.lit(1.7)},
        {"fee": pl.lit(Decimal("1.505"))},
        {"fee": pl.lit(1.505)},
    ],
    ids=["a broken number for whole ones", "a finer decimal", "a finer float"],
)
def test_numbers_that_kept_columns_cannot_hold_are_refused_by_row_and_never_cut(
    other: Mapping[str, pl.Expr], tmp_path: Path
) -> None:
    states = space().save_states(tmp_path, ASKED, **QUESTION)
    (column,) = other
    with pytest.raises(DataError, match=f"column '{column}' has kept numbers of .* in row 1"):
        states.append(more(**other))
    assert counts(space().kept_states(tmp_path)) == [1.0, 1.0]


def test_text_that_is_no_day_is_told_by_its_row(tmp_path: Path) -> None:
    states = space().save_states(tmp_path, ASKED, **QUESTION)
    with pytest.raises(DataError, match="column 'day' is not a day like 2022-03-01 in row 1"):
        states.append(more(day=pl.lit("2022-13-01")))
    assert counts(states.append(more(day=pl.lit("2022-02-03T10:00")))) == [1.0, 2.0]


def test_numbers_of_other_types_that_are_the_same_are_taken(tmp_path: Path) -> None:
    states = space().save_states(tmp_path, ASKED, **QUESTION)
    states = states.append(more(minutes=pl.lit(2.0), person=pl.lit(7, pl.Int8), fee=pl.lit(0.1)))
    assert states.measure("contacts.sum(minutes)")["value"].to_list() == [5.0, 4.0]
    assert states.measure("contacts.distinct()")["value"].to_list() == [1.0, 1.0]


@pytest.mark.parametrize("anew", [False, True], ids=["another change", "states kept anew"])
def test_of_two_who_write_at_a_time_the_second_is_told_that_the_states_have_changed(
    anew: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = space().save_states(tmp_path, ASKED, **QUESTION), space().kept_states(tmp_path)
    write = KeptFiles.write_tallies

    def meanwhile(self: KeptFiles, begun: Path, tallies: Any) -> Any:
        monkeypatch.setattr(KeptFiles, "write_tallies", write)
        told = write(self, begun, tallies)
        if anew:
            space().save_states(tmp_path, ASKED[:1], **QUESTION)
        else:
            theirs.delete({"contacts": [2]})
        return told

    monkeypatch.setattr(KeptFiles, "write_tallies", meanwhile)
    with pytest.raises(PlanError, match="have changed since"):
        mine.append(more())
    with pytest.raises(PlanError, match="have changed since"):
        mine.measure()
    assert counts(space().kept_states(tmp_path)) == ([1.0, 1.0] if anew else [1.0, 0.0])


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path) -> None:
    states = space().save_states(tmp_path, ASKED, **QUESTION)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataError):
        states.append(more(day=pl.lit("2022-13-01")))
    with pytest.raises(DataError):
        space(ROWS.with_columns(day=pl.lit("2022-13-01"))).save_states(tmp_path, ASKED, **QUESTION)
    assert sorted(tmp_path.rglob("*")) == before


def test_states_of_another_format_can_be_kept_anew_in_the_same_folder(tmp_path: Path) -> None:
    space().save_states(tmp_path, ASKED, **QUESTION)
    current = tmp_path / "current.json"
    current.write_text(json.dumps({**json.loads(current.read_text()), "format": 1}))
    with pytest.raises(PlanError, match="another format") as refused:
        space().kept_states(tmp_path)
    assert refused.value.hint == "keep them anew"
    assert counts(space().save_states(tmp_path, ASKED, **QUESTION)) == [1.0, 1.0]
    assert counts(space().kept_states(tmp_path)) == [1.0, 1.0]


def test_what_is_no_kept_states_is_never_replaced_by_them(tmp_path: Path) -> None:
    (tmp_path / "current.json").write_text('{"mine": 1}')
    with pytest.raises(PlanError, match="tells of no kept states"):
        space().save_states(tmp_path, ASKED, **QUESTION)
    assert (tmp_path / "current.json").read_text() == '{"mine": 1}'


def test_one_metric_may_be_kept_as_it_is(tmp_path: Path) -> None:
    for one in ("contacts.count()", contacts.count()):
        assert counts(space().save_states(tmp_path, one, **QUESTION)) == [1.0, 1.0]
