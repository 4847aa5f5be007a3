from __future__ import annotations

import pytest

from kfpops.knowledge.installation import image_version, parts_of
from kfpops.model.installation import Part
from kfpops.model.workload import Deployment
from tests.builders import a_node, kube


def a_deployment(name: str, image: str, ready: int = 1, replicas: int | None = 1) -> Deployment:
    spec = {"replicas": replicas, "template": {"spec": {"containers": [{"name": "main", "image": image}]}}}
    return kube(Deployment, {"metadata": {"name": name}, "spec": spec, "status": {"readyReplicas": ready}})


@pytest.mark.parametrize(
    "image, expected",
    [
        pytest.param("mysql", None, id="no tag"),
        pytest.param("registry:5000/mysql", None, id="a port is no tag"),
        pytest.param("mysql@sha256:0123", None, id="a digest is no version"),
        pytest.param("quay.io/argoproj/workflow-controller:v4.0.5", "v4.0.5", id="a tag"),
        pytest.param("registry:5000/a/b:2.17.0@sha256:0123", "2.17.0", id="tag and digest"),
    ],
)
def test_image_version(image: str, expected: str | None) -> None:
    assert image_version(image) == expected


def test_what_could_not_be_read_is_unknown_not_absent() -> None:
    assert {p.state for p in parts_of(None, None)} == {"unknown"}


def test_parts() -> None:
    deployments = (
        a_deployment("workflow-controller", "quay.io/argoproj/workflow-controller:v4.0.5"),
        a_deployment("metadata-grpc-deployment", "gcr.io/tfx-oss-public/ml_metadata_store_server:1.14.0", ready=0),
        a_deployment("seaweedfs", "ghcr.io/chrislusf/seaweedfs:4.34", replicas=0, ready=0),
    )
    parts = {p.name: p for p in parts_of((a_node(), a_node("b", ready=False)), deployments)}
    assert parts["Kubernetes"] == Part("Kubernetes", "not ready", None, "1 of 2 nodes ready")
    assert parts["Argo workflow controller"].version == "v4.0.5"
    assert parts["Lineage (ML Metadata)"].detail == "deployment metadata-grpc-deployment, 0 of 1 ready"
    assert parts["Object store"].state == "not ready"
    assert parts["Database"] == Part("Database", "absent", None, "not in the cluster, or called otherwise")
    assert parts["Persistence agent"].state == "absent"
