"""Default retries that multiply are told, and only those."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.repeated import repeated_advice
from kfpops.model.finding import Advice
from tests.builders import RUN_ID, a_step, a_workflow, some_facts

DEFAULTS = {"templateDefaults": {"retryStrategy": {"limit": "2", "retryPolicy": "OnError"}}}


def told(times: int, spec: dict[str, Any]) -> tuple[Advice, ...]:
    steps = tuple(a_step(id=f"s{n}") for n in range(times))
    case = RunCase(RUN_ID, "nightly", "kubeflow", workflow=a_workflow(phase="Error", spec=spec), steps=steps)
    return repeated_advice(steps, some_facts(case=case))


@pytest.mark.parametrize(
    ("times", "spec"),
    [
        pytest.param(1, DEFAULTS, id="one failure is no repetition"),
        pytest.param(3, DEFAULTS, id="three attempts are one level of retries, as asked for"),
        pytest.param(81, {}, id="without defaults somebody else repeats"),
    ],
)
def test_nothing_is_said(times: int, spec: dict[str, Any]) -> None:
    assert told(times, spec) == ()


def test_eighty_one_attempts_are_explained() -> None:
    (advice,) = told(81, DEFAULTS)
    assert "81 times" in advice.text
    assert "templateDefaults.retryStrategy" in advice.text
    assert advice.kubectl == "kubectl -n kubeflow edit configmap workflow-controller-configmap"
