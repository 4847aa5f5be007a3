from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kfpops.cleanup.plan.read import is_plan, read_ends, read_header, read_plan
from kfpops.errors import KfpopsError, PlanRefused, UsageError
from tests.cleanup.plan.samples import ENTRIES, a_header, a_plan, an_entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    a_plan(tmp_path / "plan.jsonl")
    return tmp_path / "plan.jsonl"


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def summed(above: list[bytes], footer: bytes) -> bytes:
    """The lines with a footer whose sum fits them: what a careful hand would write."""
    last = json.loads(footer)
    last["sha256"] = hashlib.sha256(b"".join(above)).hexdigest()
    return b"".join(above) + json.dumps(last).encode() + b"\n"


NO_PLAN: list[tuple[Callable[[list[bytes]], bytes], str]] = [
    (lambda _: b"", "is empty: it is no plan"),
    (lambda _: b"\x1f\x8b\x08\x00" + bytes(range(256)) * 20, "its first line is no header"),
    (lambda _: b"kinds: {orphans: {}}\n", "its first line is no header"),
    (lambda _: b'{"schema": "kfpops/runs/v1"}\n', "is no plan, but kfpops/runs/v1"),
    (lambda _: b'{"a":' * 100_000 + b"\n", "its first line is no header"),
    (lambda ls: b"".join(ls).replace(b"cleanup-plan/v1", b"cleanup-plan/v2"), "is a plan of another kfpops"),
]
SPOILT: list[tuple[Callable[[list[bytes]], bytes], str]] = [
    (lambda ls: ls[0][:-9], "is cut off in its header"),
    (lambda ls: ls[0], "is cut off: it has no footer"),
    (lambda ls: b"".join(ls[:-1]), "is cut off: it has no footer"),
    (lambda ls: b"".join(ls)[:-1], "is cut off: it has no footer"),
    (lambda ls: b"".join(ls)[:-80], "is cut off: it has no footer"),
    (lambda ls: b"".join(ls).replace(b"train/a/model", b"train/a/modem"), "was edited: its lines do not have the sum"),
    (lambda ls: b"".join([ls[0], *ls[2:]]), "was edited: its lines do not have the sum"),
    (lambda ls: b"".join(ls).replace(b'"policy":', b'"policy";'), "its header is no JSON"),
    (lambda ls: b"".join(ls).replace(b'"size":64', b'"size":"64"'), "a line of it is no entry"),
    (lambda ls: b"".join(ls).replace(b"train/a/model", b"train/a/\xff\xfe"), "a line of it is no entry"),
    (lambda ls: b"".join(ls).replace(b'"roots":', b'"roofs":'), "its header does not fit"),
    (lambda ls: b"".join(ls).replace(b"kinds: {", b"kinds: \xff"), "its header does not fit"),
    (lambda ls: ls[0] + b"[" * 100_000 + b"\n" + ls[-1], "a line of it is no entry"),
    (lambda ls: b"".join(ls[:-1]) + b"[" * 100_000 + b"\n", "is cut off: it has no footer"),
    (lambda ls: summed([ls[0], ls[2], ls[1], ls[3]], ls[-1]), "stands out of order"),
    (lambda ls: summed([ls[0], ls[1], ls[1], ls[2], ls[3]], ls[-1]), "stands twice"),
    (lambda ls: summed(ls[:-2], ls[-1]), "does not hold what its footer counts"),
]  # fmt: skip


@pytest.mark.parametrize("spoil, words", NO_PLAN, ids=[words for _, words in NO_PLAN])
def test_what_is_no_plan_is_wrong_usage(path: Path, spoil: Callable[[list[bytes]], bytes], words: str) -> None:
    path.write_bytes(spoil(lines(path)))
    with pytest.raises(UsageError, match=words):
        read_plan(path)


@pytest.mark.parametrize("spoil, words", SPOILT, ids=[f"{n} {words}" for n, (_, words) in enumerate(SPOILT)])
def test_a_spoilt_plan_is_refused(path: Path, spoil: Callable[[list[bytes]], bytes], words: str) -> None:
    path.write_bytes(spoil(lines(path)))
    with pytest.raises(PlanRefused, match=words):
        read_plan(path)


def test_cut_off_anywhere_it_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(1, len(whole), 17):
        path.write_bytes(whole[:length])
        with pytest.raises((PlanRefused, UsageError)):
            read_plan(path)


def test_any_byte_changed_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for at in range(0, len(whole) - 1, 11):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            plan = read_plan(path)
        except KfpopsError:
            continue
        # Only a name in the footer that nothing depends on.
        assert at > whole.rfind(b"\n", 0, -1)
        assert list(plan.entries) == list(ENTRIES)


def test_a_line_without_end_is_refused(path: Path) -> None:
    header, *_, footer = lines(path)
    path.write_bytes(header + b'{"key":"' + b"x" * 5_000_000 + b'"}\n' + footer)
    with pytest.raises(PlanRefused, match="longer than any entry"):
        read_plan(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_plan(tmp_path / "plan.jsonl")


def test_a_plan_that_changes_after_it_was_checked(path: Path) -> None:
    plan = read_plan(path)
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(PlanRefused, match="has changed while it was read"):
        list(plan.entries)


def test_what_was_written_is_read_again_and_again(path: Path) -> None:
    plan = read_plan(path)
    assert plan.header == a_header()
    assert list(plan.entries) == list(plan.entries) == list(ENTRIES)
    assert plan.footer.goes["run-deleted"].objects == 3
    assert plan.sha256 == plan.footer.sha256


def test_the_ends_of_a_plan_are_those_of_the_whole(path: Path) -> None:
    whole = read_plan(path)
    assert read_ends(path) == (whole.header, whole.footer)
    path.write_bytes(b"".join(lines(path)[:-1]))
    with pytest.raises(PlanRefused, match="it has no footer"):
        read_ends(path)


def test_a_plan_of_many_blocks(tmp_path: Path) -> None:
    entries = [an_entry(f"train/{number:06}/model") for number in range(10_000)]
    a_plan(tmp_path / "plan.jsonl", entries)
    assert (tmp_path / "plan.jsonl").stat().st_size > 2_000_000
    assert list(read_plan(tmp_path / "plan.jsonl").entries) == entries


def test_versions_and_uploads_of_one_key_stand_together(tmp_path: Path) -> None:
    entries = [an_entry("a"), an_entry("a", upload_id="u1"), an_entry("a", version_id="v1"), an_entry("a", version_id="v2")]
    a_plan(tmp_path / "plan.jsonl", entries)
    assert list(read_plan(tmp_path / "plan.jsonl").entries) == entries


def test_an_empty_plan(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan.jsonl", ())
    assert list(read_plan(tmp_path / "plan.jsonl").entries) == []


def test_the_header_alone(path: Path) -> None:
    path.write_bytes(lines(path)[0])
    assert is_plan(path)
    assert read_header(path).live == 10
