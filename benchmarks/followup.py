"""The follow-up of a membership plan: 24 metrics for every unit, month, quarter and year, from Parquet to a table.

    python benchmarks/followup.py DIR [OUT]

DIR holds org.parquet, memberships/, contacts/, roles/ and meta.json. The answer is written to OUT as a long table
(metric, unit, level, grain, period_start, value; rates without a figure left out), and one line of JSON tells the
seconds from files to frame, the peak of memory, the rows and a checksum of the answer.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl

from hgplan import Events, Metric, Organisation, Spells, Workspace

GRAINS = ("month", "quarter", "year")

memberships = Spells("memberships", start="joined_on", end="left_on", entity="member_id", unit="association_id")
contacts = Events("contacts", at="occurred_on", unit="association_id", entity="person_id")
roles = Spells("roles", start="started_on", end="ended_on", entity="person_id", unit="association_id")

joins, leaves = memberships.rows("start"), memberships.rows("end")
kept = "left_on.is_null() | (left_on > joined_on + '12mo')"

MEASURES = {
    "joins": joins.count(),
    "leaves": leaves.count(),
    "net_growth": joins.count() - leaves.count(),
    "members_stock": memberships.active(),
    "memberships_stock": joins.count().to_date() - leaves.count().to_date(),
    "joined_members": joins.distinct(),
    "joins_ytd": joins.count().to_date("year"),
    "activity_recruited_share": joins.where("recruited_by_activity.is_not_null()").count() / joins.count(),
    "joins_web": joins.where("channel == 'web'").count(),
    "retention_12m": joins.where(kept).count() / joins.count(),
    "contacts": contacts.count(),
    "dialogues": contacts.sum("dialogues"),
    "people_contacted": contacts.distinct(),
    "people_contacted_r12": contacts.distinct().trailing("12mo"),
    "activities": contacts.distinct(key="activity_id"),
    "dialogues_per_contact": contacts.sum("dialogues") / contacts.count(),
    "theme_membership_share": contacts.where("theme == 'membership'").count() / contacts.count(),
    "phase_intro": contacts.where("phase == 'intro'").count(),
    "phase_followup": contacts.where("phase == 'followup'").count(),
    "contacts_ytd": contacts.count().to_date("year"),
    "coverage": contacts.coverage("association"),
    "conversion_30d": contacts.converted(joins, within="31d", attribution="all", immature="include"),
    "first_engaged": roles.starts(scope="organisation").first().distinct(),
    "engaged_stock": roles.active(),
}
METRICS = [Metric(name=name, measure=measure) for name, measure in MEASURES.items()]


def organisation(path: Path) -> Organisation:
    """The tree of units, whose numbers become their ids."""
    rows = pl.read_parquet(path / "org.parquet").select(
        pl.col("unit_id").cast(pl.String).alias("unit"), pl.col("parent_id").cast(pl.String).alias("parent"), "level"
    )
    return Organisation.from_rows(rows.to_dicts())


def followed_up(path: Path) -> pl.DataFrame:
    """The whole answer."""
    meta = json.loads((path / "meta.json").read_text())
    start, end = (date.fromisoformat(meta[f"report_{edge}"]) for edge in ("start", "end"))
    tables = [memberships, contacts, roles]
    ws = Workspace(
        organisation=organisation(path),
        tables=tables,
        data={table.name: pl.scan_parquet(path / table.name / "*.parquet") for table in tables},
        metrics=METRICS,
    )
    figures = ws.measure(list(MEASURES), units="all", every=GRAINS, start=start, until=end)
    # The peers leave out a cohort that isn't whole a year before the data end.
    ends = figures.filter(pl.col("metric") == "retention_12m").select(pl.col("period_end").unique())
    a_year_on = pl.col("period_end").dt.offset_by("1d").dt.offset_by("12mo").dt.offset_by("-1d")
    unripe = (pl.col("metric") == "retention_12m") & (
        pl.col("period_end") > (ends.filter(a_year_on <= end).max().item() or start)
    )
    told = figures.lazy().filter(pl.col("value").is_not_null() & ~unripe)
    return told.select("metric", "unit", "level", "grain", "period_start", "value").collect()


def checksum(answer: pl.DataFrame) -> str:
    """A hash of the sorted answer, figures at nine decimals."""
    text = pl.col("metric", "level", "grain").cast(pl.String)
    ordered = answer.with_columns(text, pl.col("unit").cast(pl.Int64), pl.col("value").round(9)).sort(
        "metric", "unit", "level", "grain", "period_start"
    )
    digest = hashlib.sha256()
    for name in ordered.columns:
        column = ordered[name]
        if column.dtype == pl.String:
            digest.update("\x1f".join(column.to_list()).encode())
        else:
            digest.update(column.to_physical().to_numpy().tobytes())
    return digest.hexdigest()[:16]


def main(path: str, out: str | None = None) -> None:
    """Work it out, write it, and tell how long it took."""
    begun = time.perf_counter()
    answer = followed_up(Path(path))
    answer.write_parquet(out or Path(path) / "out_hgplan.parquet", compression="lz4", statistics=False)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": round(seconds, 3), "peak_rss_mb": round(peak), "rows_out": len(answer)}
    print(json.dumps({**told, "checksum": checksum(answer), "marks": {}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
