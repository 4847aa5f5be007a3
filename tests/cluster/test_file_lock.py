"""The lock file: one holder at a time, on one machine, and generations that only grow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kfpops.cluster.file_lock import FileLock, lock_path
from kfpops.errors import Busy, UsageError


def lock(tmp_path: Path, holder: str = "ann@laptop") -> FileLock:
    return FileLock(tmp_path / "state" / "mlpipeline.lock", holder)


def test_nobody_else_gets_it(tmp_path: Path) -> None:
    lock(tmp_path).acquire()
    with pytest.raises(Busy, match="ann@laptop holds"):
        lock(tmp_path, "bob@laptop").acquire()


def test_it_cannot_be_renewed_without_being_held(tmp_path: Path) -> None:
    with pytest.raises(Busy):
        lock(tmp_path).renew()


def test_a_lock_file_that_was_removed_is_not_held_any_more(tmp_path: Path) -> None:
    held = lock(tmp_path)
    held.acquire()
    held.renew()
    (tmp_path / "state" / "mlpipeline.lock").unlink()
    with pytest.raises(Busy, match="removed"):
        held.renew()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(UsageError, match="cannot be opened"):
        lock(tmp_path).acquire()


def test_generations_grow(tmp_path: Path) -> None:
    first = lock(tmp_path)
    assert first.acquire() == 1
    first.release()
    assert lock(tmp_path).acquire() == 2


def test_a_holder_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    program = (
        "import os, sys; from pathlib import Path; from kfpops.cluster.file_lock import FileLock\n"
        f"FileLock(Path({str(path)!r}), 'dead').acquire(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], check=False, timeout=30)
    assert FileLock(path, "me").acquire() == 2


def test_buckets_have_files_of_their_own() -> None:
    environ = {"XDG_STATE_HOME": "/var/state"}
    assert str(lock_path("ml/../x", environ)) == "/var/state/kfpops/locks/ml_.._x.lock"
    assert os.fspath(lock_path("a", environ)) != os.fspath(lock_path("b", environ))
