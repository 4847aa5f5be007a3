"""Tests of kfpops.lineage.diff.diff."""

from __future__ import annotations

from dataclasses import replace

from kfpops.lineage.diff.diff import compare_runs, undecided
from tests.lineage.two_runs import CODE, RUN_A, RUN_B, TwoRuns, a_pipeline, chain


def changes_of(two: TwoRuns) -> dict[str, str]:
    return {path: task.change for path, task in two.tasks().items()}


def test_equal_runs_differ_in_nothing() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    compared = two.compared()
    assert [task.change for task in compared.tasks] == ["same", "same"]
    assert (compared.parameters, compared.settings) == ((), ())
    assert all(task.metrics == () and task.unknown == () for task in compared.tasks)


def test_a_cache_hit_is_no_difference() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.9)
    root = two.begin(RUN_B, rows=100.0)
    two.recorder.cached(root, "2")
    two.recorder.cached(root, "3")
    tasks = two.tasks(stored=False)
    assert [t.change for t in tasks.values()] == ["same", "same"]
    assert [p.content for p in tasks["train"].outputs] == ["same-id", "same-id"]
    assert tasks["train"].seconds is None


def test_a_parameter_and_all_that_follows_from_it() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=500, accuracy=0.9, table="longer table", model="other model")
    compared = two.compared()
    make, train = compared.tasks
    assert [(c.name, c.a, c.b) for c in compared.parameters] == [("rows", 100.0, 500.0)]
    assert [(c.name, c.a, c.b) for c in make.parameters] == [("rows", 100.0, 500.0)]
    assert [(p.port, p.content) for p in train.inputs] == [("data", "changed")]
    assert [(p.port, p.content) for p in train.outputs] == [("metrics", "changed"), ("model", "changed")]
    assert [(m.artifact, m.name, m.a, m.b) for m in train.metrics] == [("metrics", "accuracy", 0.8, 0.9)]


def test_what_the_store_was_not_asked_about_is_unknown_and_no_difference() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    make, train = two.compared(stored=False).tasks
    assert (make.change, train.change) == ("same", "same")
    assert [p.port for p in (*make.unknown, *train.unknown)] == ["data", "data", "model"]


def test_only_what_is_in_doubt_is_asked_of_the_store_each_once() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    names = {a.uri: a.id for a in two.recorder.artifacts}
    assert [names[uri] for uri in undecided(two.facts(stored=False))] == ["1", "4", "2", "5"]


def test_tasks_of_one_run_only_are_folded() -> None:
    two = TwoRuns()
    for run, number in ((RUN_A, 2), (RUN_B, 5)):
        loop = two.recorder.dag(two.begin(run), "loop")
        for i in range(number):
            two.task(two.recorder.dag(loop, "loop", i), "train")
    alone = [(t.path, t.change, t.times) for t in two.compared().tasks if t.change != "same"]
    assert alone == [("loop[2-4]", "only-b", 3), ("loop[2-4]/train", "only-b", 3)]


def test_a_loop_is_not_folded_with_its_iterations() -> None:
    two = TwoRuns()
    two.begin(RUN_A)
    loop = two.recorder.dag(two.begin(RUN_B), "loop")
    for i in range(2):
        two.task(two.recorder.dag(loop, "loop", i), "train")
    found = [(t.path, t.times) for t in two.compared().tasks]
    assert found == [("loop", 1), ("loop[0-1]", 2), ("loop[0-1]/train", 2)]


def test_states_of_loops_count_only_when_they_were_not_triggered() -> None:
    two = TwoRuns()
    for run, states in ((RUN_A, ("RUNNING", "FAILED", "CANCELED")), (RUN_B, ("COMPLETE", "COMPLETE", "COMPLETE"))):
        root = two.begin(run)
        for name, state in zip("abc", states):
            two.recorder.alter(two.recorder.dag(root, name), state=state)
    assert changes_of(two) == {"a": "same", "b": "same", "c": "changed"}


def test_code_and_what_the_pipelines_say() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run), "train")
    two.pipelines = {RUN_A: a_pipeline({"train": {}}), RUN_B: a_pipeline({"train": {"code": CODE + "    return\n"}})}
    two.settings = {RUN_A: {"SDK": "kfp-2.14.0", "version": "x"}, RUN_B: {"SDK": "kfp-2.17.0", "version": ""}}
    compared = two.compared()
    assert compared.tasks[0].code is not None
    assert compared.tasks[0].change == "changed"
    assert [(c.name, c.a, c.b) for c in compared.settings] == [("SDK", "kfp-2.14.0", "kfp-2.17.0")]


def test_fingerprints_stand_in_for_a_pipeline_that_is_gone() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run), "train", fingerprint=run)
    assert two.tasks()["train"].same_cause is False
    assert changes_of(two) == {"train": "changed"}
    two.pipelines = {RUN_A: a_pipeline({"train": {}}), RUN_B: a_pipeline({"train": {}})}
    assert changes_of(two) == {"train": "same"}


def test_parameters_that_name_the_run_are_no_difference() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run, job=f"job-{run}"), "train", given={"out": f"s3://x/{run}/out"}, gave={"Output": run})
    compared = two.compared()
    assert compared.parameters == ()
    assert [t.change for t in compared.tasks] == ["same"]


def test_outputs_of_dags_are_not_compared_as_values() -> None:
    two = TwoRuns()
    for run, source in ((RUN_A, "x"), (RUN_B, "y")):
        two.recorder.alter(two.recorder.dag(two.begin(run), "inner"), outputs={"Output": {"producerSubtask": source}})
    assert changes_of(two) == {"inner": "same"}


def test_an_importer_of_another_uri_differs_though_nothing_tells_its_content() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.recorder.importer(two.begin(run), two.data())
    assert changes_of(two) == {"importer": "changed"}


def test_what_is_recorded_with_an_artifact_counts() -> None:
    two = TwoRuns()
    for run, framework in ((RUN_A, "torch"), (RUN_B, "jax")):
        two.task(two.begin(run), "train", None, {"model": two.data("same", framework=framework)})
    (port,) = two.tasks()["train"].outputs
    assert (port.content, [(c.name, c.a, c.b) for c in port.properties]) == ("same-content", [("framework", "torch", "jax")])
    assert changes_of(two) == {"train": "changed"}


def test_a_run_beside_itself() -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=1, accuracy=1)
    two.begin(RUN_B)
    facts = two.facts()
    compared = compare_runs(replace(facts, b=facts.a))
    assert {t.change for t in compared.tasks} == {"same"}


def test_events_of_artifacts_without_a_row_are_left_aside() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        chain(two, run, rows=100, accuracy=0.9)
    two.recorder.forget(artifact="4")
    make, train = two.compared().tasks
    assert [(p.port, p.content) for p in (*make.outputs, *train.inputs)] == [("data", "only-a"), ("data", "only-a")]
