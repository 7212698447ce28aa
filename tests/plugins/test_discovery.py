"""Broken and healthy distributions beside each other, found by a host in a fresh interpreter."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

HEALTHY = '''
    from hgplan.hookspecs import Phrase, hookimpl
    from hgplan.metrics import Events, Measure, Spells, metric

    HGPLAN_API = 1

    @metric(unit="people")
    def new_members(memberships: Spells) -> Measure:
        """People who became members."""
        return memberships.starts(scope="organisation").distinct()

    @metric(unit="people")
    def members(memberships: Spells) -> Measure:
        """People who are members."""
        return memberships.active()

    @hookimpl
    def hgplan_tables():
        yield Events("healthy_calls", at="day")

    @hookimpl
    def hgplan_metrics():
        yield new_members
        yield members

    @hookimpl
    def hgplan_phrases(language):
        yield Phrase(language="sv", text="friska medlemmar", metric="new_members")
'''

METRIC = '''
from hgplan.hookspecs import hookimpl
from hgplan.metrics import Events, Measure, metric

class Panic(BaseException):
    pass

@metric(unit="contacts")
def contacted(contacts: Events) -> Measure:
    """Contacts made."""
    return contacts.count()
'''


def hook(*lines: str, signature: str = "hgplan_metrics()", mark: str = "@hookimpl") -> str:
    """A module with a metric and one hook, whose body is these lines."""
    return "\n".join([METRIC, mark, f"def {signature}:", *(f"    {line}" for line in lines), ""])


# What each of them does wrong, and what is then said of it: the hook (None: the plugin is absent), words of the fault.
BROKEN: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "absentee": ("import no_such_module_anywhere", None, ("ModuleNotFoundError", "no_such_module_anywhere")),
    "babble": ("def broken(:\n    pass", None, ("SyntaxError", "hgplan_babble_hooks.py:1")),
    "exits": ("import sys\nsys.exit(3)", None, ("SystemExit: 3", "hgplan_exits_hooks.py:2")),
    "future": ("HGPLAN_API = 2", None, ("written for plugin API 2", "this hgplan speaks 1", "hgplan-future<3")),
    "panics": (METRIC + "raise Panic('of the engine')", None, ("Panic: of the engine",)),
    "halfway": (
        hook("yield contacted", "raise ValueError('half way')"),
        "hgplan_metrics",
        ("ValueError", "hgplan_halfway_hooks.py:", "raise hgplan.PluginError to say more"),
    ),
    "quits": (hook("import sys", "yield contacted", "sys.exit('bye')"), "hgplan_metrics", ("SystemExit",)),
    "panics_later": (hook("raise Panic('late')"), "hgplan_metrics", ("Panic",)),
    "misspelt": (
        hook("yield contacted", signature="hgplan_metric()"),
        "hgplan_metric",
        ("no hook has this name", "did you mean 'hgplan_metrics'?"),
    ),
    "unmarked": (hook("yield contacted", mark=""), "hgplan_metrics", ("not marked", "hookimpl")),
    "wants": (
        hook("return []", signature="hgplan_phrases(language, region)"),
        "hgplan_phrases",
        ("region", "hgplan_phrases(language)"),
    ),
    "wraps": (
        hook("yield", "return []", mark="@hookimpl(wrapper=True)"),
        "hgplan_metrics",
        ("wraps what other plugins answer",),
    ),
    "junk": (
        hook("return [contacted, 'contacted']"),
        "hgplan_metrics",
        ("item 2 is a value of type str, not a Metric or Aggregate",),
    ),
    "nothing": (hook("return None"), "hgplan_metrics", ("returned None",)),
}

SCRIPT = """
    import json, sys
    from hgplan.plugins import Plugins

    plugins = Plugins.discover()
    print(json.dumps({
        "metrics": [metric.id for metric in plugins.metrics()],
        "tables": [table.name for table in plugins.tables()],
        "phrases": [phrase.text for phrase in plugins.phrases("sv")],
        "rows": {row.name: [row.version, row.distribution, list(row.hooks), row.status] for row in plugins.describe()},
        "faults": [[fault.plugin, fault.version, fault.hook, str(fault)] for fault in plugins.faults],
        "polars": "polars" in sys.modules,
    }))
"""


@pytest.fixture
def answers(install: Any, ask: Any) -> dict[str, Any]:
    for name, (source, _, _) in BROKEN.items():
        install(name, source, version="2.5" if name != "future" else "3.0")
    install("claimed", HEALTHY, distribution="hgplan-first", version="1.0")
    install("claimed", HEALTHY, distribution="hgplan-second", version="2.1")
    install("healthy", HEALTHY, version="0.4")
    answered: dict[str, Any] = ask(SCRIPT)
    return answered


def test_broken_plugins_cost_the_healthy_one_nothing_and_each_says_what_is_wrong(answers: dict[str, Any]) -> None:
    mine = [name for name in answers["metrics"] if name.startswith("healthy.")]
    assert mine == ["healthy.new_members", "healthy.members"]
    assert "friska medlemmar" in answers["phrases"]
    assert "healthy_calls" in answers["tables"]
    assert answers["rows"]["healthy"] == [
        "0.4", "hgplan-healthy", ["hgplan_tables", "hgplan_metrics", "hgplan_phrases"], "ok",
    ]  # fmt: skip
    # None of the broken ones has an answer in a hook that it broke.
    assert not {name.partition(".")[0] for name in answers["metrics"]} & {*BROKEN, "claimed"}

    told = {plugin: (version, hook, text) for plugin, version, hook, text in answers["faults"]}
    for name, (_, hook, words) in BROKEN.items():
        version, told_hook, text = told[name]
        assert (version, told_hook) == ("3.0" if name == "future" else "2.5", hook)
        assert f"hgplan-{name} {version}" in text
        for word in words:
            assert word in text
        # The words of what a hook raises may quote what the plugin read.
        assert not any(quoted in text for quoted in ("half way", ": bye", ": late"))
    assert {name for name, _, _, _ in answers["faults"]} >= {*BROKEN, "claimed"}
    refused = {name for name, (_, hook, _) in BROKEN.items() if hook is None} | {"claimed"}
    assert {name for name, row in answers["rows"].items() if row[3] == "refused"} >= refused
    assert all(answers["rows"][name][3] == "faulty" for name in {*BROKEN} - refused)

    (claimed,) = [text for name, _, _, text in answers["faults"] if name == "claimed"]
    assert "hgplan-first 1.0" in claimed
    assert "hgplan-second 2.1" in claimed
    assert answers["polars"] is False


@pytest.mark.parametrize("order", list(itertools.permutations(["alpha", "beta", "gamma"])), ids="-".join)
def test_answers_come_by_plugin_name_whatever_was_installed_first(
    install: Any, ask: Any, tmp_path: Path, order: tuple[str, ...]
) -> None:
    # The path's order is the file system's; a distribution's name sorts against its plugin's on purpose.
    folders = [
        install(name, HEALTHY, distribution=f"hgplan-{9 - index}-{name}", folder=tmp_path / f"{index}-{name}")
        for index, name in enumerate(order)
    ]
    script = """
        import json
        from hgplan.plugins import Plugins
        print(json.dumps([m.id for m in Plugins.discover().metrics() if m.name == "new_members"]))
    """
    found = [name for name in ask(script, *folders) if name.partition(".")[0] in order]
    assert found == ["alpha.new_members", "beta.new_members", "gamma.new_members"]


def test_strict_discovery_raises_all_faults_in_one_group(install: Any, ask: Any) -> None:
    install("junk", BROKEN["junk"][0])
    install("misspelt", BROKEN["misspelt"][0])
    install("healthy", HEALTHY)
    told = ask("""
        import json
        from hgplan.errors import PluginErrors
        from hgplan.plugins import Plugins
        try:
            Plugins.discover(strict=True)
        except PluginErrors as errors:
            print(json.dumps([str(error) for error in errors.exceptions]))
    """)
    assert ["hgplan-junk" in told[0], "hgplan-misspelt" in told[1]] == [True, True]
    assert len(told) == 2


def test_a_second_copy_further_down_the_path_is_no_second_claimant(install: Any, ask: Any, tmp_path: Path) -> None:
    first = install("healthy", HEALTHY, version="2.0", folder=tmp_path / "one")
    second = install("healthy", HEALTHY, version="1.0", folder=tmp_path / "two")
    script = """
        import json
        from hgplan.plugins import Plugins
        plugins = Plugins.discover()
        print(json.dumps([[p.version for p in plugins.plugins if p.name == "healthy"], len(plugins.faults)]))
    """
    assert ask(script, first, second) == [["2.0"], 0]


@pytest.mark.parametrize(
    "text", [b"[hgplan]\nno equals sign\n", b"[hgplan]\nx = \xff\xfe\n"], ids=["torn", "not UTF-8"]
)
def test_a_torn_distribution_on_the_path_hides_no_plugin(install: Any, ask: Any, text: bytes) -> None:
    folder = install("healthy", HEALTHY)
    broken = folder / "unrelated-1.0.dist-info"
    broken.mkdir()
    (broken / "entry_points.txt").write_bytes(text)
    script = """
        import json
        from hgplan.plugins import Plugins
        print(json.dumps([m.id for m in Plugins.discover().metrics() if m.id.startswith("healthy.")]))
    """
    assert ask(script) == ["healthy.new_members", "healthy.members"]


def test_plugin_names_that_cannot_be_a_namespace_are_refused(install: Any, ask: Any) -> None:
    install("not.one", HEALTHY, distribution="hgplan-dotted")
    script = """
        import json
        from hgplan.plugins import Plugins
        print(json.dumps([str(fault) for fault in Plugins.discover().faults if fault.plugin == "not.one"]))
    """
    (told,) = ask(script)
    assert "can't be a namespace" in told


def test_importing_hgplan_and_its_plugin_layer_loads_no_plugin_and_no_polars(install: Any, ask: Any) -> None:
    install("healthy", HEALTHY)
    script = """
        import json, sys
        import hgplan, hgplan.plugins
        print(json.dumps([name for name in ("polars", "hgplan_healthy_hooks") if name in sys.modules]))
    """
    assert ask(script) == []


def test_discovered_plugins_travel_and_answer_the_same(install: Any, ask: Any) -> None:
    install("healthy", HEALTHY)
    script = """
        import json, pickle
        from hgplan.plugins import Plugins
        plugins = Plugins.discover()
        before = plugins.metrics()
        copy = pickle.loads(pickle.dumps(plugins))
        print(json.dumps([copy == plugins, hash(copy) == hash(plugins), copy.metrics() == before, len(before) >= 2]))
    """
    assert ask(script) == [True] * 4
