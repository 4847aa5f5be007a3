"""Logins that need a program or a provider, through the SDK, and what is said when they fail."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kfpops.cluster.access import Access
from kfpops.cluster.kubeconfig import choose, load
from kfpops.cluster.sdk_credentials import sdk_access
from kfpops.errors import Unreachable, UsageError
from tests.cluster.pem import CERTIFICATE, KEY

pytest.importorskip("kubernetes")


@pytest.fixture(scope="module", autouse=True)
def _sdk() -> None:
    import kubernetes.config  # noqa: F401 - its import takes longer than the tests


def login(folder: Path, user: dict[str, Any]) -> Access:
    document = {
        "current-context": "dev",
        "clusters": [{"name": "dev", "cluster": {"server": "https://127.0.0.1:6443"}}],
        "users": [{"name": "jo", "user": user}],
        "contexts": [{"name": "dev", "context": {"cluster": "dev", "user": "jo"}}],
    }
    (folder / "config").write_text(yaml.safe_dump(document))
    config = load((folder / "config",))
    assert config is not None
    return sdk_access(choose(config, ""))


def program(folder: Path, script: str) -> dict[str, Any]:
    """A user whose login program is this shell script."""
    path = folder / "login"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(path), "interactiveMode": "Never"}}


def answer(**status: str) -> str:
    import json

    body = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    return f"cat <<'END'\n{json.dumps(body)}\nEND"


@pytest.mark.skipif(sys.platform == "win32", reason="the login programs here are shell scripts")
class TestLoginProgram:
    def test_gives_a_token(self, tmp_path: Path) -> None:
        access = login(tmp_path, program(tmp_path, answer(token="abc")))
        assert (access.name, access.server) == ("dev", "https://127.0.0.1:6443")
        assert access.headers() == {"Authorization": "Bearer abc"}

    def test_gives_a_certificate(self, tmp_path: Path) -> None:
        user = program(tmp_path, answer(clientCertificateData=CERTIFICATE, clientKeyData=KEY))
        access = login(tmp_path, user)
        assert (access.tls.certificate, access.tls.key) == (CERTIFICATE, KEY)
        assert access.headers() == {}

    def test_that_fails_is_quoted(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        with pytest.raises(Unreachable) as caught:
            login(tmp_path, program(tmp_path, "echo 'the session has expired' >&2; exit 3"))
        assert "login of context" in caught.value.message or "login program" in caught.value.message
        assert "the session has expired" in caught.value.hint
        assert caplog.records == []

    def test_that_talks_nonsense_gives_no_credentials(self, tmp_path: Path) -> None:
        with pytest.raises(Unreachable, match="gave no credentials"):
            login(tmp_path, program(tmp_path, "echo hello"))

    def test_that_is_not_installed_is_named(self, tmp_path: Path) -> None:
        user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-login-program"}}
        with pytest.raises(UsageError) as caught:
            login(tmp_path, user)
        assert "no-such-login-program, which is not installed" in caught.value.message

    def test_leaves_the_programs_own_logging_alone(self, tmp_path: Path) -> None:
        before = list(logging.getLogger().handlers)
        with pytest.raises(Unreachable):
            login(tmp_path, program(tmp_path, "exit 1"))
        assert logging.getLogger().handlers == before


def test_a_provider_without_a_token_gives_no_credentials(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"The login of context dev \(oidc\) gave no credentials"):
        login(tmp_path, {"auth-provider": {"name": "oidc", "config": {}}})
