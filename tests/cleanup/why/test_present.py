from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import Gap
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.verdict import Verdict
from kfpops.cleanup.why.answer import Answer, Group, Step
from kfpops.cleanup.why.present import present_why, verdict_of
from kfpops.model.bucket import BucketObject
from kfpops.render.text import to_text

STAYS, GOES = Verdict(False, "live", "taken-from-cache", "run-1"), Verdict(True, "expired", "run-expired", "run-2", "old")
OBJECT = BucketObject("a/b", 2048, "e", 1790000000.0)


def an_object(verdict: Verdict, **more: object) -> Answer:
    return Answer("minio://m/a/b", "m", "a/b", "object", object=OBJECT, verdict=verdict, **more)  # type: ignore[arg-type]


def a_folder(*groups: tuple[Verdict, int]) -> Answer:
    return Answer("minio://m/a", "m", "a", "folder", groups=tuple(Group(v, Count(n, n * 10)) for v, n in groups))


@pytest.mark.parametrize(
    "answer, words",
    [
        (an_object(STAYS), "It stays: another run took it from the cache."),
        (an_object(GOES), "It may go: a rule gives up its run (rule old)."),
        (an_object(GOES, gaps=(Gap("kfp", "403"),)), "; not everything is known, so a plan would be refused."),
        (a_folder((STAYS, 3)), "All of it stays: 3 objects."),
        (a_folder((GOES, 3)), "All of it may go: 3 objects."),
        (a_folder((GOES, 3), (STAYS, 4)), "3 of its 7 objects may go."),
        (Answer("minio://m/x", "m", "x", "nothing"), "Nothing lies there"),
    ],
)
def test_the_verdict_is_a_sentence(answer: Answer, words: str) -> None:
    assert words in verdict_of(answer)


def test_the_page() -> None:
    steps = tuple(Step("use", str(n), f"run {n} read it", True) for n in range(30))
    told = to_text(present_why(an_object(STAYS, steps=steps, gaps=(Gap("pods", "no right"),))), 80, color=False)
    assert "Changed  2026-09-21" in told
    assert "and 10 more" in told
    assert "pods: no right" in told
    assert "Asked without a policy" in told
    full = to_text(present_why(an_object(STAYS, steps=steps, policy="p.yaml"), full=True), 80, color=False)
    assert "run 29 read it" in full
    assert "Asked without a policy" not in full


def test_a_folder_and_what_is_near() -> None:
    assert "may go: run-expired, run-2, rule old" in to_text(present_why(a_folder((GOES, 3))), 80, color=False)
    near = Answer("minio://m/x", "m", "x", "nothing", nearest=("y",))
    assert "- y" in to_text(present_why(near), 80, color=False)
