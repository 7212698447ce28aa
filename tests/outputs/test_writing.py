"""Files whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hgplan.errors import PlanError
from hgplan.outputs.writing import written_whole

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="files can't be locked here")


def test_a_file_appears_when_it_is_whole_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("the earlier one")
    with written_whole(path) as file:
        file.write(b"the new one")
        file.flush()
        assert path.read_text() == "the earlier one"
    assert path.read_text() == "the new one"
    assert [left.name for left in tmp_path.iterdir()] == ["board.csv"]


def test_a_fault_in_the_middle_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("the earlier one")

    def interrupted() -> None:
        with written_whole(path) as file:
            file.write(b"half of")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "the earlier one"
    assert [left.name for left in tmp_path.iterdir()] == ["board.csv"]


def test_a_folder_that_is_not_there_is_told_by_name(tmp_path: Path) -> None:
    with (
        pytest.raises(PlanError, match=r"cannot write .*board\.csv") as told,
        written_whole(tmp_path / "no" / "board.csv"),
    ):
        pass
    assert "there is no folder" in str(told.value)


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot write"), written_whole(tmp_path):
        pass


def test_another_files_trouble_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written_whole(tmp_path / "board.csv"):
        Path(tmp_path, "elsewhere", "facts.csv").read_text()


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_a_device_is_written_straight() -> None:
    with written_whole("/dev/null") as file:
        file.write(b"gone")
    assert Path("/dev/null").is_char_device()


@needs_locks
def test_a_link_keeps_pointing_where_it_points(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with written_whole(tmp_path / "link.csv") as file:
        file.write(b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


@needs_locks
def test_a_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text("old")
    path.chmod(0o640)
    with written_whole(path) as file:
        file.write(b"new")
    assert path.stat().st_mode & 0o777 == 0o640


@needs_locks
def test_two_writers_do_not_sweep_each_other(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    with written_whole(path) as first:
        first.write(b"first")
        with written_whole(path) as second:
            second.write(b"second")
        assert path.read_text() == "second"
    assert path.read_text() == "first"


@needs_locks
def test_only_own_abandoned_files_are_swept(tmp_path: Path) -> None:
    ours = tmp_path / ".board.csv.0123456789ab.tmp"
    kept = [tmp_path / ".other.csv.0123456789ab.tmp", tmp_path / ".board.csv.mine.tmp", tmp_path / ".board.csv.tmp"]
    for left in (ours, *kept):
        left.write_text("left")
    with written_whole(tmp_path / "board.csv") as file:
        file.write(b"new")
    assert not ours.exists()
    assert all(left.exists() for left in kept)


WRITER = """
import sys
from hgplan.outputs.writing import written_whole
size = 0
while True:
    size += 1
    with written_whole(sys.argv[1]) as file:
        for _ in range(400):
            file.write(b"%09d\\n" % size * 1000)
    print("once", flush=True)
"""


@needs_locks
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    # `make deep` asks for more rounds.
    path = tmp_path / "board.csv"
    for round_ in range(int(os.environ.get("HGPLAN_KILLS", "3"))):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.003 * (round_ % 7))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        lines = path.read_bytes().splitlines()
        assert len(lines) == 400_000
        assert len(set(lines)) == 1
    with written_whole(path) as file:
        file.write(b"end")
    assert [left.name for left in tmp_path.iterdir()] == ["board.csv"]
