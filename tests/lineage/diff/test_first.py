"""Tests of kfpops.lineage.diff.first."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.lineage.diff.first import First, first_difference
from tests.lineage.examples import examples
from tests.lineage.two_runs import CODE, RUN_A, RUN_B, TwoRuns, a_pipeline, chain


def first(two: TwoRuns, *, stored: bool = True) -> First | None:
    return first_difference(two.compared(stored=stored))


def test_equal_runs_do_not_part() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    assert first(two) is None
    assert first(two, stored=False) is None


def test_times_and_the_cache_are_no_place_to_part() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.9)
    root = two.begin(RUN_B, rows=100.0)
    two.recorder.cached(root, "2")
    two.recorder.cached(root, "3")
    assert first(two) is None


def test_the_cause_is_named_and_not_what_followed() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=500, accuracy=0.9, table="longer", model="other")
    assert first(two) == First("make-data", "parameter", "parameter rows 100 → 500")


def test_a_later_cause_is_found_behind_tasks_that_are_the_same() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.8 if run == RUN_A else 0.9)
    two.pipelines = {
        RUN_A: a_pipeline({"make-data": {}, "train": {}}),
        RUN_B: a_pipeline({"make-data": {}, "train": {"code": CODE + "    return\n", "image": "python:3.12"}}),
    }
    expected = "its code (+1 -0 lines), and image python:3.11 → python:3.12"
    assert first(two) == First("train", "code", expected)


def test_a_task_that_gave_another_result_by_itself() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.8 if run == RUN_A else 0.9)
    text = "the same parameters and inputs gave another result: metrics.accuracy 0.8 → 0.9 (+0.1, +12.5 %)"
    assert first(two) == First("train", "output", text)


def test_an_output_that_changed_by_itself() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.8, model=run[0])
    found = first(two)
    assert found is not None
    assert found.text == "the same parameters and inputs gave another result: output model (its content changed)"


def test_a_failure_with_the_same_of_all() -> None:
    two = TwoRuns()
    for run, state in ((RUN_A, "COMPLETE"), (RUN_B, "FAILED")):
        two.task(two.begin(run), "train", state=state)
        two.pipelines[run] = a_pipeline({"train": {}})
    text = "complete in A, failed in B, with the same parameters, code and inputs"
    assert first(two) == First("train", "state", text)


def test_inputs_from_outside() -> None:
    two = TwoRuns()
    for run, content in ((RUN_A, "x"), (RUN_B, "longer")):
        two.task(two.begin(run), "train", {"data": two.data(content)}, {"model": two.data("m")})
    assert first(two) == First("train", "input", "input data (its content changed)")


def test_an_importer_of_another_uri() -> None:
    two = TwoRuns()
    for run, uri in ((RUN_A, "s3://in/monday.csv"), (RUN_B, "s3://in/tuesday.csv")):
        root = two.begin(run)
        data = two.recorder.artifact(uri)
        two.recorder.importer(root, data)
        two.task(root, "train", {"data": data})
    expected = First("importer", "input", "what it imports: s3://in/monday.csv → s3://in/tuesday.csv")
    assert first(two) == expected


def test_a_task_that_only_one_pipeline_has() -> None:
    two = TwoRuns()
    for run, names in ((RUN_A, ("load",)), (RUN_B, ("load", "check"))):
        root = two.begin(run)
        for name in names:
            two.task(root, name)
        two.pipelines[run] = a_pipeline({name: {} for name in names})
    assert first(two) == First("check", "pipeline", "only the pipeline of B has it")


def test_a_task_that_did_not_run_is_a_consequence_where_both_pipelines_have_it() -> None:
    two = TwoRuns()
    pipeline = a_pipeline({"load": {}, "train": {}}, {"train": ["load"]})
    for run, state in ((RUN_A, "COMPLETE"), (RUN_B, "FAILED")):
        root = two.begin(run)
        two.task(root, "load", state=state)
        two.pipelines[run] = pipeline
        if state == "COMPLETE":
            two.task(root, "train")
    found = first(two)
    assert found is not None
    assert (found.task, found.kind) == ("load", "state")


def test_a_condition_that_held_once() -> None:
    two = TwoRuns()
    for run, state in ((RUN_A, "COMPLETE"), (RUN_B, "CANCELED")):
        two.recorder.alter(two.recorder.dag(two.begin(run), "condition-1"), state=state)
    text = "complete in A, not triggered in B, with the same parameters and inputs"
    assert first(two) == First("condition-1", "state", text)


def test_a_condition_tells_what_it_was_given() -> None:
    two = TwoRuns()
    for run, state, value in ((RUN_A, "COMPLETE", 3), (RUN_B, "CANCELED", 9)):
        two.recorder.alter(
            two.recorder.dag(two.begin(run), "condition-1"), state=state, inputs={"pipelinechannel--x": value}
        )
    assert first(two) == First("condition-1", "parameter", "parameter x 3 → 9")


def test_the_task_inside_tells_more_than_the_pipeline_around_it() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        inner = two.recorder.dag(two.begin(run, rate=run[0]), "inner")
        two.recorder.alter(inner, inputs={"rate": run[0]})
        two.task(inner, "fit", given={"rate": run[0]})
    assert first(two) == First("inner/fit", "parameter", "parameter rate a → b")


def test_a_loop_over_more_items_parts_at_the_loop() -> None:
    two = TwoRuns()
    for run, items in ((RUN_A, [1]), (RUN_B, [1, 2])):
        loop = two.recorder.dag(two.begin(run), "loop")
        two.recorder.alter(loop, inputs={"pipelinechannel--loop-item-param-1": items})
        for i in range(len(items)):
            two.task(two.recorder.dag(loop, "loop", i), "fit", given={"item": items[i]})
        two.pipelines[run] = a_pipeline({"loop/fit": {}})
    assert first(two) == First("loop", "parameter", "parameter loop-item-param-1 [1] → [1,2]")


def test_resources_are_only_told_when_nothing_else_differs() -> None:
    two = TwoRuns()
    limits = {"resources": {"resourceMemoryLimit": "2Gi"}}
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100 if run == RUN_A else 200, accuracy=0.9)
    two.pipelines = {
        RUN_A: a_pipeline({"train": {}, "make-data": {}}),
        RUN_B: a_pipeline({"train": limits, "make-data": limits}),
    }
    assert first(two) == First("make-data", "parameter", "parameter rows 100 → 200")
    alone = TwoRuns(pipelines=two.pipelines)
    for run in (RUN_A, RUN_B):
        chain(alone, run, rows=100, accuracy=0.9)
    assert first(alone) == First("make-data", "setting", "memory limit 2Gi (B only)", certain=False)


def test_a_result_whose_inputs_could_not_be_compared_is_no_cause() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.8 if run == RUN_A else 0.9)
    text = "its outputs; whether its inputs are the same could not be told"
    assert first(two, stored=False) == First("train", "output", text, certain=False)


def test_parameters_of_the_run_that_no_task_took() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run, seed=run[0]), "train")
    assert first(two) == First("", "parameter", "parameter seed a → b, which changed no task")


def test_fingerprints_tell_of_code_that_nobody_has_any_more() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run), "train", fingerprint=run)
    found = first(two)
    assert found is not None
    assert (found.task, found.kind) == ("train", "code")


def test_many_reasons_are_not_all_told() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        given = {f"p{i}": f"{run[0]}{i}" for i in range(9)}
        two.task(two.begin(run), "train", given=given)
    assert first(two) == First("train", "parameter", "parameters p0 a0 → b0, p1 a1 → b1, p2 a2 → b2 and 6 more")


@dataclass(frozen=True)
class Plan:
    """Task number → the numbers of earlier tasks that it needs, and the values of its parameter in both runs."""

    needs: tuple[tuple[int, ...], ...]
    values: tuple[tuple[int, int], ...]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(1, 7))
    needs = tuple(tuple(sorted(draw(st.sets(st.integers(0, i - 1), max_size=3)))) if i else () for i in range(size))
    values = tuple((1, draw(st.sampled_from((1, 1, 1, 2)))) for _ in range(size))
    return Plan(needs, values)


def contents(plan: Plan, side: int) -> list[str]:
    """What each task puts out: a text of its parameter and of all that it got."""
    found: list[str] = []
    for needs, values in zip(plan.needs, plan.values):
        found.append(f"({values[side]}{''.join(found[n] for n in needs)})")
    return found


def written(plan: Plan, order: list[int]) -> TwoRuns:
    """Both runs; B's rows in `order`, as parallel branches come."""
    two = TwoRuns()
    for side, run in enumerate((RUN_A, RUN_B)):
        root, made = two.begin(run), contents(plan, side)
        data = {number: two.data(made[number]) for number in range(len(plan.needs))}
        for number in order if side else range(len(plan.needs)):
            inputs = {f"from-{n}": data[n] for n in plan.needs[number]}
            given = {"value": plan.values[number][side]}
            two.task(root, f"task-{number}", inputs, {"data": data[number]}, given=given)
    return two


@settings(max_examples=examples(150), deadline=None)
@given(plans(), st.randoms(use_true_random=False))
def test_changes_and_the_first_place_are_what_brute_force_says(plan: Plan, random: object) -> None:
    order = list(range(len(plan.needs)))
    random.shuffle(order)  # type: ignore[attr-defined]
    two = written(plan, order)
    old, new = contents(plan, 0), contents(plan, 1)
    changed = {f"task-{i}" for i, (a, b) in enumerate(zip(old, new)) if a != b}
    assert {path for path, task in two.tasks().items() if task.change == "changed"} == changed
    causes = {i for i, (a, b) in enumerate(plan.values) if a != b}
    found = first(two)
    if not causes:
        assert found is None
        return
    assert found is not None
    number = int(found.task.removeprefix("task-"))
    assert number in causes
    assert all(old[n] == new[n] for n in plan.needs[number]), "nothing that it needs has changed before it"


@pytest.mark.parametrize("run", [RUN_A, RUN_B])
def test_a_run_without_tasks(run: str) -> None:
    two = TwoRuns()
    two.begin(RUN_A)
    two.begin(RUN_B)
    root = "1" if run == RUN_A else "2"
    two.task(root, "train")
    found = first(two)
    assert found is not None
    assert (found.task, found.text) == ("train", f"it ran in {run[0].upper()} only")
