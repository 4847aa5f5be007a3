"""From settings and environment to one API server."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cluster.login import find_access
from kfpops.errors import UsageError
from kfpops.settings import Settings

CONFIG = """
current-context: dev
clusters: [{name: dev, cluster: {server: "https://127.0.0.1:6443"}}]
users: [{name: jo, user: {token: abc}}]
contexts: [{name: dev, context: {cluster: dev, user: jo}}]
"""


def test_without_any_kubeconfig_the_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_access(Settings(), {"KUBECONFIG": f"{tmp_path}/a:{tmp_path}/b"})
    assert caught.value.message == f"There is no kubeconfig (looked for {tmp_path}/a, {tmp_path}/b)."
    assert "--kubeconfig" in caught.value.hint
    assert caught.value.exit_code == 2


def test_the_kubeconfig_of_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(CONFIG)
    access = find_access(Settings(), {"HOME": str(tmp_path)})
    assert (access.name, access.tls.verify) == ("dev", True)


def test_the_flag_switches_tls_checks_off(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)
    access = find_access(Settings(kubeconfig=str(tmp_path / "config"), insecure_skip_tls_verify=True), {})
    assert access.tls.verify is False


def test_a_login_program_is_left_to_the_sdk(tmp_path: Path) -> None:
    text = CONFIG.replace("token: abc", 'exec: {apiVersion: client.authentication.k8s.io/v1, command: "no-such-login"}')
    (tmp_path / "config").write_text(text)
    with pytest.raises(UsageError, match="no-such-login, which is not installed"):
        find_access(Settings(kubeconfig=str(tmp_path / "config")), {})
