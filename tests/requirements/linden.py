"""A region of a union small enough to work everything out by hand: a plan file and its tables, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["FILES", "write"]

PLAN: Final = """
hgplan = 1

[plan]
id = "linden-2022"
title = "Region Östs verksamhetsplan 2022–2023"
organisation = "Föreningen Linden, region Öst"
language = "sv"
period = { start = 2022-01-01, end = 2023-12-31 }

[[reference]]
id = "strategy"
title = "Vägen till 2027"
kind = "strategy"

[vision]
title = "Målbild 2027"
year = 2027
document = "Vägen till 2027"

[[vision.goal]]
id = "twelve"
title = "Tolv medlemmar"
metric = "members"
targets = [{ period = "2027", unit = "east", at_least = 12 }]

[[strategy]]
id = "influence"
title = "Påverkan"

[[strategy.goal]]
id = "opinion"
title = "En opinion för bostaden"

[[strategy.goal]]
id = "dialogue"
title = "Dialoger"
metric = "dialogues"
targets = [{ period = "2022", unit = "east", at_least = 4 }]

[[strategy.activity]]
id = "campaign"
title = "Kampanj"
contributes = ["opinion", "dialogue", "new-members"]

[[strategy]]
id = "value"
title = "Medlemsnytta"

[[strategy.goal]]
id = "clear-value"
title = "Nyttan är tydlig"

[[strategy.activity]]
id = "value-days"
title = "Nyttodagar"
contributes = ["clear-value", "new-members"]

[[strategy]]
id = "organisation"
title = "Organisation"

[[strategy.goal]]
id = "new-members"
title = "Nya medlemmar"
metric = "recruits"
unit = "people"
commitment = "aspiration"
weight = 3
quote = { text = "värva 4 nya medlemmar 2022 och 4 nya 2023", line = 31 }
targets = [
    { period = "2022", unit = "east", at_least = 4, adopted = 2021-11-20 },
    { period = "2022", unit = "east", at_least = 3, adopted = 2022-06-01, reason = "färre dörrar öppnas" },
    { period = "2023", unit = "east", at_least = 4, adopted = 2021-11-20 },
]
conditions = [{ title = "som vi behåller över tid", metric = "retention" }]

[[strategy.goal]]
id = "newly-engaged"
title = "Nya förtroendevalda eller aktiva"
metric = "newly_engaged"
targets = [{ period = "2022", unit = "east", at_least = 2 }]

[[strategy.goal]]
id = "new-forms"
title = "Nya former för engagemang"

[[strategy.goal]]
id = "real-influence"
title = "Verkligt inflytande för alla hyresgäster"

[[strategy.activity]]
id = "recruiting-focus"
title = "Samordnad värvning"
contributes = ["new-members"]

[[experiment]]
id = "call"
title = "Ring nya medlemmar"
hypothesis = "Fler blir aktiva om någon ringer"
arms = ["letter", "call"]
control = "letter"
metric = "became_engaged"
start = 2022-01-01
end = 2022-12-31

[metric.recruits]
title = "Nya medlemmar"
unit = "people"
formula = "members.starts(scope='organisation').distinct()"

[metric.net]
formula = "members.starts().count() - members.ends().count()"

[metric.kept]
formula = "members.retained('12mo').numerator"

[metric.members]
unit = "people"
formula = "members.active()"

[metric.retention]
unit = "%"
formula = "members.retained('12mo')"

[metric.dialogues]
title = "Samtal från 30 sekunder"
version = "30 s"
since = 2022-01-01
formula = "talks.where(seconds >= 30).count()"

[metric.dialogue_to_engagement]
unit = "%"
formula = "talks.where(seconds >= 30).converted(roles.starts(scope='organisation'), within='90d')"

[metric.newly_engaged]
version = "24 månader"
formula = "roles.starts(scope='organisation', gap='24mo').distinct()"

[metric.became_engaged]
formula = "roles.starts(scope='organisation').distinct()"

[units]
source = "units.csv"

[activities]
source = "activities.csv"

[assessments]
source = "assessments.csv"

[table.members]
kind = "spells"
source = "members.csv"
entity = "person"
unit = "unit"
start = "joined"
end = "left"

[table.talks]
kind = "events"
source = "talks.csv"
entity = "person"
unit = "unit"
at = "day"
id = "number"
columns = { number = "int", seconds = "int" }

[table.roles]
kind = "spells"
source = "roles.csv"
entity = "person"
unit = "unit"
start = "since"
end = "until"

[table.assignments]
kind = "events"
source = "assignments.csv"
entity = "person"
at = "day"
"""

UNITS: Final = """
unit,parent,title,level
union,,Linden,union
east,union,Region Öst,region
west,union,Region Väst,region
north,east,Norr,association
south,east,Söder,association
hill,north,Backen,local
shore,west,Stranden,association
"""

# Eva moves from south to north; Hal leaves and comes back; Gun belongs to the other region.
MEMBERS: Final = """
person,unit,joined,left,channel
ann,north,2020-01-01,,
bo,hill,2022-02-10,,door
cid,north,2022-03-05,2022-09-01,door
dan,south,2022-05-20,,fair
eva,south,2021-06-01,2022-07-01,web
eva,north,2022-07-01,,move
fia,south,2023-02-01,,web
gun,shore,2022-04-01,,web
hal,north,2021-03-01,2022-11-01,door
hal,north,2023-03-01,,door
"""

TALKS: Final = """
number,person,unit,day,activity,seconds,audience,theme
1,bo,north,2022-02-01,doors,45,tenant,value
2,cid,north,2022-03-01,doors,20,tenant,value
3,dan,south,2022-05-01,fair,120,tenant,rent
4,ann,north,2022-05-02,fair,60,member,value
5,fia,south,2023-01-20,fair,30,tenant,rent
"""

# Ann was elected before, was away for a year, and then is both elected and active.
ROLES: Final = """
person,unit,role,since,until
ann,north,elected,2019-03-01,2021-03-01
ann,north,elected,2022-03-10,
ann,north,active,2022-04-01,
dan,south,active,2022-06-15,
bo,north,active,2022-09-01,2023-02-01
"""

ACTIVITIES: Final = """
id,title,owner,start,hours,budget,contributes,recruiting,themes
doors,Dörrar,north,2022-02-01,20,1000,recruiting-focus,true,value
fair,Mässa,south,2022-05-01,10,,recruiting-focus;campaign,true,rent;value
poster,Affisch,north,2022-03-01,,500,campaign,,rent
"""

ASSESSMENTS: Final = """
goal,activity,unit,day,judgement,reason,remedy,by
opinion,,east,2022-06-30,slow,no article,call the papers,the board
opinion,,east,2022-12-31,better,two articles,,the board
clear-value,,east,2022-12-31,unclear,many ask what the fee is for,a leaflet,the board
new-forms,,north,2022-12-31,tried,a kitchen evening,,north
real-influence,,east,2023-06-30,on the way,consulted before renovations,,the board
,recruiting-focus,east,2022-12-31,coordinated,one calendar for all,,the office
"""

ASSIGNMENTS: Final = """
person,day,experiment,arm
bo,2022-03-01,call,call
dan,2022-06-01,call,call
cid,2022-04-01,call,letter
eva,2022-04-01,call,letter
"""

FILES: Final = {
    "plan.toml": PLAN,
    "units.csv": UNITS,
    "members.csv": MEMBERS,
    "talks.csv": TALKS,
    "roles.csv": ROLES,
    "activities.csv": ACTIVITIES,
    "assessments.csv": ASSESSMENTS,
    "assignments.csv": ASSIGNMENTS,
}


def write(folder: Path) -> Path:
    """Write the files and give the path of the plan."""
    for name, text in FILES.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder / "plan.toml"
