"""`hgplan plugins new NAME`: a plugin that works, to begin from."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Final

from hgplan.cli.console import say
from hgplan.cli.exits import FINE, UsageError
from hgplan.outputs import new_folder

__all__ = ["arguments", "run"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

_PROJECT: Final = """\
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "hgplan-{name}"
version = "0.1.0"
description = "What {name} brings to hgplan."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["hgplan"]

[project.optional-dependencies]
test = ["pytest>=8"]

[project.entry-points.hgplan]
{name} = "hgplan_{module}"

[tool.hatch.build.targets.wheel]
packages = ["src/hgplan_{module}"]
"""

_MODULE: Final = '''\
"""What {name} brings to hgplan: a table of doors, and how many of them opened."""

from __future__ import annotations

from collections.abc import Iterable

from hgplan import Events, Measure, Metric, hookimpl, metric

HGPLAN_API = 1


@metric(unit="doors")
def doors_knocked(doors: Events) -> Measure:
    """Doors that were knocked on, opened or not."""
    return doors.count()


@metric(unit="%")
def doors_opened(doors: Events) -> Measure:
    """Of doors knocked on, the share that was opened."""
    return doors.where("opened").count() / doors.count()


@hookimpl
def hgplan_tables() -> Iterable[Events]:
    """The tables that the metrics are written over; a plan only says where their rows are."""
    yield Events("doors", at="day", unit="association", columns={{"opened": "bool"}})


@hookimpl
def hgplan_metrics() -> Iterable[Metric]:
    """The metrics, known as `{name}.doors_knocked` and so on."""
    yield doors_knocked
    yield doors_opened
'''

_TEST: Final = '''\
"""The metrics, on three doors."""

from __future__ import annotations

from datetime import date

import hgplan_{module}
import polars as pl
from hgplan import Organisation, Plugins, Workspace

DOORS = pl.DataFrame({{"day": [date(2022, 3, 1)] * 3, "association": ["club"] * 3, "opened": [True, False, True]}})


def test_two_doors_of_three_were_opened() -> None:
    plugins = Plugins.of({{"{name}": hgplan_{module}}})
    assert plugins.faults == ()
    ws = Workspace(organisation=Organisation.single("club"), data={{"doors": DOORS}}, plugins=plugins)
    assert ws.measure(["doors_knocked", "doors_opened"])["value"].round(3).to_list() == [3.0, 0.667]
'''

_README: Final = """\
# hgplan-{name}

What {name} brings to [hgplan](https://pypi.org/project/hgplan/).

```sh
pip install -e ".[test]"
hgplan plugins
pytest
```
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", metavar="NAME", help="the plugin's name and the namespace of its metrics")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, help="unsaid: hgplan-NAME")


def run(options: argparse.Namespace) -> int:
    """Write the plugin's files into a new folder."""
    name: str = options.name
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a plugin; letters a to z, digits and hyphens, like 'door-knocking'")
    module = name.replace("-", "_")
    files = {
        "pyproject.toml": _PROJECT,
        "README.md": _README,
        f"src/hgplan_{module}/__init__.py": _MODULE,
        f"src/hgplan_{module}/py.typed": "",
        f"tests/test_{module}.py": _TEST,
    }
    folder: Path = options.output or Path(f"hgplan-{name}")
    with new_folder(folder) as beside:
        for path, text in files.items():
            (beside / path).parent.mkdir(parents=True, exist_ok=True)
            (beside / path).write_text(text.format(name=name, module=module), encoding="utf-8")
    say(f"{folder}: a plugin with a table and two metrics\nNext: pip install -e {folder}, and hgplan plugins")
    return FINE
