"""What one answer costs the API server: few requests, and no more for more pods."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.cluster import generated
from benchmarks.population import PodState, run_id
from benchmarks.server import Server
from kfpops.compose import open_cluster
from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.gather import gather_namespace, gather_run
from kfpops.ports import Cluster
from kfpops.settings import Settings

MOST = 12
_FAILED: tuple[PodState, ...] = ("out-of-memory",)
_CAUSES = {"out-of-memory": "memory/oom-killed", "waits-for-gpu": "scheduling/insufficient-gpu"}
_STUCK: tuple[PodState, ...] = ("waits-for-gpu",)


def cluster_of(server: Server, folder: Path) -> Cluster:
    kubeconfig = folder / "kubeconfig"
    content = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": server.url}}],
        "users": [{"name": "c", "user": {"token": "t"}}],
    }
    kubeconfig.write_text(json.dumps(content))
    return open_cluster(Settings(kubeconfig=str(kubeconfig), namespace="team-a"))


def requests_of_a_run(folder: Path, *states: PodState) -> int:
    with Server(generated("team-a", [states])) as server:
        diagnosis = diagnose(gather_run(cluster_of(server, folder), run_id(0)), all_causes())
        assert {f.cause for f in diagnosis.findings} == {_CAUSES[s] for s in states if s in _CAUSES}
        return len(server.requests)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param((), id="a healthy run"),
        pytest.param(_FAILED, id="one pod failed"),
        pytest.param(_STUCK, id="one pod waits"),
        pytest.param(_FAILED * 5 + _STUCK * 5, id="ten pods are bad, in two ways"),
    ],
)
def test_few_requests_whatever_the_number_of_pods(tmp_path: Path, bad: tuple[PodState, ...]) -> None:
    few = requests_of_a_run(tmp_path, *bad, *("running",) * 5)
    many = requests_of_a_run(tmp_path, *bad, *("running",) * 200, *("succeeded",) * 200)
    assert few == many <= MOST


def test_a_hundred_failed_pods_cost_no_more_than_ten(tmp_path: Path) -> None:
    assert requests_of_a_run(tmp_path, *_FAILED * 10) == requests_of_a_run(tmp_path, *_FAILED * 100) <= MOST


def test_a_namespace_costs_pages_not_pods(tmp_path: Path) -> None:
    with Server(generated("team-a", [("running",) * 10] * 60)) as server:
        diagnose(gather_namespace(cluster_of(server, tmp_path), "team-a"), all_causes())
        assert len(server.requests) <= MOST
