from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from kfpops.errors import BadAnswer, Unreachable, UsageError
from tests.cluster.mlmd_database.stores import change, opened
from tests.mlmd_store import Rows, needs_mlmd


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is not there: .*absent\.db"):
        opened(tmp_path / "absent.db")
    assert not (tmp_path / "absent.db").exists()


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        opened(tmp_path)


@pytest.mark.parametrize("content", [b"no database\n" * 500, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"no SQLite database, or a damaged one"):
        opened(path)


def test_somebody_elses_database(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    change(path, "CREATE TABLE Artifact (id INTEGER)")
    with pytest.raises(UsageError, match="not ML Metadata's: it has no table MLMDEnv"):
        opened(path)


def test_an_empty_file_is_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(UsageError, match="no table MLMDEnv"):
        opened(tmp_path / "empty.db")


@pytest.mark.parametrize("version, said", [("INSERT INTO MLMDEnv VALUES (8)", "version 8"), ("SELECT 1", "does not tell")])
def test_another_version_of_the_schema(tmp_path: Path, version: str, said: str) -> None:
    path = tmp_path / "old.db"
    change(path, "CREATE TABLE MLMDEnv (schema_version INTEGER PRIMARY KEY)", version)
    with pytest.raises(UsageError, match=f"{said}.*kfpops reads version 10"):
        opened(path)


def test_a_store_without_one_of_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "cut.db"
    change(path, "CREATE TABLE MLMDEnv (schema_version INTEGER PRIMARY KEY)", "INSERT INTO MLMDEnv VALUES (10)")
    with pytest.raises(BadAnswer, match="no such table: Artifact"):
        opened(path).artifacts(["1"])


@needs_mlmd
class TestARealStore:
    def test_any_letter_may_stand_in_the_path(self, tmp_path: Path) -> None:
        folder = tmp_path / "a b?c#d%25e&f=ü"
        folder.mkdir()
        rows = Rows()
        rows.artifact("minio://bucket/key")
        assert len(opened(rows.write(folder / "mlmd.db")).artifacts(["1"])) == 1

    def test_nothing_can_be_written(self, tmp_path: Path) -> None:
        lineage = opened(Rows().write(tmp_path / "mlmd.db"))
        with pytest.raises(BadAnswer, match="readonly"):
            lineage._database.rows("DELETE FROM Type")

    def test_what_a_running_server_has_just_written_is_seen(self, tmp_path: Path) -> None:
        """Its newest rows are in the write-ahead log only."""
        rows = Rows()
        rows.artifact("minio://bucket/key")
        path = rows.write(tmp_path / "mlmd.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as server:
            server.execute("PRAGMA journal_mode = WAL")
            server.execute("PRAGMA wal_autocheckpoint = 0")
            lineage = opened(path)
            server.execute("INSERT INTO Artifact (type_id, uri) VALUES (14, 'minio://bucket/new')")
            assert [a.id for a in lineage.artifacts_at(["minio://bucket/new"])] == ["2"]

    def test_a_lock_is_waited_for_and_then_said(self, tmp_path: Path) -> None:
        path = Rows().write(tmp_path / "mlmd.db")
        lineage = opened(path)
        lineage._database._connection.execute("PRAGMA busy_timeout = 10")  # type: ignore[attr-defined]
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            with pytest.raises(Unreachable, match="is locked by a program that writes to it"):
                lineage.artifacts(["1"])

    def test_several_threads(self, tmp_path: Path) -> None:
        rows = Rows()
        for number in range(50):
            rows.artifact(f"minio://bucket/{number}")
        lineage, found = opened(rows.write(tmp_path / "mlmd.db")), []
        ids = [str(i) for i in range(1, 51)]
        threads = [threading.Thread(target=lambda: found.append(len(lineage.artifacts(ids)))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [50] * 8
