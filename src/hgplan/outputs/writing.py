"""Files that are written whole or not at all, whatever happens in the middle."""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from hgplan.errors import PlanError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # a module, where there is one

__all__ = ["written_whole"]

# Where files can't be locked, one that has lain for a day was left behind.
_ABANDONED_AFTER: Final = 24 * 3600.0


@contextmanager
def written_whole(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only when all of it is on the disk; until then the earlier one stays.

    Temporary files that an earlier, killed run left beside it are removed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder, "plan.csv")) as file:
    ...         _ = file.write(b"a,b")
    ...     Path(folder, "plan.csv").read_text()
    'a,b'
    """
    # A link keeps pointing where it points; what it points to is replaced.
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise PlanError(f"cannot write {str(path)!r}: there is no folder {str(target.parent)!r}")
    try:
        # A device or a pipe can't be replaced, and a folder says so when it is opened.
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
        else:
            _sweep(target)
            yield from _replacing(target)
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)).parent not in (target, target.parent):
            raise  # another file's trouble
        raise PlanError(f"cannot write {str(path)!r}: {error.strerror or type(error).__name__}") from error


def _replacing(target: Path) -> Iterator[BinaryIO]:
    temporary, descriptor = _claimed(target)
    try:
        with open(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
            with suppress(FileNotFoundError):
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            if fcntl is not None:
                # Renamed while the lock is held: nobody can take the file for one that was left behind.
                temporary.replace(target)
        if fcntl is None:
            # Windows renames no open file.
            temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _claimed(target: Path) -> tuple[Path, int]:
    """A new temporary file beside the target, locked as long as it is open."""
    while True:
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}.tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        # Another writer can have swept it between its creation and its lock.
        if _locked(descriptor) is not False and os.fstat(descriptor).st_nlink > 0:
            return temporary, descriptor
        os.close(descriptor)


def _sweep(target: Path) -> None:
    """Remove the temporary files of this target that nobody is writing."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.[0-9a-f]{{12}}\.tmp")
    for left in target.parent.iterdir():
        if not ours.fullmatch(left.name):
            continue
        with suppress(OSError), left.open("r+b") as file:
            locked = _locked(file.fileno())
            age = time.time() - os.fstat(file.fileno()).st_mtime
            if locked or (locked is None and age > _ABANDONED_AFTER):
                left.unlink()


def _locked(descriptor: int) -> bool | None:
    """Whether the file is ours now; False when another holds it, None where files can't be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _sync_folder(folder: Path) -> None:
    """Put the renaming itself on the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
