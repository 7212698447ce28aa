"""The hooks, as one typed protocol: each is called on every plugin and collects what they answer.

Every hook is a function without side effects that gives an iterable, most simply by `yield`. A plugin that fails in a
hook is absent from that hook, whole, and from no other. Arguments may be added to a hook, never renamed; an
implementation names only those that it uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Protocol

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from hgplan.hookspecs.protocols import Example, Output, Pace, PlanFormat, SourceKind
    from hgplan.hookspecs.values import Phrase
    from hgplan.metrics.aggregates import Aggregate
    from hgplan.metrics.metric import Metric
    from hgplan.metrics.tables import Dimension, Events, Snapshots, Spells

__all__ = ["HGPLAN_API", "HOOKS", "Hooks", "hookimpl", "hookspec"]

HGPLAN_API: Final = 1
"""The version of the hooks; a plugin's module may say `HGPLAN_API = 1`, and another number is refused by name."""

hookimpl: Final = HookimplMarker("hgplan")
"""Marks a plugin's function as the implementation of the hook of its name."""

hookspec: Final = HookspecMarker("hgplan")


class Hooks(Protocol):
    """All that a plugin may answer; a plugin has those of these functions that it needs."""

    @hookspec
    def hgplan_tables(self) -> Iterable[Events | Spells | Snapshots | Dimension]:
        """Declare fact tables and dimensions that metrics are written over.

        Two plugins may declare one table if they say the same of it::

            from hgplan import Events, hookimpl

            @hookimpl
            def hgplan_tables():
                yield Events("contacts", at="day", unit="association", entity="person", columns={"channel": "text"})
        """
        ...

    @hookspec
    def hgplan_metrics(self) -> Iterable[Metric | Aggregate]:
        """Offer metrics; one named `new_members` of the plugin `tenants` is known as `tenants.new_members`.

        ::

            from hgplan import Measure, Spells, hookimpl, metric

            @metric(unit="people")
            def new_members(memberships: Spells) -> Measure:
                \"\"\"People who became members in the period and were not members the day before.\"\"\"
                return memberships.starts(scope="organisation").distinct()

            @hookimpl
            def hgplan_metrics():
                yield new_members
        """
        ...

    @hookspec
    def hgplan_sources(self) -> Iterable[SourceKind]:
        """Offer kinds of data source, which a plan names: `[source.books]` with `plugin = "ledger"`, `path = "x.txt"`.

        ::

            from hgplan import Schema, hookimpl

            class Ledger:
                def __init__(self, path):
                    self.path = path

                def tables(self):
                    return {"payments": Schema({"day": "date", "amount": "decimal(2)"})}

                def scan(self, table, *, columns, start, until):
                    import polars as pl  # heavy, so not before rows are read

                    return pl.scan_csv(self.path, schema={"day": pl.Date, "amount": pl.Decimal(18, 2)})

            class LedgerKind:
                name = "ledger"

                def open(self, settings):
                    return Ledger(settings["path"])

            @hookimpl
            def hgplan_sources():
                yield LedgerKind()
        """
        ...

    @hookspec
    def hgplan_phrases(self, language: str) -> Iterable[Phrase]:
        """Tell which words of a plan document name which metric, in the language (`sv`, `en`).

        ::

            from hgplan import Phrase, hookimpl

            @hookimpl
            def hgplan_phrases(language):
                if language == "sv":
                    yield Phrase(language="sv", text="nya medlemmar", metric="new_members", unit="people")
                    yield Phrase(language="sv", text="behåller över tid", metric="retention", kind="condition")
        """
        ...

    @hookspec
    def hgplan_formats(self) -> Iterable[PlanFormat]:
        """Offer formats that plans are read from and written in.

        ::

            from hgplan import Plan, Reading, Strategy, hookimpl

            class Outline:
                name = "outline"
                suffixes = (".outline",)

                def read(self, content, /, *, name):
                    title, *lines = content.decode().splitlines()
                    strategies = [Strategy(id=f"s{number}", title=line) for number, line in enumerate(lines, start=1)]
                    return Reading(Plan(id="outline", title=title, strategies=strategies))

                def write(self, plan, /):
                    return "\\n".join([plan.title, *(strategy.title for strategy in plan.strategies)]).encode()

            @hookimpl
            def hgplan_formats():
                yield Outline()
        """
        ...

    @hookspec
    def hgplan_outputs(self) -> Iterable[Output]:
        """Offer forms in which a report leaves the house.

        ::

            from hgplan import hookimpl

            class Lines:
                name = "lines"
                suffixes = (".ndjson",)

                def write(self, report, file, /, *, language):
                    for frame in report.frames.values():
                        file.write(frame.write_ndjson().encode())

            @hookimpl
            def hgplan_outputs():
                yield Lines()
        """
        ...

    @hookspec
    def hgplan_paces(self) -> Iterable[Pace]:
        """Offer curves that say how much of a target is due on a day; a goal chooses one by `pace = "late"`.

        ::

            from hgplan import hookimpl

            class Late:
                name = "late"

                def expected(self, goal, period, history, day):
                    days = (period.end - period.start).days + 1
                    return (((day - period.start).days + 1) / days) ** 2

            @hookimpl
            def hgplan_paces():
                yield Late()
        """
        ...

    @hookspec
    def hgplan_examples(self) -> Iterable[Example]:
        """Offer whole examples that `hgplan demo` writes.

        ::

            from hgplan import hookimpl

            class Small:
                name = "small"
                title = "One association and a handful of members"

                def write(self, directory, /):
                    plan = directory / "plan.toml"
                    plan.write_text("hgplan = 1", encoding="utf-8")
                    return plan

            @hookimpl
            def hgplan_examples():
                yield Small()
        """
        ...


HOOKS: Final[tuple[str, ...]] = tuple(name for name in vars(Hooks) if name.startswith("hgplan_"))
"""The names of all hooks, in the order in which they are documented."""
