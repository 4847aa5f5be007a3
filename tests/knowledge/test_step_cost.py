"""What a step took, and how many accelerators it asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.knowledge.step_cost import accelerators_of, own_seconds, typical_seconds
from kfpops.model.lineage import Execution
from kfpops.model.pipeline_ir import PipelineIR
from tests.lineage.worlds import at


def ran(id: str, seconds: float = 10, state: str = "COMPLETE", **more: Any) -> Execution:
    start = at(int(id) * 100)
    end = start + timedelta(seconds=seconds)
    return Execution(id, "t", "container", state, "fit", created_at=start, updated_at=end, **more)


def test_only_a_complete_execution_tells_how_long_it_took() -> None:
    assert own_seconds(ran("1", 12.5)) == 12.5
    assert own_seconds(ran("1", state="FAILED")) is None
    assert own_seconds(replace(ran("1"), updated_at=None)) is None
    assert own_seconds(ran("1", -5)) == 0.0


def test_the_typical_time_is_the_median() -> None:
    assert typical_seconds([]) is None
    assert typical_seconds([ran("1", state="FAILED")]) is None
    assert typical_seconds([ran("1", 10), ran("2", 12), ran("3", 1000), ran("4", 3, state="FAILED")]) == 12


def ir(resources: dict[str, Any]) -> PipelineIR:
    found = pipeline_ir(
        {
            "root": {"dag": {"tasks": {"group": {"componentRef": {"name": "comp-group"}}}}},
            "components": {
                "comp-group": {"dag": {"tasks": {"fit": {"componentRef": {"name": "comp-fit"}}}}},
                "comp-fit": {"executorLabel": "exec-fit"},
            },
            "deploymentSpec": {"executors": {"exec-fit": {"container": {"image": "x", "resources": resources}}}},
        }
    )
    assert found is not None
    return found


NVIDIA = "nvidia.com/gpu"
PARAMETER = {"pipelinechannel--gpus": "8"}
GPUS = "{{$.inputs.parameters['pipelinechannel--gpus']}}"


@pytest.mark.parametrize(
    "resources, inputs, number",
    [
        pytest.param({}, {}, 0, id="no accelerator"),
        pytest.param({"accelerator": {"resourceCount": "2"}}, {}, 0, id="a number of nothing"),
        pytest.param({"accelerator": {"resourceType": NVIDIA, "resourceCount": "2"}}, {}, 2, id="as newer SDKs write it"),
        pytest.param({"accelerator": {"type": "NVIDIA_TESLA_K80", "count": "4"}}, {}, 4, id="as older SDKs wrote it"),
        pytest.param({"accelerator": {"type": NVIDIA, "count": 1}}, {}, 1, id="as a number"),
        pytest.param(
            {"accelerator": {"resourceType": NVIDIA, "resourceCount": GPUS}}, PARAMETER, 8, id="by a parameter"
        ),
        pytest.param({"accelerator": {"resourceType": NVIDIA, "resourceCount": GPUS}}, {}, None, id="by an unknown one"),
        pytest.param({"accelerator": {"resourceType": NVIDIA, "resourceCount": "many"}}, {}, None, id="no number"),
    ],
)  # fmt: skip
def test_accelerators(resources: dict[str, Any], inputs: dict[str, Any], number: float | None) -> None:
    assert accelerators_of(ir(resources), "group/fit", inputs) == number


def test_accelerators_of_what_the_pipeline_does_not_have_are_unknown() -> None:
    assert accelerators_of(None, "group/fit", {}) is None
    assert accelerators_of(ir({}), "group/other", {}) is None
