"""Static credentials of kubeconfigs and of pods; the same files are loaded with the official SDK and must mean the same."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from kfpops.cluster.access import Access
from kfpops.cluster.credentials import bearer_of, in_cluster_access, is_static, static_access, user_headers
from kfpops.cluster.kubeconfig import choose, load
from kfpops.errors import Unreachable, UsageError
from tests.cluster.pem import CERTIFICATE, KEY


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def access_of(folder: Path, user: dict[str, Any], cluster: dict[str, Any] | None = None) -> Access:
    return static_access(choose(_load(folder, user, cluster), ""))


def _load(folder: Path, user: dict[str, Any], cluster: dict[str, Any] | None = None) -> Any:
    document = {
        "current-context": "dev",
        "clusters": [{"name": "dev", "cluster": {"server": "https://127.0.0.1:6443", **(cluster or {})}}],
        "users": [{"name": "jo", "user": user}],
        "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "jo", "namespace": "team-a"}}],
    }
    (folder / "ca.crt").write_text(CERTIFICATE)
    (folder / "client.crt").write_text(CERTIFICATE)
    (folder / "client.key").write_text(KEY)
    (folder / "token").write_text("token-of-the-file\n")
    (folder / "config").write_text(yaml.safe_dump(document))
    return load((folder / "config",))


@pytest.mark.parametrize(
    "user, static",
    [
        pytest.param({"exec": {"command": "aws"}}, False, id="a login program"),
        pytest.param({"auth-provider": {"name": "oidc"}}, False, id="OIDC"),
        pytest.param({"token": "a", "something-new": "b"}, False, id="what we do not know"),
        pytest.param({"token": "a", "exec": None}, True, id="an empty entry of a login program"),
        pytest.param({"token": "a"}, True, id="a token"),
        pytest.param({}, True, id="nobody"),
    ],
)
def test_what_needs_the_sdk(user: dict[str, Any], static: bool) -> None:
    assert is_static(user) is static


SAME_AS_SDK = [
    pytest.param({}, {}, id="nobody"),
    pytest.param({"token": "abc"}, {}, id="token"),
    pytest.param({"tokenFile": "token"}, {}, id="token file"),
    pytest.param({"username": "jo", "password": "pass:word"}, {}, id="basic"),
    pytest.param({"client-certificate": "client.crt", "client-key": "client.key"}, {}, id="certificate files"),
    pytest.param({"client-certificate-data": b64(CERTIFICATE), "client-key-data": b64(KEY)}, {}, id="certificate data"),
    pytest.param(
        {"client-certificate-data": b64(CERTIFICATE), "client-certificate": "absent", "client-key": "client.key"},
        {},
        id="data before file",
    ),
    pytest.param({"token": "abc"}, {"certificate-authority": "ca.crt"}, id="authority in a file"),
    pytest.param({"token": "abc"}, {"certificate-authority-data": b64(CERTIFICATE)}, id="authority as data"),
    pytest.param({"token": "abc"}, {"insecure-skip-tls-verify": True}, id="unchecked TLS"),
    pytest.param({"token": "abc"}, {"tls-server-name": "kube.test"}, id="another name"),
    pytest.param({"token": "abc"}, {"proxy-url": "http://proxy:3128"}, id="a proxy"),
    pytest.param({"token": "abc"}, {"server": "https://127.0.0.1:6443/"}, id="a slash at the end"),
]


@pytest.fixture(scope="module")
def sdk() -> Any:
    kubernetes = pytest.importorskip("kubernetes")
    from kubernetes import client, config

    assert kubernetes
    return client, config


@pytest.mark.parametrize("user, cluster", SAME_AS_SDK)
def test_the_sdk_understands_the_same(sdk: Any, tmp_path: Path, user: dict[str, Any], cluster: dict[str, Any]) -> None:
    access = access_of(tmp_path, user, cluster)
    client, config = sdk
    theirs = client.Configuration()
    config.load_kube_config(str(tmp_path / "config"), client_configuration=theirs)
    authorization = (theirs.auth_settings().get("BearerToken") or {}).get("value")
    assert access.server == theirs.host
    # The SDK keeps the line break at the end of a token file; kubectl does not.
    assert access.headers().get("Authorization") == (authorization and authorization.strip())
    assert access.tls.ca == _text(theirs.ssl_ca_cert)
    assert access.tls.certificate == _text(theirs.cert_file)
    assert access.tls.key == _text(theirs.key_file)
    assert access.tls.verify == theirs.verify_ssl
    assert access.tls.server_name == (theirs.tls_server_name or "")
    # The SDK reads proxy-url from release 31 on; a release of KFP's SDK holds it at 30.
    if theirs.proxy or "proxy-url" not in cluster:
        assert access.proxy == (theirs.proxy or "")


def _text(path: str | None) -> str | None:
    return Path(path).read_text() if path else None


def test_names_and_namespace_come_from_the_context(tmp_path: Path) -> None:
    access = access_of(tmp_path, {"token": "abc"})
    assert (access.name, access.namespace, access.in_cluster) == ("dev", "team-a", False)


def test_a_token_file_is_read_each_time(tmp_path: Path) -> None:
    access = access_of(tmp_path, {"tokenFile": "token"})
    assert access.headers() == {"Authorization": "Bearer token-of-the-file"}
    (tmp_path / "token").write_text("renewed")
    assert access.headers() == {"Authorization": "Bearer renewed"}


def test_a_password_is_utf8_as_with_kubectl() -> None:
    header = user_headers({"username": "jo", "password": "pässword"})()["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "jo:pässword"


def test_impersonation_is_passed_on() -> None:
    headers = user_headers({"token": "abc", "as": "jane", "as-groups": ["ops"]})()
    assert headers == {"Authorization": "Bearer abc", "Impersonate-User": "jane", "Impersonate-Group": "ops"}


def test_secrets_are_in_no_repr(tmp_path: Path) -> None:
    access = access_of(
        tmp_path, {"token": "s3cr3t-token", "client-key-data": b64(KEY), "client-certificate-data": b64(CERTIFICATE)}
    )
    assert "s3cr3t-token" not in repr(access)
    assert KEY.splitlines()[1] not in repr(access)


@pytest.mark.parametrize(
    "user, message",
    [
        pytest.param(
            {"client-certificate": "absent.crt", "client-key": "client.key"}, "cannot be read: No such file", id="a file"
        ),
        pytest.param({"client-certificate-data": "%%%"}, "is not base64", id="no base64 at all"),
        pytest.param({"client-certificate-data": b64("ü")}, "is not base64 of a PEM text", id="no ASCII"),
        pytest.param({"client-certificate": "client.crt"}, "without its key", id="a certificate without key"),
        pytest.param({"as": "jo", "as-groups": ["a", "b"]}, "several groups", id="more groups than one"),
    ],
)
def test_unusable_credentials_are_said(tmp_path: Path, user: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        access_of(tmp_path, user)
    assert message in caught.value.message


@pytest.mark.parametrize("content", [None, b"", b"two words", b"bad\nline", b"\xff\xfe"])
def test_a_useless_token_file_is_said_without_its_content(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unreachable) as caught:
        bearer_of(path)
    assert str(path) in caught.value.message
    assert "words" not in f"{caught.value.message} {caught.value.__cause__!r}"


def an_account(folder: Path) -> Path:
    (folder / "token").write_text("pod-token")
    (folder / "ca.crt").write_text(CERTIFICATE)
    (folder / "namespace").write_text("team-a")
    return folder


def test_outside_of_a_pod_there_is_no_service_account(tmp_path: Path) -> None:
    assert in_cluster_access({}, an_account(tmp_path)) is None
    assert in_cluster_access({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, tmp_path / "absent") is None


@pytest.mark.parametrize(
    "environ, server",
    [
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "6443"}, "https://10.0.0.1:6443"),
        ({"KUBERNETES_SERVICE_HOST": "fd00::1"}, "https://[fd00::1]:443"),
    ],
)
def test_a_pod_uses_its_service_account(tmp_path: Path, environ: dict[str, str], server: str) -> None:
    access = in_cluster_access(environ, an_account(tmp_path))
    assert access is not None
    assert (access.server, access.namespace, access.tls.ca, access.in_cluster) == (server, "team-a", CERTIFICATE, True)
    (tmp_path / "token").write_text("renewed")
    assert access.headers() == {"Authorization": "Bearer renewed"}
