from __future__ import annotations

from pathlib import Path

from kfpops.cleanup.gather.spans import Span
from kfpops.cleanup.gather.sweep import cuts_of, marks_of_span, sweep
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.errors import NotInBundle
from kfpops.model.bucket import Upload
from tests.cleanup.building import BUCKET, judged_by
from tests.cleanup.gather.memory_bucket import MemoryBucket
from tests.cleanup.gather.planning import KEYS, a_bucket, a_look, key_of, usual

POLICY = Policy(kinds=Kinds(orphans=0.0, uploads=0.0))


def sorted_marks(folder: Path) -> SortedMarks:
    marks = SortedMarks(folder)
    marks.write((BUCKET, mark) for mark in judged_by(usual(), POLICY)[0])
    return marks


def test_all_of_a_bucket_is_judged_and_told(tmp_path: Path) -> None:
    look, said = a_look(usual(), POLICY), list[int]()
    swept = sweep(look.buckets[0], sorted_marks(tmp_path), look.terms(look.buckets[0]), tmp_path, said.append)
    assert sum(said) == swept.tally.listed.objects == len(KEYS)
    assert swept.tally.current.objects == 3
    assert sum(part.read_bytes().count(b"\n") for part in swept.parts) == 3
    assert (swept.order, len(swept.besides), swept.notes) == ("bytes", 1, [])


def test_what_a_bundle_does_not_hold_is_a_note(tmp_path: Path) -> None:
    class Recorded(MemoryBucket):
        def uploads(self, prefix: str = "") -> list[list[Upload]]:  # type: ignore[override]
            raise NotInBundle("The bundle does not hold the incomplete uploads.")

    look = a_look(usual(), POLICY, Recorded([]))
    swept = sweep(look.buckets[0], sorted_marks(tmp_path), look.terms(look.buckets[0]), tmp_path, lambda number: None)
    assert swept.notes == ["Not in this plan: The bundle does not hold the incomplete uploads."]


def test_roots_and_places_of_logs_are_cut(tmp_path: Path) -> None:
    look = a_look(usual(), POLICY, a_bucket())
    ends = [span.upto for span in cuts_of(look.buckets[0], look.terms(look.buckets[0]))]
    assert "private-artifacts/team-a/train-00002/" in ends
    assert "v2/artifacts/train/7" in ends


def test_a_span_has_the_marks_around_it(tmp_path: Path) -> None:
    marks = sorted_marks(tmp_path)
    run = key_of(2).partition("/fit/")[0]
    span = Span(f"{run}/fit/0", f"{run}/fit/1")
    assert run in [mark.path for mark in marks_of_span(marks, BUCKET, span)]
    assert [m.path for m in marks_of_span(marks, BUCKET, Span("z", None))] == []
