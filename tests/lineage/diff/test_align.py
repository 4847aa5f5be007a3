"""Tests of kfpops.lineage.diff.align."""

from __future__ import annotations

from kfpops.lineage.diff.align import aligned
from tests.lineage.two_runs import RUN_A, RUN_B, TwoRuns, a_pipeline


def paths(two: TwoRuns) -> list[tuple[str, bool, bool]]:
    facts = two.facts()
    return [(pair.path, pair.a is not None, pair.b is not None) for pair in aligned(facts.a, facts.b)]


def test_root_dags_are_no_tasks() -> None:
    two = TwoRuns()
    two.begin(RUN_A)
    two.begin(RUN_B)
    assert paths(two) == []


def test_equal_paths_meet_and_others_stay_alone() -> None:
    two = TwoRuns()
    for run, tasks in ((RUN_A, ("load", "train")), (RUN_B, ("load", "check"))):
        root = two.begin(run)
        for name in tasks:
            two.task(root, name)
    assert paths(two) == [("load", True, True), ("check", False, True), ("train", True, False)]


def test_iterations_meet_by_their_number_whatever_the_order_of_their_rows() -> None:
    two = TwoRuns()
    for run, order in ((RUN_A, (0, 1)), (RUN_B, (2, 1, 0))):
        loop = two.recorder.dag(two.begin(run), "for-loop-2")
        for number in order:
            two.task(two.recorder.dag(loop, "for-loop-2", number), "train")
    assert paths(two) == [
        ("for-loop-2", True, True),
        ("for-loop-2[0]", True, True),
        ("for-loop-2[0]/train", True, True),
        ("for-loop-2[1]", True, True),
        ("for-loop-2[1]/train", True, True),
        ("for-loop-2[2]", False, True),
        ("for-loop-2[2]/train", False, True),
    ]


def test_the_last_attempt_counts() -> None:
    two = TwoRuns()
    root = two.begin(RUN_A)
    two.task(root, "train", state="FAILED")
    last = two.task(root, "train", took=25)
    two.begin(RUN_B)
    facts = two.facts()
    (pair,) = aligned(facts.a, facts.b)
    assert pair.a is not None
    assert (pair.a.execution.id, pair.a.attempts, pair.a.seconds) == (last, 2, 25)


def test_what_runs_has_no_duration() -> None:
    two = TwoRuns()
    two.task(two.begin(RUN_A), "train", state="RUNNING")
    two.begin(RUN_B)
    facts = two.facts()
    (pair,) = aligned(facts.a, facts.b)
    assert pair.a is not None
    assert pair.a.seconds is None


def test_dependencies_of_the_pipeline_and_of_artifacts_come_before_time() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        root = two.begin(run)
        data = two.data("x")
        two.task(root, "report")
        two.task(root, "train", {"data": data})
        two.task(root, "load", None, {"data": data})
    two.pipelines[RUN_B] = a_pipeline({"report": {}, "train": {}, "load": {}}, {"report": ["train"]})
    assert [path for path, _, _ in paths(two)] == ["load", "train", "report"]


def test_pipelines_that_order_their_tasks_in_opposite_ways_do_not_hang() -> None:
    two = TwoRuns()
    for run, needs in ((RUN_A, {"x": ["y"]}), (RUN_B, {"y": ["x"]})):
        root = two.begin(run)
        for name in ("x", "y"):
            two.task(root, name)
        two.pipelines[run] = a_pipeline({"x": {}, "y": {}}, needs)
    assert [path for path, _, _ in paths(two)] == ["x", "y"]


def test_executions_that_are_their_own_parents_do_not_hang() -> None:
    two = TwoRuns()
    id = two.task(two.begin(RUN_A), "train")
    two.recorder.alter(id, parent_id=id, run_id=RUN_A)
    two.begin(RUN_B)
    assert paths(two) == [("train", True, False)]
