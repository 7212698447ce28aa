"""`hgplan demo`: an example organisation on disk, and how far it has come."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from hgplan.cli.answers import ended, goal_wording, opened
from hgplan.cli.console import progress, say, table_width, tell_faults
from hgplan.errors import PlanError
from hgplan.hookspecs import Example
from hgplan.outputs import attainment_by_unit_text, attainment_text, new_folder
from hgplan.plugins import EXAMPLES, Fault, Offer, Plugins, attempt, resolve

__all__ = ["arguments", "run"]

_FOLDER: Final = Path("hgplan-demo")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("directory", metavar="DIR", type=Path, nargs="?", default=_FOLDER, help=f"unsaid: {_FOLDER}")
    parser.add_argument("--example", metavar="NAME", help="which example; unsaid: the first")


def run(options: argparse.Namespace) -> int:
    """Write the example, then print its attainment for the whole and for every unit of the level below."""
    with progress("writing the example"):
        plan = _written(Plugins.discover(), options.example, options.directory)
    workspace = opened(plan)
    organisation = workspace.organisation
    levels = [level for level in organisation.levels if len(organisation.units_at(level)) > 1][:1]
    with progress("working out attainment"):
        whole = workspace.attainment()
        parts = [workspace.attainment(units=level) for level in levels]
    wording = goal_wording(workspace, None)
    say(f"{workspace.plan.title}\n")
    say(attainment_text(whole, wording, width=table_width()))
    for part in parts:
        say(f"\n{attainment_by_unit_text(part, wording, width=table_width())}")
    level = f" --units {levels[0]}" if levels else ""
    say(f"\nThe plan, its data and what they are: {plan.parent}\nNext: hgplan attain {plan}{level} --until 2022-08-31")
    return ended(workspace)


def _written(plugins: Plugins, name: str | None, directory: Path) -> Path:
    """The path of the example's plan, in a folder that is written whole or not at all."""
    there = directory / "plan.toml"
    if there.is_file():
        raise PlanError(
            f"{str(directory)!r} is there already", hint=f"use {there}, or give a folder that is new or empty"
        )
    with new_folder(directory) as beside:
        offer = _chosen(plugins, name)
        written = attempt(offer.plugin, "hgplan_examples", lambda: offer.item.write(beside))
        if isinstance(written, Fault):
            raise written.error
        plan = Path(written).relative_to(beside)
    return directory / plan


def _chosen(plugins: Plugins, name: str | None) -> Offer[Example]:
    offers = plugins.offers(EXAMPLES)
    if name is not None:
        return resolve("example", name, offers)
    if not offers:
        tell_faults(plugins.faults)
        raise PlanError("no plugin brings an example", hint="pip install -e plugins/hgplan-tenants")
    return offers[0]
