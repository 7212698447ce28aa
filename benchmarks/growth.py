"""How the cost of a question grows with the rows, the units, the periods and the metrics that it is asked for.

    python benchmarks/growth.py [rows units periods metrics] [--runs 5] [--data DIR] [--huge]

Every curve makes its own data (drawn by a fixed rule, the same on every machine) into DIR, where they are found again,
or into a folder that is gone afterwards. Its sizes are asked in turns, each by a process of its own, timed from files
to the answer's frame; one table in Markdown tells the middle, the fastest and the slowest run, what the middle is to
that of the size before, and the peak of memory. `rows`, `units` and `periods` ask the 24 metrics of followup.py,
`metrics` asks measures of contacts alone; all ask every unit by month, quarter and year. `--huge` adds 40 000 units,
told as one answer and metric by metric.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, product
from pathlib import Path

import attrs
import polars as pl
from followup import GRAINS, METRICS, contacts, memberships, organisation, roles

from hgplan import Metric, Workspace

FIRST = date(2010, 1, 1)
LEAD = 365  # days of data before the first day asked for
THEMES = ("membership", "rent", "renovation", "safety", "energy")
CHANNELS = ("door", "phone", "web", "event", "letter")
PHASES = ("intro", "followup", "closing")


@attrs.frozen
class Size:
    """One size of a question, as it is told, and the data and metrics that it is asked of."""

    told: str
    contacts: int = 5_000_000
    units: int = 400
    months: int = 36
    metrics: int = 24
    filtered: bool = False
    each: bool = False

    @property
    def members(self) -> int:
        """There is a member to every five contacts."""
        return self.contacts // 5

    @property
    def folder(self) -> str:
        """Where its data are; sizes that differ by what is asked share them."""
        return f"contacts-{self.contacts}-units-{self.units}-months-{self.months}"


CURVES: dict[str, list[Size]] = {
    "rows": [Size(f"{count / 1e6:g} million contacts", contacts=count) for count in (400_000, 2_000_000, 10_000_000)],
    "units": [Size(f"{count} associations", units=count) for count in (40, 400, 4_000)],
    "periods": [Size(f"{count} months", months=count) for count in (12, 36, 120)],
    "metrics": [
        Size(f"{count} metric{'s' * (count > 1)}", contacts=1_000_000, metrics=count, filtered=True)
        for count in (1, 4, 24, 100)
    ],
}
HUGE = [
    Size("40000 associations", units=40_000),
    Size("40000 associations, metric by metric", units=40_000, each=True),
]


def filtered_metrics() -> Iterator[Metric]:
    """Counts, sums, different people and different people of a year, of all contacts and of ever narrower choices."""
    choices = [""]
    choices += [f"theme == '{theme}'" for theme in THEMES]
    choices += [f"channel == '{channel}'" for channel in CHANNELS]
    choices += [f"phase == '{phase}'" for phase in PHASES]
    choices += [f"(theme == '{theme}') & (channel == '{channel}')" for theme, channel in product(THEMES, CHANNELS)]
    for choice in choices:
        rows = contacts.where(choice) if choice else contacts
        families = (rows.count(), rows.sum("dialogues"), rows.distinct(), rows.distinct().trailing("12mo"))
        for measure in families:
            yield Metric(name=str(measure), measure=measure)


def drawn(seed: int, below: int, of: str | pl.Expr = "i") -> pl.Expr:
    """A whole number from nought for each number (unsaid: that of the row): SplitMix64 (Steele, Lea and Flood 2014)."""
    number = pl.col(of) if isinstance(of, str) else of
    mixed = (number.cast(pl.UInt64) + seed * 1_000_003) * 0x9E3779B97F4A7C15
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed // 2**shift)) * factor
    return (mixed ^ (mixed // 2**31)) % below


def text(seed: int, words: tuple[str, ...]) -> pl.Expr:
    """One of some words."""
    return drawn(seed, len(words)).cast(pl.UInt32).replace_strict(range(len(words)), words, return_dtype=pl.String)


def home(person: pl.Expr, size: Size) -> pl.Expr:
    """The association that a person belongs to."""
    return (person % size.units).cast(pl.UInt32)


def make(size: Size, path: Path) -> None:
    """Write the data of a size, unless they are there."""
    if (path / "meta.json").exists():
        return
    end = month_end(size.months)
    days = (end - FIRST).days + LEAD + 1
    path.mkdir(parents=True, exist_ok=True)
    tree(size).write_parquet(path / "org.parquet")
    write(path / "memberships", size.members, lambda rows: some_memberships(rows, size, days))
    write(path / "contacts", size.contacts, lambda rows: some_contacts(rows, size, days))
    write(path / "roles", max(size.members // 7, 1), lambda rows: some_roles(rows, size, days))
    meta = {"report_start": FIRST.isoformat(), "report_end": end.isoformat()}
    (path / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def month_end(months: int) -> date:
    """The last day of so many months."""
    return date(FIRST.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def write(folder: Path, count: int, made, piece: int = 2_000_000) -> None:  # type: ignore[no-untyped-def]
    """Write so many rows, in files of so many."""
    folder.mkdir(exist_ok=True)
    for number, first in enumerate(range(0, count, piece)):
        rows = pl.DataFrame({"i": pl.int_range(first, min(first + piece, count), dtype=pl.Int64, eager=True)})
        made(rows).write_parquet(folder / f"{number:03}.parquet", row_group_size=500_000)


def day(seed: int, days: int, count: int | None = None) -> pl.Expr:
    """A day of the data; of rows in the order of time, one that grows with their number."""
    offset = drawn(seed, days) if count is None else (pl.col("i") * days) // count
    begin = (FIRST - date(1970, 1, 1)).days - LEAD
    return (offset.cast(pl.Int32) + begin).cast(pl.Date)


def tree(size: Size) -> pl.DataFrame:
    """Associations under areas, of which every other has districts between, under one region."""
    areas = max(size.units * 15 // 100, 2)
    rows: list[tuple[int, int | None, str]] = [(0, None, "region")]
    rows += [(1 + area, 0, "area") for area in range(areas)]
    rows += [(1 + areas + number, 1 + number - number % 2, "district") for number in range(areas)]
    first = 1 + 2 * areas
    for number in range(size.units):
        area = number % areas
        above = 1 + areas + area + number // areas % 2 if area % 2 == 0 and area + 1 < areas else 1 + area
        rows.append((first + number, above, "association"))
    return pl.DataFrame(rows, schema=["unit_id", "parent_id", "level"], orient="row")


def association(number: pl.Expr, size: Size) -> pl.Expr:
    """The unit of an association's number."""
    return (number + 1 + 2 * max(size.units * 15 // 100, 2)).cast(pl.UInt32).alias("association_id")


def some_memberships(rows: pl.DataFrame, size: Size, days: int) -> pl.DataFrame:
    """Spells of members: most of one, some of who came back or moved."""
    again = drawn(11, 10) == 0
    person = pl.when(again).then(drawn(12, size.members)).otherwise(pl.col("i").cast(pl.UInt64))
    moved = pl.when(drawn(13, 8) == 0).then(drawn(14, size.units).cast(pl.UInt32)).otherwise(home(person, size))
    joined = day(15, days)
    stayed = joined + pl.duration(days=drawn(16, 900).cast(pl.Int64) + 1)
    return rows.select(
        person.cast(pl.UInt32).alias("member_id"),
        association(moved, size),
        joined.alias("joined_on"),
        pl.when(drawn(17, 2) == 0).then(stayed).alias("left_on"),
        text(18, CHANNELS).alias("channel"),
        pl.when(drawn(19, 3) == 0).then(drawn(20, 10_000)).cast(pl.UInt32).alias("recruited_by_activity"),
    )


def some_contacts(rows: pl.DataFrame, size: Size, days: int) -> pl.DataFrame:
    """Contacts in the order of time: activities of 25, of which one in twenty is booked next door, four in five of whom
    belong where it is held."""
    activity = pl.col("i") // 25
    place = drawn(31, size.units, activity)
    joint = pl.when(drawn(32, 20) == 0).then((place + 1) % size.units).otherwise(place).cast(pl.UInt32)
    known = drawn(33, max(2 * size.members // size.units, 1)) * size.units + place
    person = pl.when(drawn(39, 5) == 0).then(drawn(40, size.members * 2)).otherwise(known)
    return rows.select(
        person.cast(pl.UInt32).alias("person_id"),
        association(joint, size),
        day(34, days, size.contacts).alias("occurred_on"),
        activity.cast(pl.UInt32).alias("activity_id"),
        text(35, THEMES).alias("theme"),
        text(36, CHANNELS).alias("channel"),
        text(37, PHASES).alias("phase"),
        drawn(38, 6).cast(pl.UInt16).alias("dialogues"),
    )


def some_roles(rows: pl.DataFrame, size: Size, days: int) -> pl.DataFrame:
    """Spells of who holds a role."""
    person = drawn(51, size.members)
    started = day(52, days)
    ended = started + pl.duration(days=drawn(53, 800).cast(pl.Int64) + 1)
    return rows.select(
        person.cast(pl.UInt32).alias("person_id"),
        association(home(person, size), size),
        started.alias("started_on"),
        pl.when(drawn(54, 2) == 0).then(ended).alias("ended_on"),
    )


def ask(size: Size, path: Path) -> None:
    """Ask once, and tell the seconds, the megabytes and the rows of the answer as JSON."""
    metrics = list(islice(filtered_metrics(), size.metrics)) if size.filtered else METRICS
    begun = time.perf_counter()
    meta = json.loads((path / "meta.json").read_text(encoding="utf-8"))
    tables = [contacts] if size.filtered else [memberships, contacts, roles]
    ws = Workspace(
        organisation=organisation(path),
        tables=tables,
        data={table.name: pl.scan_parquet(path / table.name / "*.parquet") for table in tables},
        metrics=metrics,
    )
    ask = ws.measure_each if size.each else ws.measure
    answer = ask(
        [metric.id for metric in metrics],
        units="all",
        every=GRAINS,
        start=meta["report_start"],
        until=meta["report_end"],
    )
    figures = sum(len(frame) for frame in ([answer] if isinstance(answer, pl.DataFrame) else answer))
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak, "figures": figures}) + "\n")


def measured(curve: str, sizes: list[Size], data: Path, runs: int) -> list[list[str]]:
    """The lines of a curve: its sizes are asked in turns, so that they share what else the machine does."""
    found: dict[Size, list[dict[str, float]]] = {size: [] for size in sizes}
    for _ in range(runs):
        for number, size in enumerate(sizes):
            one = [sys.executable, __file__, "--ask", curve, str(number), "--data", str(data)]
            ran = subprocess.run(one, check=True, stdout=subprocess.PIPE, text=True)
            found[size].append(json.loads(ran.stdout))
    lines, before = [], None
    for size in sizes:
        seconds = [run["seconds"] for run in found[size]]
        middle = statistics.median(seconds)
        lines.append(
            [
                curve,
                size.told,
                f"{found[size][0]['figures']:,}".replace(",", " "),
                f"{middle:.2f}",
                f"{min(seconds):.2f} to {max(seconds):.2f}",
                "" if before is None else f"{middle / before:.2f}",
                f"{max(run['megabytes'] for run in found[size]) / 1000:.2f} GB",
            ]
        )
        before = middle
    return lines


HEAD = ["Grows", "Size", "Figures", "Seconds", "Fastest to slowest", "To the one before", "Memory"]


def main() -> None:
    """Make what is missing, measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("curves", nargs="*", metavar="CURVE", help=", ".join(CURVES))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--huge", action="store_true", help="40 000 associations, too")
    parser.add_argument("--ask", nargs=2, metavar=("CURVE", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        curve, number = options.ask
        size = [*CURVES[curve], *HUGE][int(number)]
        ask(size, options.data / size.folder)
        return
    with tempfile.TemporaryDirectory() as folder:
        data, lines = options.data or Path(folder), [HEAD, ["---"] * 3 + ["---:"] * 4]
        for curve in options.curves or CURVES:
            sizes = [*CURVES[curve], *HUGE] if options.huge and curve == "units" else CURVES[curve]
            for size in sizes:
                make(size, data / size.folder)
            if options.runs:
                lines += measured(curve, sizes, data, options.runs)
        sys.stdout.write("".join(f"| {' | '.join(line)} |\n" for line in lines))


if __name__ == "__main__":
    main()
