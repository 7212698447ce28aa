"""Every block of the documentation runs: Python, shell, plan files, packaging.

The blocks of one page run in order, in one folder in which `hgplan demo` has been run, and in one module:

- `python`: runs; lines with `>>>` are a doctest, output and all;
- `console`: lines with `$` are run, and print what stands below them (`...` stands for anything);
- `toml`: a plan (`hgplan = 1`) must be in order, anything else must be TOML;
- `json` must be JSON, `text` is for reading; `sh` is what only a bare machine can run: the checks run the README's.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

import hgplan
from hgplan.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*/README.md")])
PAGES = [page for page in PAGES if "_build" not in page.parts]
FENCE = re.compile(r"^```(?P<language>[a-z]+)\n(?P<text>.*?)^```$", flags=re.DOTALL | re.MULTILINE)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
READ_ONLY = {"text", "sh", "mermaid"}


@attrs.frozen
class Block:
    """A fenced block of a page."""

    language: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    content = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(content):
        yield Block(found["language"], found["text"], content.count("\n", 0, found.start()) + 2)


@attrs.frozen
class Demo:
    """A folder in which `hgplan demo` has been run, and what that printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """`hgplan demo`, run once for all pages."""
    folder = tmp_path_factory.mktemp("demo")
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        assert main(["demo"]) == 0
    return Demo(folder / "hgplan-demo", printed.getvalue())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_runs(
    page: Path,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = ""
    if "hgplan-demo" in page.read_text(encoding="utf-8"):
        demo: Demo = request.getfixturevalue("demo")
        shutil.copytree(demo.folder, tmp_path / demo.folder.name)
        printed = demo.printed
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    module = ModuleType("a_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if block.language == "python":
            run_python(block, place, vars(module))
        elif block.language == "console":
            run_console(block, place, capsys, printed)
        elif block.language == "toml":
            run_toml(block, tmp_path)
        elif block.language == "json":
            json.loads(block.text)
        else:
            assert block.language in READ_ONLY, place


def run_python(block: Block, place: str, namespace: dict[str, Any]) -> None:
    if ">>>" not in block.text:
        # A line number in a traceback is the page's.
        exec(compile("\n" * (block.line - 1) + block.text, place, "exec"), namespace)
        return
    test = doctest.DocTestParser().get_doctest(block.text, namespace, place, place, block.line - 1)
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=LOOSE).run(test, out=told.append, clear_globs=False)
    namespace.update(test.globs)
    assert not failed, "".join(told)


def run_console(block: Block, place: str, capsys: pytest.CaptureFixture[str], demo: str) -> None:
    for session in re.split(r"^(?=\$ )", block.text, flags=re.MULTILINE):
        if not session.strip():
            continue
        command, _, wanted = session.partition("\n")
        program, *words = shlex.split(command.removeprefix("$ "))
        assert program == "hgplan", f"{place}: {program} is not ours to run"
        if words == ["demo"]:
            got = demo
        else:
            capsys.readouterr()
            main(words)
            got = "\n".join(line for part in capsys.readouterr() for line in part.splitlines())
        assert not wanted.strip() or matches(wanted, got), f"{place}: `{command}` printed\n{got}"


def matches(wanted: str, got: str) -> bool:
    """Whether the words are the same ones in the same order; `...` stands for any, and a space for any white space."""
    place, words = 0, " ".join(got.split())
    first, *rest = [" ".join(piece.split()) for piece in wanted.split("...")]
    if not words.startswith(first):
        return False
    for piece in (first, *rest):
        found = words.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return wanted.rstrip().endswith("...") or place == len(words)


def run_toml(block: Block, folder: Path) -> None:
    document = tomllib.loads(block.text)
    if "hgplan" in document:
        plan = folder / "a-page.toml"
        plan.write_text(block.text, encoding="utf-8")
        hgplan.load_plan(plan)
