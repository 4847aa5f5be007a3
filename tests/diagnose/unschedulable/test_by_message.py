"""The cause by the message alone, and what-ifs that cannot be true beside it."""

from __future__ import annotations

import pytest

from kfpops.diagnose.unschedulable.by_message import agrees, beyond_nodes, says, told_by
from kfpops.diagnose.unschedulable.placement import Placement
from kfpops.knowledge.fit_obstacles import Shortage
from kfpops.knowledge.scheduler_message import SchedulerMessage, parse_scheduler_message

NOW = Placement("scheduling/insufficient-cpu", False, obstacle=Shortage("cpu", 4, 1, 8))
NEVER = Placement("scheduling/insufficient-cpu", True, obstacle=Shortage("cpu", 9, 1, 8))
HELPLESS = "no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."


def said(reasons: str, rest: str = "") -> SchedulerMessage:
    message = parse_scheduler_message(f"0/4 nodes are available: {reasons}. {rest}")
    assert message is not None
    return message


def test_a_message_of_unknown_words_tells_nothing() -> None:
    assert told_by(said("4 node(s) were on holiday")) is None


@pytest.mark.parametrize(
    ("message", "cause", "alone"),
    [
        (said("3 node(s) had untolerated taint(s), 1 Insufficient cpu"), "insufficient-cpu", False),
        (said("3 Insufficient memory, 1 node(s) didn't match pod anti-affinity rules"), "pod-affinity", False),
        (said("1 node(s) had untolerated taint(s), 3 node(s) were unschedulable"), "cordoned", False),
        (said("1 node(s) were unschedulable, 3 node(s) had untolerated taint(s)"), "untolerated-taint", False),
        (
            said("3 node(s) had untolerated taint {node-role.kubernetes.io/master: }, 1 node(s) were unschedulable"),
            "cordoned",
            False,
        ),
        (said("4 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }"), "untolerated-taint", True),
        (said("4 Insufficient cpu, 1 Insufficient nvidia.com/gpu"), "insufficient-gpu", False),
        (said("4 Insufficient cpu, 1 Insufficient memory"), "insufficient-cpu", False),
        (said("4 Insufficient nvidia.com/gpu"), "insufficient-gpu", True),
        (said("4 Insufficient nvidia.com/gpu", HELPLESS), "gpu-unavailable", False),
        (said("4 Insufficient nvidia.com/gpu", HELPLESS.partition(", ")[2]), "insufficient-gpu", True),
        (said("3 Insufficient amd.com/gpu, 1 node(s) had untolerated taint {amd.com/gpu: }"), "untolerated-taint", False),
        (said("3 Insufficient amd.com/gpu, 1 node(s) had untolerated taint {spot: }"), "insufficient-gpu", False),
        (said("4 node(s) didn't satisfy plugin(s) [NodeAffinity]"), "node-selector", True),
    ],
)
def test_the_latest_filter_speaks(message: SchedulerMessage, cause: str, alone: bool) -> None:
    told = told_by(message)
    assert told is not None
    assert (told.cause, told.alone) == (f"scheduling/{cause}", alone)


@pytest.mark.parametrize(
    ("reasons", "beyond"),
    [
        ("4 Insufficient cpu", False),
        ("4 node(s) didn't have free ports for the requested pod ports", False),
        ("pod affinity terms conflict", False),
        ("pod has unbound immediate PersistentVolumeClaims", True),
        ("3 Insufficient cpu, 1 cannot allocate all claims", True),
        ("1 node(s) had volume node affinity conflict", True),
    ],
)
def test_what_no_what_if_knows(reasons: str, beyond: bool) -> None:
    assert beyond_nodes(said(reasons)) is beyond


def test_a_what_if_of_passing_things_must_be_in_the_message() -> None:
    assert not agrees(NOW, said("4 Insufficient memory"))
    assert not agrees(Placement("scheduling/cordoned", False), said("4 Insufficient memory"))
    assert not agrees(Placement("scheduling/untolerated-taint", True), said("4 Insufficient memory"))


def test_what_lasts_can_hide_behind_an_earlier_filter() -> None:
    taints = said("4 node(s) had untolerated taint(s)")
    assert agrees(NEVER, taints)
    assert agrees(Placement("scheduling/node-selector", True), taints)
    assert agrees(Placement("scheduling/gpu-unavailable", True), taints)
    assert agrees(NOW, None)
    cut = parse_scheduler_message("0/4 nodes are available: 4 node(s) had untol ...")
    assert agrees(NOW, cut)


def test_what_a_message_can_mean() -> None:
    gpu = said("4 Insufficient nvidia.com/gpu")
    assert says(gpu, "scheduling/insufficient-gpu")
    assert says(gpu, "scheduling/gpu-unavailable")
    assert not says(gpu, "scheduling/insufficient-cpu")
    assert not says(gpu, None)
    volcano = parse_scheduler_message("all nodes are unavailable: 4 node(s) resource fit failed.")
    assert volcano is not None
    assert says(volcano, "scheduling/insufficient-memory")
    assert not says(volcano, "scheduling/cordoned")
