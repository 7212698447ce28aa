"""Neutral questions of a metric layer, put to hgplan: an adapter for the kinds of question, not for the cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

import hgplan
from conformance.pack import Case
from hgplan import Calendar, Dimension, Events, Measure, Metric, Period, Snapshots, col, ref

OPERATORS = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, "in": lambda a, b: a.is_in(b),
    "is null": lambda a, _: a.is_null(), "is not null": lambda a, _: a.is_not_null(),
}  # fmt: skip
UNITS = {"day": "d", "week": "w", "month": "mo", "quarter": "q", "year": "y"}


class Question:
    """A case's query with the tables and measures that it makes."""

    def __init__(self, case: Case) -> None:
        self.case, self.query = case, case.asked["query"]
        self.tables: dict[str, Any] = {}
        self.data: dict[str, pl.DataFrame] = {}
        self.refs: dict[str, dict[str, object]] = {}
        self.filled = False
        self.lookups: dict[str, str] = {}
        self.metrics: list[Metric] = []
        for group in self.query["group_by"]:
            if "lookup" in group:
                self._lookup(group)

    def rows(self) -> list[dict[str, object]]:
        """The answer as rows of the case's keys and values."""
        measures = {metric["name"]: self.measure(metric["spec"]) for metric in self.query["metrics"]}
        groups = [group for group in self.query["group_by"] if "grain" not in group]
        by = [self.lookups.get(group["as"], group.get("column")) for group in groups]
        every, labels, start, until = self._periods()
        ws = hgplan.Workspace(
            tables=[self._declared(table) for table in self.tables.values()] + self._dimensions(),
            data=self.data,
            metrics=self.metrics,
        )
        found: dict[tuple[object, ...], dict[str, object]] = {}
        for name, measure in measures.items():
            frame = ws.measure([measure], by=by, every=every, start=start, until=until)
            for row in frame.iter_rows(named=True):
                if not row["rows"] and not self.filled:
                    continue
                keys = {**labels(row["period_start"]), **{g["as"]: row[b] for g, b in zip(groups, by, strict=True)}}
                place = tuple(keys[key] for key in self.case.asked["keys"])
                found.setdefault(place, dict.fromkeys(measures) | keys)[name] = row["value"]
        days = self.query.get("output_days")
        return [row for row in found.values() if days is None or row["day"].isoformat() in days]

    # --- measures, by kind

    def measure(self, spec: dict[str, Any]) -> Measure:
        return getattr(self, f"_{spec['kind']}")(spec)

    def _simple(self, spec: dict[str, Any]) -> Measure:
        if "snapshot" in spec:
            return self._stock(spec)
        rows = self._events(spec["table"], spec["time"])
        qualified = None
        for condition in spec.get("where", ()):
            if "metric" in condition:
                qualified = condition
            else:
                rows = rows.where(OPERATORS[condition["op"]](col(condition["column"]), _value(condition.get("value"))))
        column, times = spec.get("column"), spec.get("times", 1)
        value = col(column) * times if column and times != 1 else column
        if qualified is not None:
            compared = self.measure(qualified["metric"]["spec"])
            sign = "==" if qualified["op"] == "=" else qualified["op"]
            return rows.distinct(key=qualified["entity_column"], having=f"{compared} {sign} {qualified['value']!r}")
        match spec["agg"]:
            case "count":
                counted = rows.count()
            case "count_non_null":
                # No row, no figure; rows of which none has a value: 0.
                return rows.where(col(column).is_not_null()).count() + rows.count().default(None) * 0
            case "count_distinct":
                counted = rows.distinct(key=column)
            case "sum":
                counted = rows.sum(value)
            case "avg":
                counted = rows.mean(value)
            case "min":
                counted = rows.min(value)
            case "max":
                counted = rows.max(value)
            case "median":
                counted = rows.quantile(value, 0.5)
            case "percentile":
                counted = rows.quantile(value, spec["q"])
        return self._missing(counted, spec)

    def _missing(self, measure: Measure, spec: dict[str, Any]) -> Measure:
        """What a day without rows shows: nothing, unless the case fills it."""
        self.filled = self.filled or bool(spec.get("fill_calendar"))
        return measure.default(spec.get("fill_nulls_with"))

    def _stock(self, spec: dict[str, Any]) -> Measure:
        rows: Any = self._snapshots(spec["table"], spec["time"])
        for condition in spec.get("where", ()):
            rows = rows.where(OPERATORS[condition["op"]](col(condition["column"]), _value(condition.get("value"))))
        per = spec["snapshot"].get("per")
        pick = rows.last if spec["snapshot"]["pick"] == "last" else rows.first
        return pick(spec["column"], per=per[0] if per else None)

    def _ratio(self, spec: dict[str, Any]) -> Measure:
        return self.measure(spec["numerator"]) / self.measure(spec["denominator"])

    def _derived(self, spec: dict[str, Any]) -> Measure:
        for name, part in spec["inputs"].items():
            measure = self.measure(part["spec"])
            if "offset_window" in part:
                measure = measure.shift(_duration(part["offset_window"]))
            if "offset_to_grain" in part:
                measure = measure.shift(to=part["offset_to_grain"])
            if "fill_nulls_with" in part:
                measure = measure.default(part["fill_nulls_with"])
            self.metrics.append(Metric(name=name, measure=measure))
        return hgplan.parse(f"({spec['expr']}) + 0")

    def _cumulative(self, spec: dict[str, Any]) -> Measure:
        # A day without rows has no figure, so the first day is the first that has one.
        base, at = self.measure(spec["base"]), spec.get("period_agg", "first")
        at = "mean" if at == "average" else at
        if not any("grain" in group for group in self.query["group_by"]):
            at = "last"
        if "window" in spec:
            running = base.trailing(_duration(spec["window"]), at=at)
        else:
            running = base.to_date(spec.get("grain_to_date"), at=at)
        return self._missing(running, spec)

    def _conversion(self, spec: dict[str, Any]) -> Measure:
        base = self._events(spec["base"]["table"], spec["base"]["time"], spec["entity"])
        to = self._events(spec["conversion"]["table"], spec["conversion"]["time"], spec["entity"])
        same = [pair[0] for pair in spec.get("constant_properties", ())]
        within = _duration(spec["window"], inclusive=True) if "window" in spec else None
        rate = base.converted(to, within=within, count="rows", same=same, immature="include")
        if spec["calculation"] == "conversions":
            return rate.numerator
        # The other engine shows no figure where nobody converted.
        return rate.numerator / rate.numerator * rate

    # --- tables

    def _events(self, table: str, time: str, entity: str | None = None) -> Events:
        known = self.tables.get(table)
        entity = entity or (known.entity if known is not None else None)
        self.tables[table] = Events(table, at=time, entity=entity)
        self.data[table] = self.case.frame(table)
        return self.tables[table]

    def _snapshots(self, table: str, time: str) -> Snapshots:
        name = f"{table}_stock"
        self.tables[name] = Snapshots(name, at=time)
        self.data[name] = self.case.frame(table)
        return self.tables[name]

    def _declared(self, table: Any) -> Any:
        columns = {column: ref(name) for column, name in self.refs.items() if column in self.data[table.name].columns}
        kinds: dict[str, Any] = {**columns}
        if isinstance(table, Events):
            return Events(table.name, at=table.at, entity=table.entity, columns=kinds)
        return Snapshots(table.name, at=table.at, columns=kinds)

    def _lookup(self, group: dict[str, Any]) -> None:
        lookup = group["lookup"]
        (own, key), *_ = lookup["on"]
        self.refs[own] = lookup["table"]
        self.data[lookup["table"]] = self.case.frame(lookup["table"])
        self.lookups[group["as"]] = f"{lookup['table']}.{lookup['column']}"
        self._keys = getattr(self, "_keys", {}) | {
            lookup["table"]: (key, lookup.get("valid_from"), lookup.get("valid_to"))
        }

    def _dimensions(self) -> list[Dimension]:
        keys: Mapping[str, Any] = getattr(self, "_keys", {})
        return [Dimension(name, key=key, start=first, end=last) for name, (key, first, last) in keys.items()]

    # --- time

    def _span(self) -> tuple[date, date]:
        span = self.query.get("time_range") or self.query.get("calendar")
        if span:
            return date.fromisoformat(span[0]), date.fromisoformat(span[1])
        days = [day for table in self.tables.values() for day in self.data[table.name][table.at].drop_nulls().to_list()]
        return min(days), max(days)

    def _periods(self) -> tuple[Any, Any, date, date]:
        grains = [(group["as"], group["grain"]) for group in self.query["group_by"] if "grain" in group]
        start, until = self._span()
        if not grains:
            return None, lambda _: {}, start, until
        if len(grains) == 1:
            name, grain = grains[0]
            return grain, lambda first: {name: first}, start, until
        # Several grains at once: the periods are where they cross.
        days = [start + timedelta(days=step) for step in range((until - start).days + 1)]
        crossed: dict[tuple[date, ...], list[date]] = {}
        for day in days:
            crossed.setdefault(tuple(_first(day, grain) for _, grain in grains), []).append(day)
        periods = [Period(id=str(place), start=inside[0], end=inside[-1]) for place, inside in crossed.items()]
        labels = {inside[0]: dict(zip((n for n, _ in grains), place, strict=True)) for place, inside in crossed.items()}
        return Calendar(name="crossed", periods=periods), labels.__getitem__, start, until


def _first(day: date, grain: str) -> date:
    match grain:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day.replace(month=1, day=1)


def _duration(window: dict[str, Any], *, inclusive: bool = False) -> str:
    # The other engine's conversion window holds its last day too.
    extra = "1d" if inclusive and window["unit"] != "day" else ""
    count = window["count"] + 1 if inclusive and window["unit"] == "day" else window["count"]
    return f"{count}{UNITS[window['unit']]}{extra}"


def _value(value: object) -> Any:
    return value
