"""When an autoscaler's answer is the cause."""

from __future__ import annotations

import pytest

from kfpops.diagnose.unschedulable.autoscaling import blocks
from kfpops.knowledge.autoscaler import ScaleUp
from tests.builders import an_event

EVENT = an_event("NotTriggerScaleUp")


@pytest.mark.parametrize(
    ("scale_up", "cause", "never"),
    [
        pytest.param(
            ScaleUp("useless", EVENT, asked_before=True), "insufficient-cpu", False, id="a new node would not help"
        ),
        pytest.param(ScaleUp("failed", EVENT), "insufficient-cpu", True, id="too large for nodes as they are"),
        pytest.param(ScaleUp("failed", EVENT), "node-selector", True, id="the back-off may be of any group"),
        pytest.param(ScaleUp("capped", EVENT), "gpu-unavailable", True, id="the full group may have no GPUs"),
        pytest.param(ScaleUp("failed", EVENT, asked_before=True), "pod-affinity", None, id="no new node changes that"),
    ],
)
def test_not_the_cause(scale_up: ScaleUp, cause: str, never: bool | None) -> None:
    assert not blocks(scale_up, f"scheduling/{cause}", never)


@pytest.mark.parametrize(
    ("scale_up", "cause", "never"),
    [
        pytest.param(ScaleUp("capped", EVENT), "insufficient-cpu", False, id="room is missing and groups are full"),
        pytest.param(ScaleUp("capped", EVENT), "too-many-pods", None, id="nodes not read"),
        pytest.param(ScaleUp("failed", EVENT), "gpu-unavailable", True, id="a GPU group at zero that could not grow"),
        pytest.param(ScaleUp("failed", EVENT, asked_before=True), "node-selector", True, id="a group was chosen for it"),
        pytest.param(ScaleUp("failed", an_event("FailedScaleUp")), "node-selector", True, id="said of this very pod"),
        pytest.param(ScaleUp("asked", EVENT, asked_before=True), "insufficient-memory", True, id="ordered, not come"),
    ],
)
def test_the_cause(scale_up: ScaleUp, cause: str, never: bool | None) -> None:
    assert blocks(scale_up, f"scheduling/{cause}", never)
