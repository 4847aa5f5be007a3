"""What belongs into a bundle of one run."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.capture.scope import as_neighbour, config_map_names, is_about, trimmed
from tests.capture.bundles import thing


def event(kind: str, name: str, namespace: str = "kubeflow") -> dict[str, Any]:
    return thing("e", involvedObject={"kind": kind, "name": name, "namespace": namespace})


@pytest.mark.parametrize(
    "given, wanted",
    [
        pytest.param(event("Pod", "other-x-impl-1"), False, id="of a pod of another run"),
        pytest.param(event("Pod", "mine", "elsewhere"), False, id="of a pod of that name in another namespace"),
        pytest.param(event("Workflow", "other-x"), False, id="of another workflow"),
        pytest.param(event("Pod", "mine"), True, id="of a pod"),
        pytest.param(event("Pod", "train-x-impl-1"), True, id="of a pod of the workflow that is gone"),
        pytest.param(event("Workflow", "train-x"), True, id="of the workflow"),
        pytest.param(event("Node", "node-a"), True, id="of a node"),
        pytest.param(event("PersistentVolumeClaim", "data"), True, id="of a claim"),
    ],
)
def test_events(given: dict[str, Any], wanted: bool) -> None:
    assert is_about(given, {("kubeflow", "mine")}, {"train-x"}) is wanted


def test_of_a_neighbour_only_the_room_it_takes_is_kept() -> None:
    container = {
        "name": "main",
        "image": "private/image",
        "env": [{"name": "A", "value": "b"}],
        "args": ["x"],
        "resources": {"requests": {"cpu": "1"}},
    }
    pod = thing(
        "p",
        spec={"nodeName": "n1", "containers": [container], "serviceAccountName": "x", "volumes": [{}]},
        status={"phase": "Running", "podIP": "10.0.0.1"},
    )
    pod["metadata"]["annotations"] = {"a": "b"}
    kept = as_neighbour(pod)
    assert kept["spec"] == {
        "nodeName": "n1",
        "initContainers": [],
        "containers": [{"name": "main", "resources": {"requests": {"cpu": "1"}}}],
    }
    assert kept["status"] == {"phase": "Running"}
    assert "annotations" not in kept["metadata"]  # type: ignore[operator]


def test_managed_fields_and_ids_of_machines_go() -> None:
    node = thing("n", status={"nodeInfo": {"machineID": "1", "kubeletVersion": "v1"}, "images": [{}] * 100})
    node["metadata"]["managedFields"] = [{}]
    kept: Any = trimmed(node)
    assert "managedFields" not in kept["metadata"]
    assert kept["status"]["nodeInfo"] == {"kubeletVersion": "v1"}
    assert len(kept["status"]["images"]) == 60


def test_config_maps_that_pods_refer_to() -> None:
    container = {
        "env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "one"}}}, {"name": "B", "value": "x"}],
        "envFrom": [{"configMapRef": {"name": "two"}}],
    }
    pod = thing("p", spec={"containers": [container], "volumes": [{"configMap": {"name": "three"}}, {"emptyDir": {}}]})
    assert config_map_names([pod]) == {"one", "two", "three"}
