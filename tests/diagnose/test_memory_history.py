"""What earlier runs of a pipeline tell about a step's memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from kfpops.diagnose.facts import Facts, RunCase
from kfpops.diagnose.memory_history import memory_history, task_limit
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_step, some_facts

MI = 2**20


def a_run(number: int, state: str, limit: str | None = None, **resources: Any) -> Run:
    wanted = {"resourceMemoryLimit": limit} if limit else resources
    document = {
        "components": {"comp-train": {"executorLabel": "exec-train"}},
        "deploymentSpec": {"executors": {"exec-train": {"container": {"resources": wanted}}}},
        "root": {"dag": {"tasks": {"train": {"componentRef": {"name": "comp-train"}}}}},
    }
    return Run(f"run-{number}", f"nightly {number}", state, pipeline=msgspec.convert(document, PipelineIR))


def facts(*earlier: Run) -> Facts:
    step = a_step()
    case = RunCase(RUN_ID, "nightly", "kubeflow", steps=(step,), earlier=earlier)
    return some_facts(case=case)


@pytest.mark.parametrize(
    "earlier",
    [
        pytest.param((), id="no earlier run"),
        pytest.param((a_run(1, "SUCCEEDED", "400Mi"),), id="what worked with the same limit says nothing"),
        pytest.param((a_run(1, "SUCCEEDED"),), id="a run without a limit says nothing"),
        pytest.param((replace(a_run(1, "SUCCEEDED", "1Gi"), pipeline=None),), id="a run whose pipeline is not known"),
    ],
)
def test_nothing_is_learnt(earlier: tuple[Run, ...]) -> None:
    found = memory_history(a_step(), facts(*earlier), 400 * MI)
    assert (found.worked, found.worked_in, found.failed) == (None, None, 0)


def test_the_smallest_limit_that_worked_counts() -> None:
    best = a_run(2, "SUCCEEDED", "1Gi")
    found = memory_history(a_step(), facts(a_run(1, "SUCCEEDED", "4Gi"), best, a_run(3, "FAILED", "800Mi")), 400 * MI)
    assert (found.worked, found.worked_in, found.failed) == (1024 * MI, best, 0)


def test_smaller_limits_that_failed_are_counted_once_each() -> None:
    runs = [a_run(n, "FAILED", limit) for n, limit in enumerate(("100Mi", "100Mi", "200Mi", "400Mi"))]
    assert memory_history(a_step(), facts(*runs), 400 * MI).failed == 2


def test_numbers_of_older_sdks_are_gigabytes() -> None:
    assert task_limit(a_run(1, "SUCCEEDED", memoryLimit=0.4194304), "train") == 400 * MI
    assert task_limit(a_run(1, "SUCCEEDED", "400Mi"), "another") is None
