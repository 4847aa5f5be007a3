"""Tests of kfpops.lineage.diff.order."""

from __future__ import annotations

import pytest

from kfpops.lineage.diff.order import folded, keys, plain, siblings


def ordered(offsets: dict[str, float], *edges: tuple[str, str]) -> list[str]:
    order = keys(offsets, edges)
    return sorted(offsets, key=lambda path: order[path])


def test_without_dependencies_time_tells() -> None:
    assert ordered({"b": 1, "a": 2, "c": 0}) == ["c", "b", "a"]


def test_data_comes_before_time() -> None:
    assert ordered({"train": 0, "data": 5, "load": 9}, ("data", "train"), ("load", "data")) == ["load", "data", "train"]


def test_a_circle_is_opened_at_its_earliest() -> None:
    assert ordered({"a": 1, "b": 0, "c": 2}, ("a", "b"), ("b", "a"), ("b", "c")) == ["b", "a", "c"]
    assert ordered({"a": 1}, ("a", "a")) == ["a"]


def test_a_task_comes_after_all_of_the_pipeline_that_it_needs_a_part_of() -> None:
    paths = {"train": 0.0, "prepare": 1.0, "prepare/clean": 3.0, "prepare/load": 4.0}
    expected = ["prepare", "prepare/load", "prepare/clean", "train"]
    assert ordered(paths, ("prepare/load", "prepare/clean"), ("prepare/load", "train")) == expected


def test_iterations_stand_by_their_number() -> None:
    paths = dict.fromkeys(("loop[10]/b", "loop[2]/b", "loop[2]/a", "loop", "loop[10]", "loop[2]"), 0.0)
    expected = ["loop", "loop[2]", "loop[2]/b", "loop[2]/a", "loop[10]", "loop[10]/b"]
    assert ordered(paths, ("loop/b", "loop/a")) == expected


def test_edges_of_unknown_tasks_say_nothing() -> None:
    assert ordered({"a": 1, "b": 0}, ("gone", "b"), ("a", "gone")) == ["b", "a"]


@pytest.mark.parametrize(
    "before, after, expected",
    [
        ("a", "a/b", None),
        ("a", "a", None),
        ("a", "b", ("a", "b")),
        ("x/a", "x/b", ("x/a", "x/b")),
        ("x/a", "y", ("x", "y")),
        ("x", "y/b/c", ("x", "y")),
    ],
)
def test_siblings(before: str, after: str, expected: tuple[str, str] | None) -> None:
    assert siblings(before, after) == expected


def test_plain() -> None:
    assert plain("for-loop-2[3]/inner[0]/train") == "for-loop-2/inner/train"


@pytest.mark.parametrize(
    "paths, expected",
    [
        (["train"], "train"),
        (["loop[3]/train"], "loop[3]/train"),
        (["loop[3]/train", "loop[5]/train", "loop[4]/train"], "loop[3-5]/train"),
        (["loop[3]/train", "loop[5]/train"], "loop[*]/train"),
        (["a[0]/b[0]/c", "a[0]/b[1]/c", "a[1]/b[0]/c", "a[1]/b[1]/c"], "a[0-1]/b[0-1]/c"),
    ],
)
def test_folded(paths: list[str], expected: str) -> None:
    assert folded(paths) == expected
