"""The journal: what was written is read again, what was torn is not, and another plan's is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.apply.journal import Journal, read_journal
from kfpops.cleanup.apply.record import Begun, Finished, Intent, RunEvicting, Settled
from kfpops.errors import PlanRefused, UsageError
from tests.cleanup.building import a_run

BEGUN = Begun("p1", "sum", 1, 5.0)
INTENT = Intent(1, (("b", "k ä\n", "e", "", 7),), 6.0, (0,))


def written(path: Path, *records: object) -> None:
    with Journal(path, "sum") as journal:
        journal.append(*records)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, says",
    [
        pytest.param('{"kind":"finished","at":1}\n', "does not begin", id="something that begins in the middle"),
        pytest.param(
            '{"kind":"begun","plan":"p2","sha256":"x","generation":1,"at":1}\n', "another plan", id="another plan's"
        ),
        pytest.param(
            '{"kind":"begun","plan":"p1","sha256":"sum","generation":1,"at":1}\n{"kin\n', "Line 2", id="a bad line"
        ),
        pytest.param("\n", "Line 1", id="an empty line"),
    ],
)
def test_what_is_no_journal_of_this_plan_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "j"
    path.write_text(text)
    with pytest.raises(PlanRefused, match=says):
        list(read_journal(path, "sum"))
    assert path.read_text() == text


def test_there_is_none_before_the_first_record(tmp_path: Path) -> None:
    with Journal(tmp_path / "j", "sum") as journal:
        assert list(journal.records()) == []
    assert not (tmp_path / "j").exists()


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_torn_line_is_ignored_and_cut_before_the_next(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "j"
    written(path, BEGUN, INTENT)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert list(read_journal(path, "sum")) == [BEGUN]
    written(path, Finished(9.0))
    assert list(read_journal(path, "sum")) == [BEGUN, Finished(9.0)]


def test_a_line_of_many_blocks_that_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "j"
    written(path, BEGUN)
    with path.open("ab") as file:
        file.write(b"x" * 200_000)
    written(path, Settled(2.0))
    assert list(read_journal(path)) == [BEGUN, Settled(2.0)]


def test_a_disk_that_is_full_stops_everything(tmp_path: Path) -> None:
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    with Journal(tmp_path / "j", "sum", full) as journal, pytest.raises(UsageError, match="No space left"):
        journal.append(BEGUN)


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    records = (BEGUN, RunEvicting("r", 1.0, a_run()), INTENT, Finished(3.0))
    written(tmp_path / "j", *records)
    assert tuple(read_journal(tmp_path / "j", "sum")) == records


def test_records_and_the_new_name_are_synced_before_anything_else(tmp_path: Path) -> None:
    synced: list[bool] = []
    with Journal(tmp_path / "j", "sum", lambda file: synced.append(Path(f"/proc/self/fd/{file}").is_dir())) as journal:
        journal.append(BEGUN)
        journal.append(INTENT, Finished(1.0))
    assert synced == [True, False, False]
