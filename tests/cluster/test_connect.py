"""From settings to the ports of a cluster, with as few requests as possible."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kfpops.cluster.access import Access
from kfpops.cluster.connect import Connection, connect
from kfpops.errors import Unreachable, UsageError
from kfpops.model.pod import Pod
from kfpops.sandbox.object_store import ACCESS_KEY, SECRET_KEY, ObjectStore
from kfpops.settings import Settings
from tests.cluster.loopback import Loopback, says, status_of
from tests.cluster.websocket_server import Peer, echo, frame, serving

SERVICE = "/api/v1/namespaces/kubeflow/services/ml-pipeline"
PROXY = f"{SERVICE}:8888/proxy"


@pytest.fixture
def cluster(server: Loopback) -> Loopback:
    """An API server with a KFP behind its proxy."""
    body = {"metadata": {"name": "ml-pipeline", "namespace": "kubeflow"}, "spec": {"ports": [{"port": 8888}]}}
    server.routes[SERVICE] = says(body)
    server.routes[f"{PROXY}/apis/v2beta1/healthz"] = says({"tag_name": "2.17.0"})
    return server


def connection(server: Loopback, environ: dict[str, str] | None = None, **settings: Any) -> Connection:
    return Connection(server.access(), Settings(request_timeout=2.0, **settings), environ or {})


def test_connecting_asks_nothing(cluster: Loopback, tmp_path: Path) -> None:
    config = {"server": cluster.url}
    text = f"""
current-context: dev
clusters: [{{name: c, cluster: {config}}}]
contexts: [{{name: dev, context: {{cluster: c, namespace: team-a}}}}]
"""
    (tmp_path / "config").write_text(text)
    with connect(Settings(kubeconfig=str(tmp_path / "config")), {}) as made:
        assert (made.source.name, made.namespace) == ("dev", "team-a")
    with connect(Settings(kubeconfig=str(tmp_path / "config"), namespace="team-b"), {}) as made:
        assert made.namespace == "team-b"
    assert cluster.asked == []


def test_a_bucket_is_opened_at_the_place_of_its_uri_and_once(cluster: Loopback) -> None:
    environ = {"KFPOPS_STORE_ACCESS_KEY": ACCESS_KEY, "KFPOPS_STORE_SECRET_KEY": SECRET_KEY}
    with ObjectStore() as store, connection(cluster, environ, store_endpoint=store.endpoint) as made:
        store.put("mlpipeline", "v2/artifacts/x", b"1")
        bucket = made.open_bucket("minio://mlpipeline/v2/artifacts")
        assert [found.key for page in bucket.pages() for found in page] == ["v2/artifacts/x"]
        assert made.open_bucket("minio://mlpipeline") is bucket
        assert made.open_bucket("minio://other") is not bucket
        assert made.open_bucket_changes("minio://mlpipeline/any").name == "mlpipeline"
    assert cluster.asked == []


def test_the_kfp_api_is_reached_through_the_api_server(cluster: Loopback) -> None:
    with connection(cluster) as made:
        assert made.kfp_namespace() == "kubeflow"
        assert made.pipelines.health().tag == "2.17.0"
        assert made.kfp_namespace() == "kubeflow"
    assert cluster.paths() == [SERVICE, f"{PROXY}/apis/v2beta1/healthz"]
    assert cluster.asked[-1].headers["Authorization"] == "Bearer s3cr3t-token"


@pytest.mark.parametrize("settings", [{}, {"kfp_namespace": "kubeflow"}])
def test_a_kfp_at_the_usual_place_is_not_looked_for(cluster: Loopback, settings: dict[str, str]) -> None:
    with connection(cluster, **settings) as made:
        made.pipelines.health()
    assert cluster.paths() == [f"{PROXY}/apis/v2beta1/healthz"]


def test_a_kfp_elsewhere_is_found_when_it_is_needed(server: Loopback) -> None:
    missing = status_of(404, 'services "ml-pipeline" not found', kind="services", name="ml-pipeline")
    server.routes.update({SERVICE: missing, f"{PROXY}/apis/v2beta1/healthz": missing})
    server.routes["/api/v1/services"] = says({"items": [{"metadata": {"name": "ml-pipeline", "namespace": "ml"}}]})
    there = "/api/v1/namespaces/ml/services/ml-pipeline:8888/proxy/apis/v2beta1/healthz"
    server.routes[there] = says({"tag_name": "2.16.1"})
    with connection(server) as made:
        assert [made.pipelines.health().tag for _ in range(2)] == ["2.16.1", "2.16.1"]
        assert made.kfp_namespace() == "ml"
    assert server.paths()[-2:] == [there, there]


def test_without_kfp_the_cluster_can_still_be_read(server: Loopback) -> None:
    server.routes["/api/v1/namespaces/team-a/pods"] = says({"items": []})
    missing = status_of(404, 'services "ml-pipeline" not found', kind="services", name="ml-pipeline")
    server.routes.update({SERVICE: missing, f"{PROXY}/apis/v2beta1/healthz": missing, "/api/v1/services": says({})})
    with connection(server) as made:
        assert made.kubernetes.list(Pod, "team-a") == ()
        with pytest.raises(Unreachable, match="There is no Service ml-pipeline"):
            made.pipelines.health()


@pytest.mark.parametrize("bare", [True, False])
def test_a_given_url_is_used_as_it_is(cluster: Loopback, bare: bool) -> None:
    cluster.routes["/pipeline/apis/v2beta1/healthz"] = says({"tag_name": "other"})
    url = f"{cluster.address if bare else cluster.url}/pipeline/"
    with connection(cluster, kfp_url=url, kfp_headers=("kubeflow-userid: jo",)) as made:
        assert made.pipelines.health().tag == "other"
    assert cluster.paths() == ["/pipeline/apis/v2beta1/healthz"]
    assert cluster.asked[0].headers["Kubeflow-Userid"] == "jo"
    # The cluster's token is not KFP's business.
    assert "Authorization" not in cluster.asked[0].headers


def test_kfps_own_token_takes_a_port_forward_as_the_proxy_would_drop_it(tmp_path: Path) -> None:
    """One server by hand: Service, pods, then a port-forward behind which a KFP answers."""
    (tmp_path / "token").write_text("kfp-token")
    seen: list[str] = []
    spec = '{"selector": {"app": "a"}, "ports": [{"port": 8888}]}'
    service = f'{{"metadata": {{"name": "ml-pipeline", "namespace": "kubeflow"}}, "spec": {spec}}}'
    pods = '{"items": [{"metadata": {"name": "kfp-1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}]}'

    def talk(peer: Peer) -> None:
        seen.append(peer.request.split()[1])
        if "upgrade" in peer.headers:
            _answer_behind_forward(peer, seen)
            return
        body = pods if "/pods" in seen[-1] else service
        peer.send(f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())

    with serving(talk) as address:
        settings = Settings(kfp_token_file=str(tmp_path / "token"), kfp_namespace="kubeflow", request_timeout=2.0)
        with Connection(Access("test", f"http://{address}"), settings, {}) as made:
            assert made.pipelines.health().tag == "behind"
    assert seen[-1] == "Authorization: Bearer kfp-token"
    assert any(path.endswith("/pods/kfp-1/portforward?ports=8888") for path in seen)


def _answer_behind_forward(peer: Peer, seen: list[str]) -> None:
    peer.accept()
    peer.send(frame(b"\x00\xb8\x22"), frame(b"\x01\xb8\x22"))
    request = b""
    while b"\r\n\r\n" not in request:
        got = peer.receive()
        if got is None or got[0] != 2:
            return
        request += got[1][1:]
    seen += [line for line in request.decode().split("\r\n") if line.startswith("Authorization")]
    body = b'{"tag_name": "behind"}'
    peer.send(frame(b"\x00HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body))
    peer.receive()


def test_a_malformed_header_is_said_at_once(cluster: Loopback) -> None:
    with pytest.raises(UsageError):
        connection(cluster, kfp_headers=("nonsense",))


def test_port_forwards_are_shared_and_closed(cluster: Loopback) -> None:
    from kfpops.model.workload import Service
    from tests.builders import kube

    spec = {"selector": {"app": "store"}, "ports": [{"port": 9000, "targetPort": 8333}]}
    service = kube(Service, {"metadata": {"name": "seaweedfs", "namespace": "kubeflow"}, "spec": spec})
    pod = {"metadata": {"name": "s-1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    cluster.routes["/api/v1/namespaces/kubeflow/pods"] = says({"items": [pod]})
    made = connection(cluster)
    with serving(echo) as address:
        made._access = Access("test", f"http://{address}")
        first, second = made._reach(service, 9000), made._reach(service, 9000)
        assert first == second
        (opened,) = made._forwards.values()
        made.close()
    assert opened._closed


def test_lineage_is_looked_for_when_it_is_first_asked(cluster: Loopback, tmp_path: Path) -> None:
    """KFP is asked for lineage of its own, then Service and pod of ML Metadata are found, and a port-forward leads there."""
    from tests.mlmd_store import Mlmd, Rows
    from tests.mlmd_store import serving as serving_mlmd

    pytest.importorskip("ml_metadata")
    rows = Rows()
    rows.artifact("s3://b/model")
    spec = {"selector": {"app": "m"}, "ports": [{"port": 8080, "targetPort": "grpc-api"}]}
    there = "/api/v1/namespaces/kubeflow/services/metadata-grpc-service"
    cluster.routes[there] = says({"metadata": {"name": "metadata-grpc-service", "namespace": "kubeflow"}, "spec": spec})
    ports = [{"ports": [{"name": "grpc-api", "containerPort": 8080}]}]
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    pod = {"metadata": {"name": "m-1"}, "spec": {"containers": ports}, "status": ready}
    cluster.routes["/api/v1/namespaces/kubeflow/pods"] = says({"items": [pod]})
    seen: list[str] = []
    with serving_mlmd(Mlmd(rows.write(tmp_path / "mlmd.db"))) as served, serving_forward(served.address, seen) as address:
        made = connection(cluster)
        assert cluster.asked == []
        # Only the port-forward goes there.
        made._access = Access("test", f"http://{address}")
        assert [one.uri for one in made.lineage.artifacts(["1", "2"])] == ["s3://b/model"]
        assert made.lineage.health().back_end == "mlmd-grpc"
        made.close()
    assert cluster.paths() == [f"{PROXY}/apis/v2beta1/artifacts", SERVICE, there, "/api/v1/namespaces/kubeflow/pods"]
    assert seen == ["/api/v1/namespaces/kubeflow/pods/m-1/portforward?ports=8080"]
    assert made._forwards == {}


@contextmanager
def serving_forward(target: str, seen: list[str]) -> Iterator[str]:
    """A port-forward's other end that carries bytes to a real server."""

    def talk(peer: Peer) -> None:
        seen.append(peer.request.split()[1])
        peer.accept()
        host, _, port = target.partition(":")
        with socket.create_connection((host, int(port))) as upstream:
            peer.send(frame(b"\x00\x90\x1f"), frame(b"\x01\x90\x1f"))
            threading.Thread(target=_carry, args=(upstream, peer), daemon=True).start()
            while (got := peer.receive()) and got[0] == 2:
                upstream.sendall(got[1][1:])

    with serving(talk) as address:
        yield address


def _carry(upstream: socket.socket, peer: Peer) -> None:
    with suppress(OSError):
        while data := upstream.recv(32 << 10):
            peer.send(frame(b"\x00" + data))


def test_a_pod_asks_ml_metadata_by_its_services_name(cluster: Loopback) -> None:
    access = Access("in-cluster", cluster.url, in_cluster=True)
    with Connection(access, Settings(kfp_namespace="ml", kfp_url=cluster.url), {}) as made:
        made.lineage.runs([])
        assert made.lineage._chosen._transport._target.address == "metadata-grpc-service.ml.svc.cluster.local:8080"  # type: ignore[attr-defined]
    assert cluster.paths() == ["/apis/v2beta1/artifacts"]


def test_no_sdk_is_loaded_with_the_adapters() -> None:
    """In a process of its own: `kubernetes`, `boto3`, `minio` and even urllib3 wait until they are needed."""
    code = """
import importlib, pkgutil, sys
import kfpops.cluster
for module in pkgutil.walk_packages(kfpops.cluster.__path__, "kfpops.cluster."):
    importlib.import_module(module.name)
late = ("kubernetes", "boto3", "botocore", "minio", "urllib3", "yaml", "grpc", "google.protobuf", "pymysql")
print([name for name in late if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
