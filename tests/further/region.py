"""The example region's figures in DuckDB's SQL, straight from its files: a second reading of what each metric says."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
from further.tree import stand

__all__ = ["FIGURES", "opened"]

FACTS: Final = ("memberships", "contacts", "occasions", "activities", "roles")

# Membership and engagement in the whole organisation: overlaps, doubles and touching spells made one run.
RUNS: Final = """
create table membership_run as
with reach as (
    select *, max(coalesce(left_on, date '9999-12-31')) over (
        partition by member_id order by joined_on, left_on rows between unbounded preceding and 1 preceding) as before
    from memberships
), numbered as (
    select *, count(*) filter (where before is null or before < joined_on) over (
        partition by member_id order by joined_on, left_on rows unbounded preceding) as run
    from reach
)
select member_id, run, min(joined_on) as started, max(coalesce(left_on, date '9999-12-31')) as ended
from numbered group by all;

create table opening as
select distinct member_id, run, started, association_id as unit
from membership_run join memberships using (member_id) where joined_on = started;

create table membership_start as
select distinct node, member_id, run, started
from opening join standing using (unit) where since <= started and started < gone;

create table member_at_node as
with piece as (
    select node, member_id, greatest(joined_on, since) as entered,
        least(coalesce(left_on, date '9999-12-31'), gone) as quit
    from memberships join standing on unit = association_id
    where greatest(joined_on, since) < least(coalesce(left_on, date '9999-12-31'), gone)
), reach as (
    select *, max(quit) over (
        partition by node, member_id order by entered, quit rows between unbounded preceding and 1 preceding) as before
    from piece
)
-- What of a spell no earlier one covers: every day of a member at a node stands in one row.
select node, greatest(entered, coalesce(before, entered)) as entered, quit from reach
where before is null or before < quit;

create table engagement as select * from roles where role in ('elected', 'active');

create table engagement_run as
with reach as (
    select *, max(coalesce(ended_on, date '9999-12-31')) over (
        partition by person_id order by started_on, ended_on rows between unbounded preceding and 1 preceding) as before
    from engagement
)
select person_id, started_on as started, before from reach where before is null or before < started_on;
"""

# Each query gives node, period, numerator, denominator and how many entries there were; a count has no denominator.
FIGURES: Final = {
    "tenants.new_members": """
        select node, period, count(distinct member_id), null, count(*)
        from membership_start join periods on started between first and last group by all
    """,
    "tenants.members": """
        select node, period, count(*), null, count(*)
        from member_at_node join periods on entered <= last and last < quit group by all
    """,
    "tenants.retention": """
        with cohort as (
            select *, (started + interval 12 month)::date as due, due <= $until as matured from membership_start
        ), followed as (
            select node, started, matured, exists (
                select 1 from membership_run runs where runs.member_id = cohort.member_id
                    and runs.started <= cohort.due and cohort.due < runs.ended) as kept
            from cohort
        )
        select node, period, count(*) filter (where matured and kept), count(*) filter (where matured), count(*)
        from followed join periods on started between first and last group by all
    """,
    "tenants.newly_engaged": """
        select node, period, count(distinct runs.person_id), null, count(*)
        from engagement_run runs
        join engagement on engagement.person_id = runs.person_id and engagement.started_on = runs.started
        join standing on unit = unit_id and since <= started and started < gone
        join periods on started between first and last
        where before is null or before <= started - interval 24 month
        group by all
    """,
    "tenants.dialogues": """
        select node, period, count(*), null, count(*)
        from contacts
        join standing on unit = unit_id and since <= occurred_on and occurred_on < gone
        join periods on occurred_on between first and last
        where seconds >= 30 group by all
    """,
    "tenants.campaign_coverage": """
        with held as (
            select above.node as association, occasions.held_on
            from occasions
            join activities using (activity_id)
            join open_span on open_span.unit = occasions.unit_id and opened <= held_on and held_on < closed
            join standing above on above.unit = occasions.unit_id and above.since <= held_on and held_on < above.gone
            join levels on levels.unit = above.node and levels.level = 'association'
            where activities.campaign
        ), covered as (
            select standing.node, period, count(distinct association) as units, count(*) as n
            from held
            join standing on standing.unit = association and since <= held_on and held_on < gone
            join periods on held_on between first and last group by all
        ), there as (
            select standing.node, period, count(distinct open_span.unit) as units
            from open_span
            join levels on levels.unit = open_span.unit and levels.level = 'association'
            join standing on standing.unit = open_span.unit
            join periods on greatest(opened, since) <= last and least(closed, gone) > first group by all
        )
        select node, period, coalesce(covered.units, 0), there.units, coalesce(n, 0)
        from there left join covered using (node, period)
    """,
    "tenants.conversion": """
        with pairs as (
            select contact_id, runs.member_id, runs.run, row_number() over (
                partition by runs.member_id, runs.run order by occurred_on desc, contact_id) as place
            from contacts join membership_run runs on runs.member_id = contacts.person_id
                and occurred_on <= runs.started and runs.started < occurred_on + interval 30 day
        ), entries as (
            select node, period, person_id, occurred_on + interval 29 day <= $until as matured, won.contact_id as won
            from contacts
            join standing on unit = unit_id and since <= occurred_on and occurred_on < gone
            join periods on occurred_on between first and last
            left join (select distinct contact_id from pairs where place = 1) won using (contact_id)
            where person_id is not null
        )
        select node, period, count(distinct person_id) filter (where matured and won is not null),
            count(distinct person_id) filter (where matured), count(*)
        from entries group by all
    """,
}


def opened(folder: Path, level: str) -> duckdb.DuckDBPyConnection:
    """The region's files as tables, with its tree and runs; asked for are the root and the units of the level."""
    database = duckdb.connect(config={"threads": 2})
    for name in FACTS:
        database.execute(f"create view {name} as select * from read_parquet('{folder / name}.parquet')")
    database.execute(f"create table units as select * from read_csv('{folder / 'units.csv'}', header = true)")
    database.execute(f"create table targets as select * from read_csv('{folder / 'targets.csv'}', header = true)")
    database.execute("create table levels as select distinct unit, level from units")
    database.execute(
        "create table nodes as select distinct unit as node from units where parent is null or level = ?", [level]
    )
    stand(database)
    database.execute(RUNS)
    return database
