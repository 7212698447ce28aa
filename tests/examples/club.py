"""A club with a plan: three goals, three units, eight members; small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path

PLAN = """\
hgplan = 1

[plan]
id = "club-2022"
title = "Klubbens plan 2022"
language = "sv"
period = { start = 2022-01-01, end = 2022-12-31 }

[[strategy]]
id = "grow"
title = "Bli fler"

[[strategy.goal]]
id = "joined"
title = "Nya medlemmar"
metric = "joined"
unit = "people"
targets = [{ period = "2022", at_least = 8 }, { period = "2022", unit = "north", at_least = 3 }]

[[strategy.goal]]
id = "door"
title = "Värvade vid dörren"
metric = "door_share"
unit = "%"
targets = [{ period = "2022", at_most = 50 }]

[[strategy.goal]]
id = "heard"
title = "Vi hörs"

[metric.joined]
title = "Nya medlemmar"
unit = "people"
formula = "memberships.starts(scope='organisation').distinct()"

[metric.door_share]
title = "Andel vid dörren"
unit = "%"
formula = "memberships.starts().where(channel == 'door').distinct() / memberships.starts().distinct()"

[units]
source = "units.csv"

[table.memberships]
kind = "spells"
source = "memberships.csv"
entity = "member"
unit = "unit"
start = "joined"
end = "left"
recorded = "recorded"
columns = { member = "text", unit = "text", joined = "date", left = "date", recorded = "date", channel = "text" }
"""

UNITS = """\
unit,parent,title,level,opened,closed
club,,Klubben,club,,
north,club,Norra,branch,,
south,club,Södra,branch,,
"""

# Seven joined in 2022, three of them in the north; one was written down late.
MEMBERSHIPS = """\
member,unit,joined,left,recorded,channel
m1,north,2021-05-01,2022-03-01,2021-05-02,web
m2,north,2022-01-10,,2022-01-11,door
m3,north,2022-02-11,,2022-02-12,door
m4,north,2022-06-30,,2022-07-01,web
m5,south,2022-02-01,2022-09-01,2022-02-03,door
m6,south,2022-03-15,,2022-03-16,web
m7,south,2022-08-31,,2022-12-01,web
m8,south,2022-09-20,,2022-09-21,web
"""


def write_club(folder: Path) -> Path:
    """Write the club's files and give the path of its plan."""
    folder.mkdir()
    for name, text in {"plan.toml": PLAN, "units.csv": UNITS, "memberships.csv": MEMBERSHIPS}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "plan.toml"
