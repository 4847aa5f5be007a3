"""Endpoint and keys of an object."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from kfpops.cluster.store_config import Location
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place, Places, service_of_host
from kfpops.errors import Forbidden, Unreachable
from kfpops.settings import Settings
from tests.cluster.loopback import Loopback, says, status_of

OBJECT = Location("minio", "mlpipeline", "a")
LAUNCHER = "/api/v1/namespaces/kubeflow/configmaps/kfp-launcher"
SECRET = "/api/v1/namespaces/kubeflow/secrets/mlpipeline-minio-artifact"
ABSENT = status_of(404, "not found", kind="services", name="x")


def service(name: str) -> str:
    return f"/api/v1/namespaces/kubeflow/services/{name}"


@pytest.fixture
def cluster(server: Loopback) -> Loopback:
    """A KFP 2.17: seaweedfs, its Secret, and a kfp-launcher that says nothing."""
    data = {
        name: base64.b64encode(value.encode()).decode()
        for name, value in (("accesskey", "minio"), ("secretkey", "minio123"))
    }
    server.routes[LAUNCHER] = says({"data": {"defaultPipelineRoot": ""}})
    server.routes[SECRET] = says({"data": data})
    server.routes[service("seaweedfs")] = says({"metadata": {"name": "seaweedfs", "namespace": "kubeflow"}})
    server.routes[service("minio-service")] = ABSENT
    return server


def places(server: Loopback, environ: dict[str, str] | None = None, **settings: Any) -> Places:
    def reach(found: Any, port: int) -> str:
        return f"http://reached/{found.metadata.name}:{port}"

    return Places(server.http(), lambda: "kubeflow", reach, Settings(**settings), environ or {})


def test_kfps_own_store_is_found_once(cluster: Loopback) -> None:
    mine = places(cluster)
    assert mine.of(OBJECT) == Place("http://reached/seaweedfs:9000", "minio", Keys("minio", "minio123"))
    assert mine.of(Location("minio", "other", "b")) == mine.of(OBJECT)
    assert len(cluster.asked) == 3


def test_before_2_15_it_was_called_minio(cluster: Loopback) -> None:
    cluster.routes.update(
        {service("seaweedfs"): ABSENT, service("minio-service"): says({"metadata": {"name": "minio-service"}})}
    )
    assert places(cluster).of(OBJECT).endpoint == "http://reached/minio-service:9000"


def test_what_the_user_says_wins(cluster: Loopback) -> None:
    environ = {"KFPOPS_STORE_ACCESS_KEY": "a", "KFPOPS_STORE_SECRET_KEY": "b", "AWS_REGION": "corp"}
    place = places(cluster, environ, store_endpoint="store.test:9000").of(OBJECT)
    assert place == Place("http://store.test:9000", "corp", Keys("a", "b"))
    assert cluster.asked == []


def test_aws_credentials_are_for_what_the_user_names_not_for_kfps_own_store(cluster: Loopback) -> None:
    environ = {"AWS_PROFILE": "work"}
    assert places(cluster, environ, store_endpoint="https://store.test").of(OBJECT).keys is None
    assert places(cluster, environ).of(OBJECT).keys == Keys("minio", "minio123")


def test_aws_credentials_are_better_than_none(cluster: Loopback) -> None:
    cluster.routes[SECRET] = says({}, 403)
    assert places(cluster, {"AWS_PROFILE": "work"}).of(OBJECT).keys is None
    with pytest.raises(Forbidden):
        places(cluster).of(OBJECT)


def test_s3_without_anything_configured_is_aws(cluster: Loopback) -> None:
    assert places(cluster).of(Location("s3", "models", "a")) == Place("", "", None)


@pytest.mark.parametrize(
    "endpoint, found",
    [
        pytest.param("minio-service.kubeflow:9000", "http://reached/seaweedfs:9000", id="a name of former times"),
        pytest.param("http://seaweedfs.kubeflow.svc.cluster.local:8333", "http://reached/seaweedfs:8333", id="a Service"),
        pytest.param("minio.corp.test:9000", "https://minio.corp.test:9000", id="elsewhere"),
    ],
)
def test_the_launchers_endpoint(cluster: Loopback, endpoint: str, found: str) -> None:
    providers = f"minio: {{default: {{endpoint: '{endpoint}', region: r, credentials: {{fromEnv: true}}}}}}"
    cluster.routes[LAUNCHER] = says({"data": {"providers": providers}})
    assert places(cluster).of(OBJECT) == Place(found, "r", None)


def test_gs_needs_an_endpoint(cluster: Loopback) -> None:
    with pytest.raises(Unreachable, match="S3-compatible endpoint"):
        places(cluster).of(Location("gs", "a", "b"))
    keys = {"KFPOPS_STORE_ACCESS_KEY": "a", "KFPOPS_STORE_SECRET_KEY": "b"}
    place = places(cluster, keys, store_endpoint="https://storage.googleapis.com").of(Location("gs", "a", "b"))
    assert place.endpoint == "https://storage.googleapis.com"


def test_no_store_is_unreachable_not_an_absent_object(cluster: Loopback) -> None:
    cluster.routes[service("seaweedfs")] = ABSENT
    with pytest.raises(Unreachable, match="There is no Service seaweedfs or minio-service in kubeflow"):
        places(cluster).of(OBJECT)


@pytest.mark.parametrize(
    "host, found",
    [
        ("localhost", ("", "")),
        ("minio.corp.test", ("", "")),
        ("s3.amazonaws.com", ("", "")),
        ("minio.other", ("", "")),
        ("minio", ("minio", "kubeflow")),
        ("minio.kubeflow", ("minio", "kubeflow")),
        ("minio.tools.svc", ("minio", "tools")),
        ("minio.tools.svc.corp.local", ("minio", "tools")),
    ],
)
def test_which_hosts_are_services(host: str, found: tuple[str, str]) -> None:
    assert service_of_host(host, "kubeflow") == found
