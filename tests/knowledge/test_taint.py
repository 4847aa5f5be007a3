"""Taints: which keep a pod off, and what they are there for."""

from __future__ import annotations

import pytest

from kfpops.knowledge.taint import keeping_off, kind_of_taint, taint_text, tolerates
from kfpops.model.affinity import Toleration
from kfpops.model.node import Taint

BIG = Taint("dedicated", "big", "NoSchedule")


@pytest.mark.parametrize(
    "toleration",
    [
        pytest.param(Toleration("dedicated", "Equal", "big", "NoSchedule"), id="the very taint"),
        pytest.param(Toleration("dedicated", "", "big"), id="no operator means Equal, no effect means all"),
        pytest.param(Toleration("dedicated", "Exists"), id="any value"),
        pytest.param(Toleration(operator="Exists"), id="everything"),
    ],
)
def test_tolerated(toleration: Toleration) -> None:
    assert tolerates([toleration], BIG)
    assert keeping_off([toleration], [BIG]) == ()


@pytest.mark.parametrize(
    "toleration",
    [
        pytest.param(Toleration("dedicated", "Equal", "small"), id="another value"),
        pytest.param(Toleration("dedicated", "Equal"), id="no value is not any value"),
        pytest.param(Toleration("dedicated", "Exists", "", "NoExecute"), id="another effect"),
        pytest.param(Toleration("reserved", "Exists"), id="another key"),
        pytest.param(Toleration("dedicated", "Near", "big"), id="an operator of the future"),
    ],
)
def test_not_tolerated(toleration: Toleration) -> None:
    assert not tolerates([toleration], BIG)
    assert keeping_off([toleration], [BIG]) == (BIG,)


def test_a_preference_keeps_nobody_off() -> None:
    assert keeping_off([], [Taint("spot", "", "PreferNoSchedule")]) == ()


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("dedicated", "ordinary"),
        ("nvidia.com/gpu", "ordinary"),
        ("node-role.kubernetes.io/master", "control-plane"),
        ("node.kubernetes.io/unschedulable", "cordon"),
        ("node.kubernetes.io/disk-pressure", "node-state"),
        ("ToBeDeletedByClusterAutoscaler", "node-state"),
        ("karpenter.sh/unregistered", "node-state"),
    ],
)
def test_kinds(key: str, kind: str) -> None:
    assert kind_of_taint(key) == kind


def test_written_as_kubectl_writes_it() -> None:
    assert taint_text(BIG) == "dedicated=big:NoSchedule"
    assert taint_text(Taint("spot", "", "NoExecute")) == "spot:NoExecute"
