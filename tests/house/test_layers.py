"""The rooms of the house: imports run one way, plugins see public names only, and no room is too large."""

from __future__ import annotations

import ast
import builtins
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hgplan

ROOT = Path(__file__).parents[2]
SOURCES = sorted(ROOT.glob("src/**/*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
PLUGINS = sorted(ROOT.glob("plugins/*/src/**/*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def is_own(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    return any(module.split(".")[0] in ("hgplan", "") for module in modules)


def test_imports_run_one_way_without_a_cycle() -> None:
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_no_own_module_is_imported_inside_a_function() -> None:
    hidden = [
        f"{named(path)}:{node.lineno}"
        for path, tree in TREES.items()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in imports(function)
        if is_own(node)
    ]
    assert hidden == []


def test_no_module_is_longer_than_350_lines() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in (*SOURCES, *PLUGINS)}
    assert {path: length for path, length in lengths.items() if length > 350} == {}


@pytest.mark.parametrize("path", PLUGINS, ids=named)
def test_a_plugin_imports_public_names_only(path: Path) -> None:
    for node in imports(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names if alias.name.startswith("hgplan.")] == []
        elif (node.module or "").split(".")[0] == "hgplan":
            assert node.module in ("hgplan", "hgplan.testing"), f"line {node.lineno}"
            if node.module == "hgplan":
                assert {alias.name for alias in node.names} <= set(hgplan.__all__), f"line {node.lineno}"


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in (*hgplan.__all__, "open"):
        public = getattr(hgplan, name)
        assert name in dir(hgplan)
        if isinstance(public, type) or callable(public):
            assert (public.__doc__ or "").strip(), name


def test_all_names_at_once_leave_pythons_own_alone() -> None:
    assert not set(hgplan.__all__) & set(dir(builtins))


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Manager'"):
        getattr(hgplan, "Manager")  # noqa: B009  # the type checker would refuse it written out


def test_nothing_runs_what_a_file_says() -> None:
    """No file of a plan, a source or a plugin's answer can bring code: no pickle, no eval, no YAML tags."""
    unsafe = {"pickle", "marshal", "shelve", "yaml", "dill", "cloudpickle"}
    for path, tree in TREES.items():
        brought = {alias.name for node in imports(tree) if isinstance(node, ast.Import) for alias in node.names} | {
            f"{node.module}.{alias.name}"
            for node in imports(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        # An error that pickle itself raises is no way in.
        assert {name for name in brought if name.split(".")[0] in unsafe} <= {"pickle.PicklingError"}, named(path)
        called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
        names = {call.id for call in called if isinstance(call, ast.Name)}
        assert names.isdisjoint({"eval", "exec", "compile", "print"}), named(path)
        attributes = {call.attr for call in called if isinstance(call, ast.Attribute)}
        assert attributes.isdisjoint({"deserialize"}), named(path)


def test_only_where_plugins_code_runs_is_everything_caught() -> None:
    swallowing = {
        named(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and not any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
    }
    assert {path for path in swallowing if "/plugins/" not in path} <= {"src/hgplan/workspace/blame.py"}


def test_no_file_speaks_of_the_machine_that_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    # A source archive has no git; its files are those that are there.
    files = files or [path for part in ("src", "docs", "tests", "plugins") for path in (ROOT / part).rglob("*.*")]
    own = [f"/{folder}/" for folder in ("root", "home", "work", "Users", "tmp")]
    for path in files:
        if path.suffix in (".py", ".md", ".toml", ".txt", ".yaml", ".json") and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert [place for place in own if place in text] == [], named(path)
