"""The reference names everything that there is, and nothing else."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import hgplan
from hgplan import errors
from hgplan.hookspecs import HOOKS, Hooks

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def headings(page: str) -> list[str]:
    return re.findall(r"^## (.+)$", (REFERENCE / page).read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_public_name_stands_in_the_reference() -> None:
    page = (REFERENCE / "python.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\.\. (?!automodule)\w+:: hgplan\.(\w+)$", page, flags=re.MULTILINE))
    assert told - {"testing"} == {*hgplan.__all__, "open"}  # the test kit is a module, with its names on the same page


def test_every_verb_stands_on_the_page_of_verbs() -> None:
    page = (REFERENCE.parent / "explanation" / "verbs.md").read_text(encoding="utf-8")
    kinds = (hgplan.Events, hgplan.Spells, hgplan.Snapshots, hgplan.Measure)
    verbs = {
        name
        for kind in kinds
        for name, member in inspect.getmembers(kind)
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    }
    assert {verb for verb in verbs if f".{verb}" not in page} <= {
        "rowset"
    }  # what a table is as rows: no verb of its own


def test_every_error_has_its_section() -> None:
    classes = [name for name in errors.__all__ if inspect.isclass(getattr(errors, name))]
    own = {name for name in classes if issubclass(getattr(errors, name), errors.HgplanError)}
    assert own == {heading for heading in headings("errors.md") if " " not in heading}


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hooks_heading_is_its_signature(hook: str) -> None:
    signature = inspect.signature(getattr(Hooks, hook))
    without_self = signature.replace(parameters=list(signature.parameters.values())[1:])
    written = f"{hook}{without_self}".replace("'", "")
    assert written in headings("hooks.md")


def test_every_hook_and_no_other_has_a_heading() -> None:
    assert [heading.split("(")[0] for heading in headings("hooks.md")] == list(HOOKS)
