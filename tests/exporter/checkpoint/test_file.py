from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kfpops.errors import Busy, UsageError
from kfpops.exporter.checkpoint import Checkpoint, Unwritable
from kfpops.exporter.checkpoint.schema import STEPS
from kfpops.metrics.page import Batch
from tests.exporter.checkpoint.worlds import FAMILIES, Past, a_batch, at, shown, truth

ROOT = Path(__file__).parents[3]
RUNS = [Past(f"r{n}", f"p{n}", at(0), [("FAILED", 4.0, 1.0)]) for n in range(40)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.db"
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        checkpoint.ingest(a_batch(checkpoint, RUNS))
    return path


class TestRefused:
    def test_a_second_exporter_also_when_it_is_another_process(self, path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from kfpops.errors import Busy\n"
            "from kfpops.exporter.checkpoint import Checkpoint\n"
            "try: Checkpoint.open(Path(sys.argv[1]), ())\n"
            "except Busy as error: sys.exit(error.message)\n"
        )
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            with pytest.raises(Busy, match="two would count everything twice"):
                Checkpoint.open(path, FAMILIES)
            other = subprocess.run(
                [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert other.stderr.startswith(f"Another exporter has the checkpoint {path} open")
            checkpoint.ingest(a_batch(checkpoint, RUNS))
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert shown(checkpoint) == truth(RUNS)

    def test_a_database_of_another_program_which_stays_as_it_is(self, tmp_path: Path) -> None:
        other = tmp_path / "other.db"
        database = sqlite3.connect(other)
        database.executescript("CREATE TABLE theirs (one INTEGER); INSERT INTO theirs VALUES (1);")
        database.close()
        with pytest.raises(UsageError, match="another program's database"):
            Checkpoint.open(other, FAMILIES)
        assert sqlite3.connect(other).execute("SELECT one FROM theirs").fetchall() == [(1,)]

    def test_a_checkpoint_of_a_newer_version_which_stays_as_it_is(self, path: Path) -> None:
        database = sqlite3.connect(path)
        database.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
        database.close()
        for _ in range(2):
            with pytest.raises(UsageError, match=f"newer kfpops \\(schema {len(STEPS) + 1}, this one knows {len(STEPS)}"):
                Checkpoint.open(path, FAMILIES)

    def test_a_folder_that_is_a_file(self, path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be opened"):
            Checkpoint.open(path / "checkpoint.db", FAMILIES)

    def test_a_path_that_is_a_folder(self, tmp_path: Path) -> None:
        for _ in range(2):
            with pytest.raises(UsageError, match="cannot be opened"):
                Checkpoint.open(tmp_path, FAMILIES)


class TestDamaged:
    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(lambda whole: b"no database " * 999, id="another file"),
            pytest.param(lambda whole: whole[: len(whole) // 2 - 100], id="a half"),
            pytest.param(lambda whole: whole[:1024] + b"\xff" * 2048 + whole[3072:], id="pages that hold nothing"),
            pytest.param(lambda whole: whole.replace(b'["a","p1"', b'["a",xp1"'), id="labels that are none"),
        ],
    )
    def test_it_is_set_aside_and_said_and_counting_begins_anew(self, path: Path, damage: object) -> None:
        whole = path.read_bytes()
        assert callable(damage)
        for number in (1, 2):
            path.write_bytes(damage(whole))
            with Checkpoint.open(path, FAMILIES) as checkpoint:
                aside = path.with_name(f"checkpoint.db.corrupt-{number}")
                assert checkpoint.told[0].startswith(f"The checkpoint {path} is damaged and was set aside as {aside}.")
                assert dict(checkpoint.series()) == {}
                checkpoint.ingest(a_batch(checkpoint, RUNS))
            assert aside.read_bytes() == damage(whole)
            with Checkpoint.open(path, FAMILIES) as checkpoint:
                assert (checkpoint.told, shown(checkpoint)) == ((), truth(RUNS))

    def test_an_empty_file_is_a_new_one(self, tmp_path: Path) -> None:
        path = tmp_path / "checkpoint.db"
        path.touch()
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert (checkpoint.told, checkpoint.cursor("")) == ((), None)

    def test_the_log_of_a_file_that_was_set_aside_is_not_read_for_the_new_one(self, path: Path) -> None:
        checkpoint = Checkpoint.open(path, FAMILIES)
        checkpoint.ingest(Batch("", cursor=at(9)))
        log = path.with_name("checkpoint.db-wal").read_bytes()
        checkpoint.close()
        path.unlink()
        path.with_name("checkpoint.db-wal").write_bytes(log)
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert (dict(checkpoint.series()), checkpoint.cursor("")) == ({}, None)


MORE = [Past(f"m{n}", f"q{n}", at(0), [("FAILED", 4.0, 1.0)]) for n in range(400)]


class TestFull:
    def test_a_full_disk_takes_nothing_says_so_and_takes_it_when_there_is_room(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            pages = checkpoint._database.execute("PRAGMA page_count").fetchone()[0]
            checkpoint._database.execute(f"PRAGMA max_page_count = {pages + 3}")
            batch = a_batch(checkpoint, MORE, minute=7)
            for _ in range(2):
                with pytest.raises(Unwritable, match=r"The checkpoint .* cannot be written: the disk is full\."):
                    checkpoint.ingest(batch)
            assert shown(checkpoint) == truth(RUNS)
            assert checkpoint.counted(["m0"]) == {}
            checkpoint._database.execute(f"PRAGMA max_page_count = {pages + 9999}")
            assert checkpoint.ingest(batch).stale == ()
            assert shown(checkpoint) == truth([*RUNS, *MORE])

    def test_a_file_that_may_not_grow_is_the_same_and_is_whole_after_a_restart(self, path: Path) -> None:
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
            try:
                with pytest.raises(Unwritable, match="cannot be written: the disk"):
                    checkpoint.ingest(a_batch(checkpoint, MORE))
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            assert shown(checkpoint) == truth(RUNS)
        with Checkpoint.open(path, FAMILIES) as checkpoint:
            assert (checkpoint.told, shown(checkpoint)) == ((), truth(RUNS))
            checkpoint.ingest(a_batch(checkpoint, MORE))
            assert shown(checkpoint) == truth([*RUNS, *MORE])


def test_only_its_owner_can_read_the_lock_and_the_folder_it_makes(tmp_path: Path) -> None:
    path = tmp_path / "state" / "checkpoint.db"
    with Checkpoint.open(path, FAMILIES):
        assert path.parent.stat().st_mode & 0o777 == 0o700


def test_threads_take_turns(path: Path) -> None:
    with Checkpoint.open(path, FAMILIES) as checkpoint:
        parts = [threading.Thread(target=lambda: [shown(checkpoint) for _ in range(20)]) for _ in range(2)]
        for part in parts:
            part.start()
        for run in MORE[:30]:
            checkpoint.ingest(a_batch(checkpoint, [run]))
        for part in parts:
            part.join()
        assert shown(checkpoint) == truth([*RUNS, *MORE[:30]])
