"""Which of KFP's programs serves an address, and whether it runs."""

from __future__ import annotations

import pytest

from kfpops.diagnose.kfp_services import find_program, program_behind
from kfpops.knowledge.kfp_errors import Service
from kfpops.model.workload import Deployment
from tests.builders import a_step, kube, some_facts


def a_deployment(name: str, ready: int = 1, replicas: int | None = 1, namespace: str = "kubeflow") -> Deployment:
    spec = {} if replicas is None else {"replicas": replicas}
    status = {"readyReplicas": ready}
    return kube(Deployment, {"metadata": {"name": name, "namespace": namespace}, "spec": spec, "status": status})


EVERYTHING = tuple(a_deployment(n) for n in ("metadata-grpc-deployment", "ml-pipeline", "seaweedfs"))


@pytest.mark.parametrize(
    ("service", "host", "name"),
    [
        ("store", "seaweedfs.kubeflow.svc:9000", "seaweedfs"),
        ("store", "10.0.0.7:9000", "seaweedfs"),
        ("store", None, "seaweedfs"),
        ("store", "s3.eu-central-1.amazonaws.com", None),
        ("metadata", "198.19.5.182:8080", "metadata-grpc-deployment"),
        ("metadata", "metadata-grpc-service.kubeflow", "metadata-grpc-deployment"),
        ("api", "ml-pipeline.kubeflow.svc.cluster.local:8887", "ml-pipeline"),
    ],
)
def test_the_program_behind_a_host(service: Service, host: str | None, name: str | None) -> None:
    found = program_behind(some_facts(a_step(), deployments=EVERYTHING), service, host)
    assert (found.name if found else None) == name


def test_only_kfps_own_namespace_counts_and_nothing_is_known_without_a_list() -> None:
    elsewhere = (a_deployment("seaweedfs", namespace="storage"),)
    assert find_program(some_facts(a_step(), deployments=elsewhere), ("seaweedfs",)) is None
    assert find_program(some_facts(a_step()), ("seaweedfs",)) is None


@pytest.mark.parametrize(
    ("ready", "replicas", "down", "line"),
    [
        (0, 0, True, "kubectl -n kubeflow scale deployment/seaweedfs --replicas=1"),
        (0, None, True, "kubectl -n kubeflow describe deployment/seaweedfs"),
        (1, 1, False, "kubectl -n kubeflow logs deployment/seaweedfs --tail=100"),
    ],
)
def test_how_to_bring_it_back(ready: int, replicas: int | None, down: bool, line: str) -> None:
    found = find_program(some_facts(a_step(), deployments=(a_deployment("seaweedfs", ready, replicas),)), ("seaweedfs",))
    assert found is not None
    assert found.down is down
    assert found.advice().kubectl == line
    assert found.ref.kind == "Deployment"
