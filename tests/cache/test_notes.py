"""Remarks about a whole run."""

from __future__ import annotations

import pytest

from kfpops.cache.explanation import Caveat, TaskExplanation, Verdict
from kfpops.cache.notes import notes_of

TAG = Caveat("image-tag", "The image python:3.11 has a tag.")


def a_task(name: str, *warnings: Caveat, verdict: Verdict = "hit") -> TaskExplanation:
    return TaskExplanation(name, "1", "CACHED", verdict, "Because.", warnings=warnings)


@pytest.mark.parametrize(
    "tasks",
    [
        pytest.param((), id="no task"),
        pytest.param((a_task("a"),), id="nothing to remark"),
        pytest.param((a_task("a", Caveat("environment", "It is another.", changed=True)),), id="a change is a warning"),
    ],
)
def test_no_notes(tasks: tuple[TaskExplanation, ...]) -> None:
    assert notes_of(tasks, "") == ()


@pytest.mark.parametrize("names, told", [("a", "a"), ("ab", "a and b"), ("abc", "3 tasks")])
def test_what_may_have_changed_is_told_once_for_all_tasks(names: str, told: str) -> None:
    tasks = [a_task(name, TAG) for name in names]
    assert notes_of(tasks, "") == (f"The image python:3.11 has a tag. Concerns {told}.",)


def test_each_image_has_its_note() -> None:
    other = Caveat("image-tag", "The image alpine has no tag.")
    assert len(notes_of([a_task("a", TAG), a_task("b", other)], "")) == 2


def test_hits_are_compared_with_nothing() -> None:
    tasks = (a_task("a"), a_task("b", verdict="miss"))
    assert notes_of(tasks, "0123") == ("--against is for misses: a hit is compared with nothing (a).",)
    assert notes_of(tasks[1:], "0123") == ()
