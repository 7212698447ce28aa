"""Another organisation, unlike the first in all: Finnish, of other levels, with a year from July on and tertials.

A union of village associations, with districts and branches. Nothing but a plan file and tables of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["write"]

PLAN: Final = """
hgplan = 1

[plan]
id = "kylat-2024"
title = "Kyläliiton toimintasuunnitelma 2024"
organisation = "Kyläliitto"
language = "fi"
period = { start = 2024-07-01, end = 2025-06-30 }

[calendar]
timezone = "Europe/Helsinki"
year_starts = "07-01"

[status]
on_course = 0.9
off_course = 0.5

[vision]
title = "Elävät kylät"
year = 2027

[[vision.goal]]
id = "kaksikymmenta"
title = "Jäseniä on kaksikymmentä"
metric = "jasenmaara"
targets = [{ period = "2027", at_least = 20 }]

[[phase]]
id = "syksy"
title = "Syksy"
start = 2024-07-01
end = 2024-12-31

[[strategy]]
id = "kasvu"
title = "Kasvu"

[[strategy.goal]]
id = "liittyneet"
title = "Uudet jäsenet"
metric = "liittyneet"
weight = 2
targets = [
    { period = "2023", at_least = 3 },
    { period = "2024", at_least = 6 },
    { period = "2024", at_least = 5, adopted = 2024-11-01, reason = "kaksi osastoa yhdistyi" },
    { period = "2024-T1", at_least = 2 },
]

[[strategy.goal]]
id = "pysyvyys"
title = "Jäsenet pysyvät"
metric = "pysyneet"
unit = "%"
targets = [{ period = "2024", at_least = 80 }]

[[strategy.activity]]
id = "kylakierros"
title = "Kyläkierros"
contributes = ["liittyneet"]

[[strategy]]
id = "aani"
title = "Ääni"

[[strategy.goal]]
id = "kuuluvuus"
title = "Kylät kuuluvat"

[[strategy.activity]]
id = "talkoot"
title = "Talkoot"
contributes = ["kuuluvuus", "liittyneet"]
aligns = ["pysyvyys"]

[[experiment]]
id = "kutsu"
title = "Kutsu naapurilta"
hypothesis = "Naapurin kutsu toimii paremmin kuin kirje"
arms = ["kirje", "naapuri"]
control = "kirje"
metric = "tapasi"
table = "arvonta"
start = 2024-07-01
end = 2025-06-30

[metric.liittyneet]
formula = "jasenyydet.starts(scope='organisation').distinct()"

[metric.jasenmaara]
formula = "jasenyydet.active()"

[metric.pysyneet]
unit = "%"
version = "2"
since = 2023-07-01
formula = "jasenyydet.retained('3mo')"

[metric.tapasi]
formula = "kohtaamiset.distinct()"

[units]
source = "osastot.csv"

[targets]
source = "tavoitteet.csv"

[activities]
source = "toiminta.csv"

[assessments]
source = "arviot.csv"

[table.jasenyydet]
kind = "spells"
source = { path = "jasenet.csv", separator = ";" }
entity = "jasennro"
unit = "osasto"
start = "alkaen"
end = "paattyen"
columns = { jasennro = "int", tapa = "text" }

[table.kohtaamiset]
kind = "events"
source = "kohtaamiset.csv"
entity = "henkilo"
unit = "paikka"
at = "paiva"
id = "rivi"
columns = { henkilo = "int", rivi = "int" }

[table.arvonta]
kind = "events"
source = "arvonta.csv"
entity = "henkilo"
at = "paiva"
rename = { koe = "experiment", haara = "arm" }
columns = { henkilo = "int" }
"""

OSASTOT: Final = """
unit,parent,title,level
liitto,,Kyläliitto,liitto
pohja,liitto,Pohjoinen piiri,piiri
etela,liitto,Eteläinen piiri,piiri
kivi,pohja,Kivikylä,osasto
ranta,pohja,Rantakylä,osasto
suo,etela,Suokylä,osasto
"""

# The year 2023 is from July 2023 to June 2024.
JASENET: Final = """
jasennro;osasto;alkaen;paattyen;tapa
1;kivi;2023-08-01;;ovi
2;kivi;2023-09-10;2023-10-20;ovi
3;suo;2024-02-01;;netti
4;suo;2024-03-01;2024-08-15;
5;kivi;2024-07-05;;ovi
6;ranta;2024-09-01;2024-11-15;talkoot
7;suo;2024-10-10;;talkoot
8;suo;2025-01-20;;netti
1;ranta;2024-08-01;;ovi
"""

KOHTAAMISET: Final = """
rivi,henkilo,paikka,paiva,toiminta
1,5,kivi,2024-07-01,kierros-1
2,6,kivi,2024-08-20,kierros-1
3,6,ranta,2024-08-25,talkoot-1
4,7,suo,2024-10-10,talkoot-1
5,3,suo,2024-10-01,talkoot-1
6,8,suo,2024-11-01,kierros-1
"""

TAVOITTEET: Final = """
goal,unit,period,comparator,value
liittyneet,pohja,2024,at_least,3
liittyneet,etela,2024,at_least,1
"""

TOIMINTA: Final = """
id,title,owner,start,hours,budget,contributes,channels
kierros-1,Kierros,kivi,2024-07-01,16,,kylakierros,ovi
talkoot-1,Talkoot,suo,2024-08-20,4,90,kylakierros;talkoot,piha
"""

ARVIOT: Final = """
goal,unit,day,judgement,reason,remedy
kuuluvuus,etela,2024-12-31,hiljaista,ei juttuja lehdessä,kutsutaan toimittaja
kuuluvuus,etela,2025-03-01,paremmin,kaksi juttua,
liittyneet,,2024-12-31,hyvin,,
"""

ARVONTA: Final = """
henkilo,paiva,koe,haara
5,2024-07-01,kutsu,naapuri
6,2024-08-01,kutsu,naapuri
9,2024-08-01,kutsu,kirje
8,2024-10-01,kutsu,kirje
"""


def write(folder: Path) -> Path:
    """Write the files and give the path of the plan."""
    files = {
        "suunnitelma.toml": PLAN, "osastot.csv": OSASTOT, "jasenet.csv": JASENET, "kohtaamiset.csv": KOHTAAMISET,
        "tavoitteet.csv": TAVOITTEET, "toiminta.csv": TOIMINTA, "arviot.csv": ARVIOT, "arvonta.csv": ARVONTA,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text.lstrip(), encoding="utf-8")
    return folder / "suunnitelma.toml"
