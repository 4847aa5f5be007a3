"""Tests of kfpops.lineage.diff.present_task."""

from __future__ import annotations

from kfpops.lineage.diff.present_task import Detail, differs_in, task_blocks
from kfpops.render.document import KeyValues
from tests.lineage.two_runs import RUN_A, RUN_B, TwoRuns, a_pipeline


def rows(two: TwoRuns, path: str = "train", *, whole: bool = False) -> dict[str, str]:
    blocks = task_blocks(two.tasks()[path], Detail(whole))
    return dict(row for block in blocks if isinstance(block, KeyValues) for row in block.rows)


def test_what_is_the_same_is_told_only_when_all_is() -> None:
    two = TwoRuns()
    data = two.data("x")
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run), "train", {"data": data})
    assert differs_in(two.tasks()["train"]) == ""
    assert rows(two) == {"took": "10 s, both"}
    uri = two.recorder.artifacts[0].uri
    assert rows(two, whole=True) == {"input data": f"the same artifact: artifact 1 ({uri})", "took": "10 s, both"}


def test_everything_that_can_differ_at_once() -> None:
    two = TwoRuns()
    for run, state, took in ((RUN_A, "COMPLETE", 100), (RUN_B, "FAILED", 150)):
        root = two.begin(run)
        if run == RUN_B:
            two.task(root, "train", state="FAILED")
        inputs, outputs = {"pipelinechannel--data": two.data(run)}, {"model": two.data("m" * took, rows=took)}
        outputs["metrics"] = two.metrics(loss=took)
        given, gave = {"pipelinechannel--rows": run[0]}, {"Output": took}
        two.task(root, "train", inputs, outputs, given=given, gave=gave, state=state, took=took)
        two.pipelines[run] = a_pipeline({"train": {"image": f"python:{run[0]}"}})
    expected = "parameters, image, input data, state, output metrics, output model, output parameters"
    assert differs_in(two.tasks()["train"]) == expected
    assert rows(two) == {
        "state": "complete → failed",
        "attempts": "1 → 2",
        "parameter rows": "a → b",
        "image": "python:a → python:b",
        "input data": "changed: artifact 1 → artifact 4",
        "output metrics": "changed: artifact 3 → artifact 6",
        "output model": "changed: artifact 2 → artifact 5",
        "output model.rows": "100 → 150",
        "output parameter Output": "100 → 150",
        "metrics.loss": "100 → 150 (+50, +50.0 %)",
        "took": "1 min 40 s → 2 min 30 s (+50.0 %)",
    }


def test_of_importers_the_uri_is_told() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.recorder.importer(two.begin(run), two.recorder.artifact(f"s3://in/{run[0]}.csv"))
    expected = "not known whether the same: artifact 1 (s3://in/a.csv) → artifact 2 (s3://in/b.csv)"
    assert rows(two, "importer")["output artifact"] == expected


def test_an_output_of_one_run_only() -> None:
    two = TwoRuns()
    two.task(two.begin(RUN_A), "train")
    two.task(two.begin(RUN_B), "train", None, {"model": two.data("m")})
    assert rows(two)["output model"] == "B only: artifact 1"


def test_places_in_a_list_are_counted() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        id = two.task(two.begin(run), "train")
        for content in ("same", run):
            two.recorder.went("input", id, {"parts": two.data(content)})
    assert [name for name in rows(two) if name.startswith("input")] == ["input parts[1]"]


def test_only_the_fingerprint_differs() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        two.task(two.begin(run), "train", fingerprint=run)
    assert differs_in(two.tasks()["train"]) == "cache fingerprint"
