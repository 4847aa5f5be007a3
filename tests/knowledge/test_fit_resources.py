"""Requests of pods: counted as the scheduler counts them."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.fit_resources import amount, base_units, container_requests, is_device, pod_requests, show_amount
from kfpops.model.container import Container, ResourceRequirements
from kfpops.model.pod import Pod
from tests.builders import kube

GI = 2**30


def requests_of(**spec: Any) -> dict[str, int]:
    return pod_requests(kube(Pod, {"spec": spec}).spec)


def container(restart: str = "", **requests: str) -> dict[str, Any]:
    return {"name": "c", "restartPolicy": restart, "resources": {"requests": requests}}


@pytest.mark.parametrize("resource", ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "kubernetes.io/batteries"])
def test_what_kubernetes_has_by_itself_is_no_device(resource: str) -> None:
    assert not is_device(resource)


@pytest.mark.parametrize("resource", ["nvidia.com/gpu", "amd.com/gpu", "google.com/tpu", "nvidia.com/mig-1g.5gb"])
def test_devices(resource: str) -> None:
    assert is_device(resource)


@pytest.mark.parametrize(
    ("resource", "quantity", "value"),
    [
        ("cpu", "2", 2000),
        ("cpu", "57m", 57),
        ("cpu", "0.07", 70),
        ("cpu", "1u", 1),
        ("memory", "1.5Gi", 3 * 2**29),
        ("memory", "100m", 1),
        ("nvidia.com/gpu", "4", 4),
        ("memory", "plenty", 0),
    ],
)
def test_amounts(resource: str, quantity: str, value: int) -> None:
    assert amount(resource, quantity) == value


def test_many_small_requests_add_up_exactly() -> None:
    assert requests_of(containers=[container(cpu="0.1")] * 20)["cpu"] == 2000


def test_amounts_in_base_units_and_in_words() -> None:
    assert (base_units("cpu", 1326), base_units("cpu", 96_000), base_units("memory", GI)) == (1.326, 96, GI)
    assert isinstance(base_units("cpu", 96_000), int)
    assert [show_amount("cpu", 250), show_amount("memory", 3 * GI), show_amount("nvidia.com/gpu", 2)] == ["250m", "3Gi", "2"]


def test_a_pod_without_requests_takes_one_place() -> None:
    assert requests_of(containers=[container()]) == {"pods": 1}


def test_containers_add_up() -> None:
    assert requests_of(containers=[container(cpu="1"), container(cpu="500m", memory="1Gi")]) == {
        "pods": 1,
        "cpu": 1500,
        "memory": GI,
    }


def test_init_containers_run_one_after_the_other() -> None:
    asked = requests_of(initContainers=[container(cpu="3"), container(cpu="2")], containers=[container(cpu="1")])
    assert asked["cpu"] == 3000


def test_sidecars_stay_beside_what_comes_after_them() -> None:
    sidecar, init, main = container("Always", cpu="1"), container(cpu="3"), container(cpu="2")
    assert requests_of(initContainers=[sidecar, init], containers=[main])["cpu"] == 4000
    assert requests_of(initContainers=[init, sidecar], containers=[main])["cpu"] == 3000


def test_overhead_comes_on_top() -> None:
    asked = requests_of(containers=[container(memory="1Gi")], overhead={"memory": "128Mi"})
    assert asked["memory"] == GI + 128 * 2**20


def test_requests_of_the_pod_itself_stand_instead_of_the_sum() -> None:
    asked = requests_of(containers=[container(cpu="1")] * 3, resources={"requests": {"cpu": "2"}})
    assert asked["cpu"] == 2000


def test_a_limit_alone_is_the_request_too() -> None:
    limits = ResourceRequirements(limits={"memory": "2Gi", "cpu": "1"}, requests={"cpu": "100m"})
    assert container_requests(Container(resources=limits)) == {"memory": 2 * GI, "cpu": 100}
