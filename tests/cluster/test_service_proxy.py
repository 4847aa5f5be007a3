"""From a Service to the pod and port behind it, and through the API server's proxy."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cluster.access import no_headers
from kfpops.cluster.refusals import Ask, Peer, ServiceMissing
from kfpops.cluster.service_proxy import Target, find_service, find_target, through_proxy
from kfpops.errors import Unreachable
from kfpops.model.workload import Service
from tests.builders import kube
from tests.cluster.loopback import Loopback, says, status_of

SERVICE = "/api/v1/namespaces/kubeflow/services/seaweedfs"
PODS = "/api/v1/namespaces/kubeflow/pods"


def a_service(*ports: dict[str, Any], selector: dict[str, str] | None = None) -> Service:
    spec = {"selector": {"app": "store", "tier": "a"} if selector is None else selector, "ports": list(ports)}
    return kube(Service, {"metadata": {"name": "seaweedfs", "namespace": "kubeflow"}, "spec": spec})


def a_pod(name: str, ready: str = "True", **metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name, **metadata},
        "spec": {"containers": [{"ports": None}, {"ports": [{"name": "s3", "containerPort": 8333}]}]},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


@pytest.mark.parametrize("target", [8333, "8333", "s3", 0])
def test_the_port_of_the_container(server: Loopback, target: int | str) -> None:
    server.routes[PODS] = says({"items": [a_pod("seaweedfs-1")]})
    port = 8333 if target == 0 else 9000
    found = find_target(server.http(), a_service({"port": port, "targetPort": target}), port)
    assert found == Target("kubeflow", "seaweedfs-1", 8333)
    assert server.asked[0].query == {"labelSelector": "app=store,tier=a"}


def test_only_a_ready_pod_will_do(server: Loopback) -> None:
    pods = [a_pod("starting", "False"), a_pod("leaving", deletionTimestamp="2026-11-21T12:00:00Z"), a_pod("fine")]
    server.routes[PODS] = says({"items": pods})
    assert find_target(server.http(), a_service({"port": 9000, "targetPort": 8333}), 9000).pod == "fine"


@pytest.mark.parametrize("items", [None, [], [a_pod("starting", "False")], [{"metadata": {"name": "bare"}}]])
def test_no_ready_pod_is_said(server: Loopback, items: Any) -> None:
    server.routes[PODS] = says({"items": items})
    with pytest.raises(Unreachable) as caught:
        find_target(server.http(), a_service({"port": 9000}), 9000)
    assert caught.value.message == "No pod behind Service seaweedfs in kubeflow is ready."
    assert "kubectl get pods -n kubeflow -l app=store,tier=a" in caught.value.hint


def test_a_port_that_nobody_offers_is_said(server: Loopback) -> None:
    with pytest.raises(Unreachable, match="offers no port 9000"):
        find_target(server.http(), a_service({"port": 80}), 9000)
    with pytest.raises(Unreachable, match="offers no port 9000"):
        find_target(server.http(), a_service({"port": 9000}, selector={}), 9000)
    server.routes[PODS] = says({"items": [a_pod("a")]})
    with pytest.raises(Unreachable, match="has no port named grpc"):
        find_target(server.http(), a_service({"port": 9000, "targetPort": "grpc"}), 9000)


def test_a_service_that_is_not_there_is_unreachable_not_unknown(server: Loopback) -> None:
    server.routes[SERVICE] = status_of(404, 'services "seaweedfs" not found', name="seaweedfs", kind="services")
    with pytest.raises(ServiceMissing, match="There is no Service seaweedfs"):
        find_service(server.http(), "kubeflow", "seaweedfs")


def test_a_service_is_read(server: Loopback) -> None:
    server.routes[SERVICE] = says({"metadata": {"name": "seaweedfs"}, "spec": {"ports": [{"port": 9000}]}})
    assert find_service(server.http(), "kubeflow", "seaweedfs").spec.ports[0].port == 9000


def test_the_proxys_path(server: Loopback) -> None:
    path = "/api/v1/namespaces/kubeflow/services/ml-pipeline:8888/proxy/apis/v2beta1/healthz"
    server.routes[path] = says({})
    kfp = through_proxy(server.http(), Peer("KFP"), "kubeflow", "ml-pipeline", 8888, no_headers)
    assert kfp.get(Ask("/apis/v2beta1/healthz")) == b"{}"
