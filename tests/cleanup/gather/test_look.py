from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.cleanup.gather.look import look_around
from kfpops.cleanup.policy.policy import Policy, Rule, Select
from kfpops.ports import Cluster

BUNDLE = Path(__file__).parent.parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"
BY_SIZE = Policy(rules=(Rule("large", Select(larger_than=1)),))


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    return open_cluster(BUNDLE)


def test_nothing_is_measured_that_nobody_asks_for(cluster: Cluster, tmp_path: Path) -> None:
    look = look_around(cluster, Policy(), "", tmp_path)
    assert {artifact.size for artifact in look.inventory.artifacts} == {None}
    assert [(b.name, b.now) for b in look.buckets] == [("mlpipeline", cluster.now.timestamp())]


def test_artifacts_are_measured_where_sizes_decide(cluster: Cluster, tmp_path: Path) -> None:
    look = look_around(cluster, BY_SIZE, "", tmp_path)
    sizes = [artifact.size for artifact in look.inventory.artifacts]
    assert None not in sizes
    assert sum(size > 0 for size in sizes if size) > 100
    assert look.terms(look.buckets[0]).roots == ("v2/artifacts",)


def test_with_a_gap_nothing_is_measured(cluster: Cluster, tmp_path: Path) -> None:
    look = look_around(replace(cluster, lineage=None), BY_SIZE, "", tmp_path)
    assert any(gap.fatal for gap in look.inventory.gaps)
    assert list(look.inventory.artifacts) == []


def test_pins_are_among_what_is_known(cluster: Cluster, tmp_path: Path) -> None:
    look = look_around(cluster, Policy(), "minio://mlpipeline/v2/artifacts/x release", tmp_path)
    assert "release" in {pin.name for pin in look.inventory.pins}
