from __future__ import annotations

import pytest

from kfpops.cleanup.gather.spans import WHOLE, Span, between, spans_of, thinned
from tests.cleanup.gather.memory_bucket import MemoryBucket, an_object


def test_without_cuts_it_is_whole() -> None:
    assert between(()) == (WHOLE,)
    assert between({""}) == (WHOLE,)


def test_spans_join_from_the_first_key_to_the_last() -> None:
    assert between({"b", "a"}) == (Span("", "a"), Span("a", "b"), Span("b", None))


@pytest.mark.parametrize("number, most, expected", [(3, 5, 3), (10, 5, 5), (11, 5, 4), (0, 5, 0), (65, 64, 33)])
def test_thinned(number: int, most: int, expected: int) -> None:
    names = [f"{n:03}" for n in range(number)]
    assert len(thinned(names, most)) == expected


def test_few_pipelines_are_cut_by_run_ids() -> None:
    bucket = MemoryBucket([an_object("v2/artifacts/train/1/a"), an_object("v2/artifacts/score/1/a")])
    ends = [span.upto for span in spans_of(bucket, ["v2/artifacts/"], [])]
    assert len(ends) == 1 + 2 * 16 + 1
    assert ends[:3] == ["v2/artifacts/", "v2/artifacts/score/", "v2/artifacts/score/1"]
    assert ends[-2:] == ["v2/artifacts/train/f", None]


def test_many_pipelines_are_taken_together() -> None:
    bucket = MemoryBucket([an_object(f"v2/artifacts/p{n:04}/1/a") for n in range(1000)])
    assert 60 <= len(spans_of(bucket, ["v2/artifacts/"], [])) <= 66


def test_logs_are_cut_at_workflows() -> None:
    keys = [f"private-artifacts/{ns}/flow-{n:03}/main.log" for ns in ("a", "b") for n in range(100)]
    ends = [span.upto for span in spans_of(MemoryBucket([an_object(k) for k in keys]), [], ["private-artifacts/"])]
    assert "private-artifacts/b/" in ends
    assert "private-artifacts/b/flow-007/" in ends
    assert len(ends) <= 36
