"""Obstacles: which pass by themselves, and which are bigger."""

from __future__ import annotations

import pytest

from kfpops.knowledge.fit_obstacles import (
    Cordoned,
    Obstacle,
    PortTaken,
    Shortage,
    Untolerated,
    VolumeElsewhere,
    WrongLabels,
    cost_of,
    is_lasting,
)
from kfpops.knowledge.node_selector import Unmet
from kfpops.model.node import Taint

NOW = Shortage("cpu", 4000, 1000, 8000)
NEVER = Shortage("cpu", 9000, 1000, 8000)
DEDICATED = Untolerated(Taint("dedicated", "x", "NoSchedule"))
CONTROL_PLANE = Untolerated(Taint("node-role.kubernetes.io/control-plane", "", "NoSchedule"))
NOT_READY = Untolerated(Taint("node.kubernetes.io/not-ready", "", "NoSchedule"))
LABELS = WrongLabels((Unmet("pool", "In", ("x",), None),))


@pytest.mark.parametrize("obstacle", [NOW, Cordoned(), PortTaken(80, "TCP"), NOT_READY])
def test_what_passes(obstacle: Obstacle) -> None:
    assert not is_lasting(obstacle)


@pytest.mark.parametrize("obstacle", [NEVER, DEDICATED, CONTROL_PLANE, LABELS, VolumeElsewhere("d", LABELS.unmet)])
def test_what_lasts(obstacle: Obstacle) -> None:
    assert is_lasting(obstacle)


def test_smaller_before_larger() -> None:
    barely = Shortage("cpu", 4000, 3900, 8000)
    ordered: list[Obstacle] = [Cordoned(), barely, NOW, NOT_READY, DEDICATED, LABELS, NEVER, CONTROL_PLANE]
    assert sorted(ordered, key=cost_of) == ordered


def test_a_shortage_in_numbers() -> None:
    assert (NOW.lacks, NOW.never, NEVER.lacks, NEVER.never) == (3000, False, 8000, True)
