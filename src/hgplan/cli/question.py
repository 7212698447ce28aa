"""The arguments that commands share: which plan, which units, which days, and in which form the answer goes out."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Final

from hgplan.model import GRAINS
from hgplan.model.days import read_day

__all__ = ["add_clocks", "add_delivery", "add_plan", "add_span", "asked_units", "day"]

FORMATS: Final = ("table", "json", "csv", "parquet")


def add_plan(parser: argparse.ArgumentParser) -> None:
    """PLAN."""
    parser.add_argument("plan", metavar="PLAN", type=Path, help="the plan file, TOML or JSON")


def add_span(parser: argparse.ArgumentParser) -> None:
    """Which units, and which grain or the plan's phases."""
    parser.add_argument(
        "--units",
        metavar="LEVEL",
        default="root",
        help="a level's name, 'root' (unsaid), 'all', or ids of units with commas between",
    )
    known = (*GRAINS, "phase")
    parser.add_argument("--every", metavar="GRAIN", choices=known, help=", ".join(known))


def add_clocks(parser: argparse.ArgumentParser) -> None:
    """The two clocks: what has happened, and what is known of it."""
    parser.add_argument("--until", metavar="DAY", type=day, help="the last day in; unsaid: the last of the data")
    parser.add_argument("--known-on", metavar="DAY", type=day, help="only what was recorded by then; unsaid: all")


def add_delivery(parser: argparse.ArgumentParser) -> None:
    """The form of the answer and where it goes."""
    parser.add_argument("--format", choices=FORMATS, help="unsaid: by the ending of the output file, else table")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="a file, written whole or not at all")
    parser.add_argument("--language", choices=("sv", "en"), help="of the table; unsaid: the plan's")


def asked_units(text: str) -> str | list[str]:
    """What --units asks for: a level or a unit, or several units with commas between.

    >>> asked_units("north, south"), asked_units("association")
    (['north', 'south'], 'association')
    """
    return [name.strip() for name in text.split(",")] if "," in text else text


def day(text: str) -> date:
    """A day as it is written on a command line."""
    try:
        return read_day(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it like 2022-08-31") from None
