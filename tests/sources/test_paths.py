"""A plan sees its own folder and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hgplan.errors import PlanError, UnknownName
from hgplan.sources.paths import inside


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.csv").write_text("a\n")
    base = tmp_path / "plan"
    (base / "data").mkdir(parents=True)
    (base / "data" / "units.csv").write_text("unit\n")
    return base


@pytest.mark.parametrize("path", ["data/units.csv", "./data/units.csv", "data/../data/units.csv", "data"])
def test_what_lies_in_the_folder_is_found(folder: Path, path: str) -> None:
    assert inside(path, folder) == (folder / path).resolve()


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "data/../../secret.csv", "/etc/passwd", "C:\\secret.csv", "C:secret.csv", "\\\\host\\a.csv"],
)
def test_what_leaves_the_folder_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(PlanError, match="leaves the plan's folder"):
        inside(path, folder)


def test_a_link_out_of_the_folder_is_refused_alone_and_in_a_folder_of_files(folder: Path) -> None:
    (folder / "units.csv").symlink_to(folder.parent / "secret.csv")
    (folder / "data" / "a.parquet").symlink_to(folder.parent / "secret.csv")
    for path in ("units.csv", "data"):
        with pytest.raises(PlanError, match="leaves the plan's folder"):
            inside(path, folder)


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "units.csv").symlink_to(folder / "data" / "units.csv")
    assert inside("units.csv", folder) == (folder / "data" / "units.csv").resolve()


def test_a_link_in_a_circle_leads_nowhere(folder: Path) -> None:
    (folder / "a.csv").symlink_to(folder / "b.csv")
    (folder / "b.csv").symlink_to(folder / "a.csv")
    with pytest.raises(PlanError):
        inside("a.csv", folder)


@pytest.mark.parametrize("path", ["data/*.csv", "data/unit?.csv", "data/[a-z]*.csv", "**/units.csv"])
def test_a_wildcard_is_refused_by_name(folder: Path, path: str) -> None:
    with pytest.raises(UnknownName) as raised:
        inside(path, folder)
    assert repr(path) in raised.value.what
    assert "wildcards are not expanded" in str(raised.value.hint)


@pytest.mark.parametrize(
    "path", ["http://169.254.169.254/", "https://register.example/a.csv", "s3://bucket/a.parquet", "FILE:///etc/passwd"]
)
def test_an_address_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(PlanError, match="network is off"):
        inside(path, folder)


def test_odd_paths_are_refused_in_our_words(folder: Path) -> None:
    for path in ("data\x00.csv", "data\\units.csv", "a" * 5000, "data/unit.csv"):
        with pytest.raises(PlanError) as raised:
            inside(path, folder)
        assert raised.value.hint


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_read(folder: Path) -> None:
    os.mkfifo(folder / "units.csv")
    with pytest.raises(PlanError, match="is no file and no folder"):
        inside("units.csv", folder)
