"""Which way is taken to ML Metadata, and what a user reads when there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kfpops.cluster.mlmd.place import MlmdPlace, at_url
from kfpops.cluster.refusals import ServiceMissing
from kfpops.errors import Forbidden, KfpopsError, Unreachable, UsageError
from kfpops.settings import Settings
from tests.cluster.loopback import Loopback, status_of
from tests.mlmd_store import Mlmd, Rows, Served, needs_mlmd, serving
from tests.mlmd_web import bridge

PROXY = "/api/v1/namespaces/kubeflow/services/metadata-envoy-service:9090/proxy"
NO_FORWARD = Forbidden("Not allowed to create pods/portforward in kubeflow.", "Ask.", "create pods/portforward in kubeflow")
NO_POD = Unreachable("No pod behind Service metadata-grpc-service in kubeflow is ready.", "Look at: kubectl get pods")


@pytest.fixture
def store(tmp_path: Path) -> Mlmd:
    rows = Rows()
    rows.run("p", "run-1")
    rows.artifact("s3://b")
    return Mlmd(rows.write(tmp_path / "mlmd.db"))


def place(server: Loopback, reach: Callable[[str, int], str], **settings: Any) -> MlmdPlace:
    return MlmdPlace(server.http(), lambda: "kubeflow", reach, Settings(request_timeout=3.0, **settings))


def failing(error: KfpopsError) -> Callable[[str, int], str]:
    def reach(name: str, port: int) -> str:
        raise error

    return reach


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("ftp://here:21", id="another scheme"),
        pytest.param("grpc://", id="no host"),
        pytest.param("grpc://here:http", id="a port that is no number"),
        pytest.param("grpc://here:99999", id="a port that is none"),
        pytest.param("grpc://jo:s3cr3t@here:8080", id="a user"),
        pytest.param("grpc://here:8080/pipeline", id="a path, which gRPC does not know"),
        pytest.param("http://[::1", id="half an address"),
    ],
)
def test_a_url_that_cannot_be_used(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        at_url(Settings(metadata_url=url))
    assert "--metadata-url" in caught.value.message
    assert "s3cr3t" not in caught.value.message
    assert "grpc://HOST:8080" in caught.value.hint


@pytest.mark.parametrize(
    "url, back_end, address",
    [
        ("grpc://here:1234", "mlmd-grpc", "here:1234"),
        ("here", "mlmd-grpc", "here:8080"),
        ("here:80", "mlmd-grpc", "here:80"),
        ("grpcs://here/", "mlmd-grpc", "here:443"),
        ("grpc://[::1]:9", "mlmd-grpc", "[::1]:9"),
        ("https://here/pipeline", "mlmd-grpc-web", None),
    ],
)
def test_forms_of_a_url(url: str, back_end: str, address: str | None) -> None:
    port: Any = at_url(Settings(metadata_url=url))
    assert port._transport.back_end == back_end
    if address:
        assert port._transport._target.address == address
        assert port._transport._target.tls == url.startswith("grpcs")


@needs_mlmd
def test_a_given_grpc_url_is_used_as_it_is(store: Mlmd, server: Loopback) -> None:
    with serving(store) as served:
        port = place(server, failing(NO_POD), metadata_url=f"grpc://{served.address}").open()
        assert [one.uri for one in port.artifacts(["1"])] == ["s3://b"]
        assert port.health().address == f"grpc://{served.address}"
        port.close()
    assert server.asked == []


@needs_mlmd
def test_a_given_http_url_gets_headers_and_token(store: Mlmd, server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cr3t")
    with bridge(store, below="/pipeline") as served:
        settings = {"kfp_token_file": str(tmp_path / "token"), "kfp_headers": ("X-Team: a",)}
        port = place(server, failing(NO_POD), metadata_url=f"{served.address}/", **settings).open()
        assert [one.uri for one in port.artifacts(["1"])] == ["s3://b"]
        assert (served.metadata["authorization"], served.metadata["x-team"]) == ("Bearer s3cr3t", "a")


def test_a_token_goes_to_another_machine_over_tls_only(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cr3t")

    def headers(url: str) -> dict[str, str]:
        port: Any = at_url(Settings(metadata_url=url, kfp_token_file=str(tmp_path / "token")))
        way = port._transport
        return dict(way._target.headers() if way.back_end == "mlmd-grpc" else way._http._headers())

    assert headers("grpc://here") == headers("http://here") == {}
    assert headers("grpcs://here") == headers("https://here") == {"Authorization": "Bearer s3cr3t"}


@needs_mlmd
def test_otherwise_the_service_is_reached(store: Mlmd, server: Loopback) -> None:
    asked: list[tuple[str, int]] = []
    with serving(store) as served:

        def reach(name: str, port: int) -> str:
            asked.append((name, port))
            return f"http://{served.address}"

        port = place(server, reach).open()
        assert [one.uri for one in port.artifacts(["1"])] == ["s3://b"]
        assert port.health().address == "Service metadata-grpc-service in kubeflow"
        port.close()
    assert asked == [("metadata-grpc-service", 8080)]
    assert server.asked == []


@needs_mlmd
@pytest.mark.parametrize("why", [NO_FORWARD, NO_POD])
def test_without_a_port_forward_envoy_is_asked_through_the_api_server(store: Mlmd, why: KfpopsError) -> None:
    with bridge(store, below=PROXY) as served:
        port = _through(served, why).open()
        assert [one.uri for one in port.artifacts(["1"])] == ["s3://b"]
        assert (port.health().back_end, port.health().address) == (
            "mlmd-grpc-web",
            "Service metadata-envoy-service in kubeflow",
        )
        assert served.asked[0] == "GetContextTypes"


def _through(served: Served, why: KfpopsError) -> MlmdPlace:
    from kfpops.cluster.access import Tls
    from kfpops.cluster.http import Http
    from kfpops.cluster.pool import open_pool
    from kfpops.cluster.refusals import Peer

    url = served.address.removesuffix(PROXY)
    http = Http(url, Peer("the cluster"), open_pool(url, Tls(), "", {}), timeout=3.0)
    return MlmdPlace(http, lambda: "kubeflow", failing(why), Settings(request_timeout=3.0))


def test_without_either_the_port_forwards_refusal_is_told_with_the_other_right(server: Loopback) -> None:
    server.routes = {}
    with pytest.raises(Forbidden) as caught:
        place(server, failing(NO_FORWARD)).open()
    assert caught.value.message == NO_FORWARD.message
    assert caught.value.needs == NO_FORWARD.needs
    assert "create services/proxy in kubeflow" in caught.value.hint


def test_without_a_pod_and_without_envoy_the_pod_is_what_is_missing(server: Loopback) -> None:
    path = f"{PROXY}/ml_metadata.MetadataStoreService/GetContextTypes"
    server.routes[path] = status_of(503, 'no endpoints available for service "metadata-envoy-service"')
    with pytest.raises(Unreachable) as caught:
        place(server, failing(NO_POD)).open()
    assert caught.value.message == NO_POD.message
    assert caught.value.hint == NO_POD.hint


def test_without_the_service_it_is_ml_metadata_that_is_missing(server: Loopback) -> None:
    missing = ServiceMissing(
        "There is no Service metadata-grpc-service: the Kubernetes API cannot be asked.", "Is the cluster up?"
    )
    with pytest.raises(ServiceMissing) as caught:
        place(server, failing(missing)).open()
    assert caught.value.message == "There is no Service metadata-grpc-service in kubeflow."
    assert "--kfp-namespace" in caught.value.hint


def test_who_speaks_http_to_a_grpc_port_is_told_the_other_form() -> None:
    port: Any = at_url(Settings(metadata_url="http://here:8080"))
    assert port._transport.peer.down_hint.endswith("If this is its gRPC port: grpc://here:8080")
