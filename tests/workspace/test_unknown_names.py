"""A name that nothing answers to is answered with the nearest, or with why nothing can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hgplan import Events, PlanError, Plugins, Spells, Workspace, hookimpl
from hgplan.metrics import Table

TABLES: list[Table] = [Events("contacts", at="day"), Spells("memberships", start="joined", end="left", entity="member")]


class _Broken:
    @hookimpl
    def hgplan_metrics(self) -> Iterator[object]:
        yield None


@pytest.mark.parametrize(
    "formula", ["memberships.activ()", "memberships.activ", "memberships.activ() / contacts.count()"]
)
def test_a_misspelt_verb_of_a_table_is_answered_with_the_nearest(formula: str) -> None:
    with pytest.raises(PlanError) as wrong:
        Workspace(tables=TABLES).metric(formula)
    assert wrong.value.what == "table 'memberships' is asked 'activ', which is no verb"
    assert wrong.value.hint == "did you mean 'active'?"


def test_a_metric_of_a_broken_plugin_is_answered_with_the_plugins_name() -> None:
    with pytest.raises(PlanError) as wrong:
        Workspace(tables=TABLES, plugins=Plugins.of(doors=_Broken())).metric("doors.opened")
    assert wrong.value.hint == "the plugin 'doors' is broken: hgplan plugins"
