"""`hgplan doctor`: whether the installation is in order."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib import metadata, util
from pathlib import Path
from typing import Final

from hgplan.cli.console import say
from hgplan.cli.exits import FAULTS, FINE
from hgplan.outputs import Column, printable, table_text
from hgplan.plugins import Plugins

__all__ = ["arguments", "run"]

_NEEDED: Final = ("hgplan", "polars", "attrs", "cattrs", "pluggy")
# package: (module, what it is for, extra)
_WANTED: Final = {
    "markdown-it-py": ("markdown_it", "plan documents", "document"),
    "fastexcel": ("fastexcel", "Excel files", "excel"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""


def run(options: argparse.Namespace) -> int:
    """Say which versions are here, what is missing and what is broken."""
    plugins = Plugins.discover().describe()
    rows = [["python", platform.python_version(), ""]]
    rows += [[package, metadata.version(package), ""] for package in _NEEDED]
    rows += [_wanted(package) for package in _WANTED]
    rows += [[f"plugin {row.name}", row.version, "" if row.status == "ok" else row.status] for row in plugins]
    rows.append(["this folder", "", "" if os.access(Path.cwd(), os.W_OK) else "can't be written"])
    rows.append(["standard output", sys.stdout.encoding or "", _letters()])
    say(table_text([Column(""), Column("Version"), Column("Remark")], rows))
    faults = [fault for row in plugins for fault in row.faults]
    if faults:
        say("\n" + "\n".join(printable(line) for fault in faults for line in fault.splitlines()))
    return FAULTS if faults else FINE


def _wanted(package: str) -> list[str]:
    module, purpose, extra = _WANTED[package]
    if util.find_spec(module) is None:
        return [package, "", f"not installed; {purpose} need it: pip install 'hgplan[{extra}]'"]
    return [package, metadata.version(package), ""]


def _letters() -> str:
    try:
        "å−\u00a0".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "has not all letters; set PYTHONUTF8=1"
    return ""
