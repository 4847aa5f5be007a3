"""Which runs give a reason to look into the lineage store, and which objects are asked about first."""

from __future__ import annotations

import pytest

from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.lineage_signs import by_need, cached_uris, lineage_wanted
from kfpops.diagnose.step import Step
from kfpops.model.lineage import Artifact
from tests.builders import RUN_ID, a_pod, a_step, terminated
from tests.diagnose.run_lineages import a_lineage, an_execution


def case(*steps: Step) -> RunCase:
    return RunCase(RUN_ID, "nightly", "kubeflow", steps=steps)


def ended(task: str, *iterations: int, **more: str) -> Step:
    return a_step("succeeded", id=f"{task}{iterations}{more}", task=task, iterations=iterations, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((), id="no steps"),
        pytest.param((ended("make-data"), ended("train")), id="each task once"),
        pytest.param((ended("train"), ended("train", role="driver")), id="a step and its driver"),
        pytest.param((ended("train"), a_step(id="x", task="train", attempt=1)), id="attempts of one step"),
        pytest.param((ended("train", 0), a_step("waiting", id="x", task="train", iterations=(1,))), id="only one wrote"),
    ],
)
def test_no_reason(steps: tuple[Step, ...]) -> None:
    assert not lineage_wanted(case(*steps))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param((ended("for-loop-2.train", 0), ended("for-loop-2.train", 1)), id="iterations of a loop"),
        pytest.param((ended("eu.train"), ended("us.train")), id="a task of the same name in two sub-pipelines"),
    ],
)
def test_a_task_that_ran_several_times(steps: tuple[Step, ...]) -> None:
    assert lineage_wanted(case(*steps))


def test_only_objects_that_the_cache_promised_are_asked_about() -> None:
    cached, ran = an_execution("20", state="CACHED"), an_execution("21")
    lineage = a_lineage(
        (cached, "data", Artifact("1", "system.Dataset", "s3://b/data")),
        (cached, "none", Artifact("2", "system.Dataset", "")),
        (cached, "executor-logs", Artifact("3", "system.Artifact", "s3://b/logs")),
        (cached, "metrics", Artifact("4", "system.Metrics", "s3://b/metrics")),
        (ran, "data", Artifact("5", "system.Dataset", "s3://b/own")),
    )
    assert cached_uris(lineage) == ("s3://b/data",)


def test_inputs_of_failed_steps_come_first() -> None:
    inputs = '{"inputs":{"artifacts":{"data":{"artifacts":[{"uri":"s3://b/wanted"}]}}}}'
    main = {"command": ["launch", "--executor_input", inputs, "--"]}
    step = a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),), main=main))
    assert by_need(["s3://b/a", "s3://b/wanted", "s3://b/z"], case(step)) == ("s3://b/wanted", "s3://b/a", "s3://b/z")
