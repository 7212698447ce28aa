"""What a host's own plugins answer: names, order, receipt, memory of answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

from hgplan.errors import DataError, PlanError, PluginError, PluginErrors, UnknownName
from hgplan.hookspecs import HOOKS, Phrase, Reading, hookimpl
from hgplan.metrics import Aggregate, Events, Measure, Metric, Spells, metric
from hgplan.plugins import Fault, Plugin, Plugins, attempt_on_data


def module(name: str = "given", **members: object) -> ModuleType:
    made = ModuleType(name)
    for member, value in members.items():
        setattr(made, member, value)
    return made


def answering(hook: str, *items: object) -> ModuleType:
    """A plugin that answers one hook with these items."""

    def implementation() -> Iterator[object]:
        yield from items

    return module(**{hook: hookimpl(implementation)})


def nothing() -> list[object]:
    return []


@metric(unit="people")
def recruits(memberships: Spells) -> Measure:
    """People who became members."""
    return memberships.starts().distinct()


@metric(unit="people")
def stayers(memberships: Spells, *, horizon: str = "12mo") -> Measure:
    """People who stayed."""
    return memberships.retained(horizon)


def test_metrics_stand_under_their_plugin_and_keep_their_definition() -> None:
    plugins = Plugins.of(tenants=answering("hgplan_metrics", recruits))
    (found,) = plugins.metrics()
    assert found.id == "tenants.recruits"
    assert attrs.evolve(found, namespace=None) == recruits
    assert plugins.metric("tenants.recruits") == plugins.metric("recruits") == found


def test_two_plugins_may_use_one_short_name_and_the_asker_says_which() -> None:
    plugins = Plugins.of(
        a=module(hgplan_metrics=hookimpl(lambda: [recruits]), __version__="1.0"),
        b=module(hgplan_metrics=hookimpl(lambda: [recruits]), __version__="2.1"),
    )
    assert [found.id for found in plugins.metrics()] == ["a.recruits", "b.recruits"]
    assert plugins.metric("b.recruits").namespace == "b"
    assert plugins.metric("recruits", prefer={"recruits": "b"}).namespace == "b"
    with pytest.raises(PlanError, match=r"'recruits' is offered by 'a' and 'b'(.|\n)*'a.recruits' or 'b.recruits'"):
        plugins.metric("recruits")
    with pytest.raises(PlanError, match="none of them the preferred 'c'"):
        plugins.metric("recruits", prefer={"recruits": "c"})
    assert plugins.faults == ()


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    plugins = Plugins.of(tenants=answering("hgplan_metrics", recruits))
    with pytest.raises(UnknownName, match=r"no metric named 'recruit'(.|\n)*did you mean 'recruits'"):
        plugins.metric("recruit")


def test_aggregates_are_told_from_metrics() -> None:
    most = Aggregate("most", "1", partial=max, combine=max, final=float)
    plugins = Plugins.of(a=answering("hgplan_metrics", recruits, most))
    assert plugins.aggregates() == (most,)
    assert plugins.aggregate("a.most") is most
    assert [found.name for found in plugins.metrics()] == ["recruits"]


def test_tables_declared_alike_stand_once_and_others_are_a_conflict() -> None:
    agreed, other = Events("contacts", at="day"), Events("contacts", at="occurred_on")
    alike = Plugins.of(a=answering("hgplan_tables", agreed), b=answering("hgplan_tables", Events("contacts", at="day")))
    assert alike.tables() == (agreed,)
    assert alike.conflicts() == ()

    torn = Plugins.of(a=answering("hgplan_tables", agreed), b=answering("hgplan_tables", other))
    assert torn.tables() == ()
    (conflict,) = torn.conflicts()
    assert "table 'contacts' is declared differently by 'a' and 'b'" in str(conflict)
    assert isinstance(conflict.error, PlanError)
    assert torn.tables(prefer={"contacts": "b"}) == (other,)
    assert torn.conflicts(prefer={"contacts": "b"}) == ()


def test_phrases_are_those_of_the_language_asked_for() -> None:
    swedish = Phrase(language="sv", text="nya medlemmar", metric="recruits")
    english = Phrase(language="en", text="new members", metric="recruits")

    @hookimpl
    def hgplan_phrases(language: str) -> list[Phrase]:
        return [swedish, english]

    plugins = Plugins.of(a=module(hgplan_phrases=hgplan_phrases))
    assert plugins.phrases("sv") == plugins.phrases("sv-FI") == (swedish,)
    assert plugins.phrases("fi") == ()


class Named:
    """An item that is nearly anything: what each hook wants more of it, it checks."""

    name = "thing"
    title = "A thing"
    suffixes = (".thing",)

    def open(self, settings: Any) -> Any: ...
    def read(self, content: bytes, /, *, name: str) -> Reading: ...
    def write(self, *given: Any, **named: Any) -> Any: ...
    def expected(self, goal: Any, period: Any, history: Any, day: date) -> float | None: ...


NEEDS: dict[str, tuple[str, ...]] = {
    "hgplan_sources": ("name", "open"),
    "hgplan_formats": ("name", "suffixes", "read", "write"),
    "hgplan_outputs": ("name", "suffixes", "write"),
    "hgplan_paces": ("name", "expected"),
    "hgplan_examples": ("name", "title", "write"),
}


@pytest.mark.parametrize(("hook", "missing"), [(hook, need) for hook, needs in NEEDS.items() for need in needs])
def test_an_item_without_what_its_hook_needs_makes_the_plugin_absent_there(hook: str, missing: str) -> None:
    lacking = type(
        "Lacking", (), {key: value for key, value in vars(Named).items() if key in NEEDS[hook] and key != missing}
    )
    plugins = Plugins.of(good=answering(hook, Named()), bad=answering(hook, Named(), lacking()))
    answered: Callable[[], tuple[Any, ...]] = getattr(plugins, hook.removeprefix("hgplan_"))
    assert [type(item) for item in answered()] == [Named]
    (fault,) = plugins.faults
    assert (fault.plugin, fault.hook) == ("bad", hook)
    assert "item 2 is a value of type Lacking" in str(fault)
    assert missing in str(fault)
    lookup: Callable[[str], object] = getattr(plugins, hook.removeprefix("hgplan_").removesuffix("s"))
    assert lookup("thing") is lookup("good.thing") is answered()[0]


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise SystemExit("even this")


class Trap:
    @property
    def name(self) -> str:
        raise KeyError("a property")


WRONG: dict[str, tuple[object, str]] = {
    "a class": ([Named], "have you forgotten the ()?"),
    "text": ("recruits", "returned a value of type str"),
    "one item": (recruits, "returned a value of type Metric"),
    "a mapping": ({"recruits": recruits}, "returned a value of type FrozenMapping|dict"),
    "the same name twice": ([recruits, recruits], "named 'recruits' twice"),
    "a trap": ([Trap()], "a value of type Trap"),
}


@pytest.mark.parametrize("given", WRONG)
def test_a_wrong_answer_is_absent_whole_and_says_what_it_was(given: str) -> None:
    answer, told = WRONG[given]
    bad = module(hgplan_metrics=hookimpl(lambda: answer))
    plugins = Plugins.of(bad=bad, good=answering("hgplan_metrics", recruits))
    assert [found.id for found in plugins.metrics()] == ["good.recruits"]
    (fault,) = plugins.faults
    assert any(words in str(fault) for words in told.split("|"))


def test_a_table_with_verbs_on_it_is_no_declaration() -> None:
    plugins = Plugins.of(a=answering("hgplan_tables", Events("contacts", at="day").where("channel == 'door'")))
    assert plugins.tables() == ()
    assert "not a table declaration" in str(plugins.faults[0])


def test_a_coroutine_an_endless_answer_and_an_error_without_words_are_faults() -> None:
    async def asynchronous() -> list[Metric]:
        return [recruits]

    def endless() -> Iterator[Metric]:
        while True:
            yield recruits

    def unspeakable() -> Iterator[Metric]:
        raise UnspeakableError

    def trapped() -> Iterator[object]:
        yield Trap()

    plugins = Plugins.of(
        a=module(hgplan_metrics=hookimpl(asynchronous)),
        b=module(hgplan_metrics=hookimpl(endless)),
        c=module(hgplan_metrics=hookimpl(unspeakable)),
        d=module(hgplan_paces=hookimpl(trapped)),
    )
    assert plugins.metrics() == ()
    assert plugins.paces() == ()
    told = {fault.plugin: str(fault) for fault in plugins.faults}
    assert "without async" in told["a"]
    assert "more than" in told["b"]
    assert told["c"].startswith("plugin 'c' failed in hgplan_metrics: UnspeakableError\n")
    assert "KeyError" in told["d"]


def test_what_a_hook_raises_is_told_without_its_words_unless_they_are_of_the_code() -> None:
    def reads() -> Iterator[Metric]:
        raise RuntimeError("no row for Ada Canary")

    def misspells() -> Iterator[Metric]:
        return misspelt  # type: ignore[name-defined]  # noqa: F821

    def says() -> Iterator[Metric]:
        raise PluginError("the ledger is locked")

    hooks = {"a": reads, "b": misspells, "c": says}
    plugins = Plugins.of({name: module(hgplan_metrics=hookimpl(hook)) for name, hook in hooks.items()})
    assert plugins.metrics() == ()
    told = {fault.plugin: str(fault) for fault in plugins.faults}
    assert "RuntimeError" in told["a"]
    assert "Canary" not in told["a"]
    assert "name 'misspelt' is not defined" in told["b"]
    assert "the ledger is locked" in told["c"]


def test_a_metric_over_a_table_that_no_plugin_declares_is_warned_of() -> None:
    def metrics() -> Iterator[Metric]:
        yield Metric.formula("fine", "contacts.count()")
        yield Metric.formula("lost", "contact.count() / visits.count()")

    declaring = module(hgplan_tables=hookimpl(lambda: [Events("contacts", at="day")]))
    rows = Plugins.of(a=declaring, b=module(hgplan_metrics=hookimpl(metrics))).describe()
    assert [(row.status, row.faults) for row in rows] == [("ok", ()), ("ok", ())]
    assert (rows[0].warnings, rows[1].warnings) == ((), (
        "metric 'b.lost' reads the table 'contact', which no plugin declares; a plan has to (did you mean 'contacts'?)",
        "metric 'b.lost' reads the table 'visits', which no plugin declares; a plan has to",
    ))  # fmt: skip


def test_a_person_at_the_keyboard_is_no_fault_of_the_plugin() -> None:
    def interrupted() -> Iterator[Metric]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Plugins.of(a=module(hgplan_metrics=hookimpl(interrupted))).metrics()


def test_the_right_hooks_of_a_plugin_with_a_wrong_one_answer() -> None:
    mixed = answering("hgplan_metrics", recruits)
    mixed.hgplan_table = hookimpl(nothing)  # type: ignore[attr-defined]  # the misspelling is the point
    mixed.hgplan_phrases = hookimpl(lambda tongue: [])  # type: ignore[attr-defined]  # so is the argument
    plugins = Plugins.of(mixed=mixed)
    assert [found.id for found in plugins.metrics()] == ["mixed.recruits"]
    assert [fault.hook for fault in plugins.faults] == ["hgplan_phrases", "hgplan_table"]
    assert plugins.describe()[0].hooks == ("hgplan_metrics",)


def test_a_hook_of_a_later_hgplan_marked_optional_is_no_fault() -> None:
    plugins = Plugins.of(a=module(hgplan_engines=hookimpl(nothing, optionalhook=True)))
    plugins.check()
    assert plugins.describe()[0].status == "ok"


def test_an_instance_serves_as_a_plugin_and_its_properties_are_not_run() -> None:
    class Ours:
        @property
        def costly(self) -> object:
            raise RuntimeError("was read")

        @hookimpl(specname="hgplan_metrics")
        def our_metrics(self) -> list[Metric]:
            return [recruits]

        @staticmethod
        @hookimpl
        def hgplan_phrases() -> list[Phrase]:
            return []

    plugins = Plugins.of({"ours": Ours()})
    plugins.check()
    assert plugins.describe()[0].hooks == ("hgplan_metrics", "hgplan_phrases")


def test_two_functions_for_one_hook_are_refused_by_name() -> None:
    both = answering("hgplan_metrics", recruits)
    both.more = hookimpl(lambda: [stayers], specname="hgplan_metrics")  # type: ignore[attr-defined]  # a second one
    plugins = Plugins.of(both=both)
    assert plugins.metrics() == ()
    assert "2 functions answer to it" in str(plugins.faults[0])


@pytest.mark.parametrize("body", [None, Named], ids=["None", "a class"])
def test_what_is_no_plugin_is_refused(body: object) -> None:
    (fault,) = Plugins.of(a=body).faults
    assert fault.hook is None
    assert "name a module or an instance" in str(fault)


def test_a_hook_is_asked_once_however_many_threads_want_it() -> None:
    asked: list[int] = []
    together = threading.Barrier(8)

    def slowly() -> Iterator[Metric]:
        asked.append(threading.get_ident())
        threading.Event().wait(0.05)
        yield recruits

    plugins = Plugins.of(a=module(hgplan_metrics=hookimpl(slowly)))
    seen: list[tuple[Metric, ...]] = []

    def want() -> None:
        together.wait()
        seen.append(plugins.metrics())

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1
    assert seen == [plugins.metrics()] * 8


def test_nothing_is_asked_before_somebody_wants_it() -> None:
    asked: list[str] = []

    def telling() -> list[Metric]:
        asked.append("metrics")
        return [recruits]

    plugins = Plugins.of(a=module(hgplan_metrics=hookimpl(telling)))
    plugins.tables()
    assert asked == []
    assert plugins.faults == ()
    plugins.metrics()
    assert asked == ["metrics"]


def test_checking_raises_every_fault_together_and_faults_are_values() -> None:
    def raising() -> Iterator[Metric]:
        raise ValueError("no")

    def build() -> Plugins:
        return Plugins.of(a=module(hgplan_metrics=hookimpl(raising), hgplan_tabels=hookimpl(nothing)))

    plugins = build()
    with pytest.raises(PluginErrors, match="2 faults") as raised:
        plugins.check()
    assert {str(error) for error in raised.value.exceptions} == {str(fault) for fault in plugins.faults}
    again = build()
    assert again.describe()[0].status == "faulty"
    assert again.faults == plugins.faults
    assert {hash(fault) for fault in again.faults} == {hash(fault) for fault in plugins.faults}
    assert all(isinstance(fault, Fault) for fault in again.faults)
    with pytest.raises(PluginErrors):
        attrs.evolve(again, strict=True).metrics()


def test_no_plugins_answer_every_hook_with_nothing() -> None:
    none = Plugins.none()
    none.check()
    assert none.describe() == none.faults == none.phrases("sv") == ()
    for hook in HOOKS:
        if hook != "hgplan_phrases":
            assert getattr(none, hook.removeprefix("hgplan_"))() == ()


def test_a_fault_shows_the_file_of_the_plugin_and_never_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "anna.andersson"
    folder.mkdir()
    code = compile("def boom():\n    raise ValueError('x')\n", str(folder / "hooks.py"), "exec")
    names: dict[str, Any] = {}
    exec(code, names)
    plugins = Plugins.of(a=module(hgplan_metrics=hookimpl(names["boom"])))
    plugins.metrics()
    assert "hooks.py:2" in str(plugins.faults[0])
    assert "anna" not in str(plugins.faults[0])


def test_what_handles_data_is_blamed_without_its_words_and_the_datas_faults_stay_the_datas() -> None:
    def raising(error: BaseException) -> Callable[[], object]:
        def work() -> object:
            raise error

        return work

    plugin = Plugin(name="books", version="1.0", distribution="hgplan-books")
    for error in (ValueError("Anna Andersson"), SystemExit("Anna Andersson")):
        fault = attempt_on_data(plugin, "hgplan_sources", raising(error))
        assert isinstance(fault, Fault)
        assert type(error).__name__ in str(fault)
        assert "test_plugins.py:" in str(fault)
        assert "Anna" not in str(fault)
    with pytest.raises(DataError, match="row 7"):
        attempt_on_data(plugin, "hgplan_sources", raising(DataError("row 7 has no day")))
    assert attempt_on_data(plugin, "hgplan_sources", lambda: 3) == 3


def test_arguments_that_a_hook_does_not_give_are_named_in_their_order() -> None:
    class Asking:
        @hookimpl
        def hgplan_metrics(self, zone: object, area: object) -> list[object]:
            return []

    (fault,) = Plugins.of(asking=Asking()).faults
    assert fault.error.what.endswith("the function takes 'zone', 'area', which the hook doesn't give")
    assert fault.error.hint == "the hook is hgplan_metrics()"
