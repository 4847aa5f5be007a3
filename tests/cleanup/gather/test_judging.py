from __future__ import annotations

from pathlib import Path

from kfpops.cleanup.gather.judging import Judge, written
from kfpops.cleanup.gather.spans import WHOLE
from kfpops.cleanup.live import Group, Judged
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.plan.summary import UNWRITABLE, Tally
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import in_columns
from tests.cleanup.building import an_object, judged_by, listed
from tests.cleanup.gather.planning import KEYS, key_of, usual

GOES = Verdict(True, "orphan", "run-deleted", "r")
OTHER = Verdict(True, "orphan", "run-unknown", "q")


def _judged(*rows: tuple[BucketObject, Verdict]) -> Judged:
    return Judged(in_columns([obj for obj, _ in rows]), [Group(1, obj.size, verdict, None) for obj, verdict in rows], {})


def test_what_stays_has_no_line() -> None:
    tally = Tally()
    assert written("b", Judged(in_columns(()), (), {("live", "young"): (3, 30)}), tally) == b""
    assert tally.listed == Count(3, 30)


def test_lines_and_counts_by_verdict() -> None:
    tally = Tally()
    judged = _judged((an_object("a", 1), GOES), (an_object("b", 2), OTHER), (an_object("c", 4), GOES))
    assert written("bucket", judged, tally).count(b"\n") == 3
    assert dict(tally.goes) == {("run-deleted", "r", ""): [2, 5], ("run-unknown", "q", ""): [1, 2]}


def test_a_key_that_is_no_text_is_kept_and_counted_once() -> None:
    tally = Tally()
    judged = _judged((an_object("a"), GOES), (an_object("b\udcff"), GOES))
    assert written("bucket", judged, tally).count(b"\n") == 1
    assert tally.current == Count(1, 10)
    assert tally.keeps[UNWRITABLE] == [1, 10]
    assert tally.listed == Count(2, 20)


def test_a_part_begins_anew_when_its_span_is_read_again(tmp_path: Path) -> None:
    marks, terms = judged_by(usual(), Policy(kinds=Kinds(orphans=0.0)))
    said: list[int] = []
    judge = Judge(lambda span: iter(marks), terms, tmp_path, said.append)
    for _ in range(2):
        part = judge(7, WHOLE, listed(sorted(KEYS)))
    assert part.path.read_bytes().count(b"\n") == 3
    assert part.tally.listed.objects == len(KEYS)
    assert sum(said) == 2 * len(KEYS)
    assert key_of(2) in part.path.read_text()
