"""A namespace of its own on the cluster of KFPOPS_E2E_KUBECONFIG, filled with pods, and removed at the end."""

from __future__ import annotations

import json
import os
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException

from tests.e2e.kubernetes.pods import FAILING, HEALTHY, manifest, workflow

_ACCOUNT_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """A namespace, and the installed command asked about it."""

    namespace: str
    kubeconfig: str
    core: client.CoreV1Api
    custom: client.CustomObjectsApi

    def kfpops(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["kfpops", "--kubeconfig", self.kubeconfig, "-n", self.namespace, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def answer(self, *arguments: str) -> dict[str, Any]:
        """The JSON answer; a command that ended otherwise than with 0 or 1 fails the test with what it said."""
        done = self.kfpops(*arguments, "-o", "json")
        assert done.returncode in (0, 1), f"{done.returncode}: {done.stderr}"
        found: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (1 if found.get("findings") else 0)
        return found

    def make_workflow(self, nodes: Mapping[str, Mapping[str, Any]], phase: str = "Running") -> bool:
        """False where the cluster knows no workflows of Argo."""
        try:
            self.custom.create_namespaced_custom_object(
                "argoproj.io", "v1alpha1", self.namespace, "workflows", workflow(nodes, phase)
            )
        except ApiException as error:
            if error.status != 404:
                raise
            return False
        return True

    def phase(self, pod: str) -> str:
        return str(self.core.read_namespaced_pod(pod, self.namespace).status.phase)


@pytest.fixture(scope="session")
def kubeconfig() -> str:
    path = os.environ.get("KFPOPS_E2E_KUBECONFIG") or os.environ.get("KUBECONFIG", "")
    if not path:
        pytest.fail("KFPOPS_E2E_KUBECONFIG names no cluster; `make e2e` sets it")
    return path


def _made(kubeconfig: str, name: str) -> Place:
    api = config.new_client_from_config(kubeconfig)
    place = Place(name, kubeconfig, client.CoreV1Api(api), client.CustomObjectsApi(api))
    place.core.create_namespace({"metadata": {"name": name, "labels": {"kfpops.example/e2e": "true"}}})
    return place


@pytest.fixture(scope="session")
def place(kubeconfig: str) -> Iterator[Place]:
    """All pods at once: most of the time is waiting."""
    place = _made(kubeconfig, f"kfpops-e2e-{uuid.uuid4().hex[:8]}")
    try:
        _wait_for_account(place)
        place.core.create_namespaced_secret(place.namespace, {"metadata": {"name": "present"}, "stringData": {"token": "x"}})
        place.core.create_namespaced_persistent_volume_claim(place.namespace, _UNBOUND)
        for number, case in enumerate((*HEALTHY, *FAILING)):
            place.core.create_namespaced_pod(place.namespace, manifest(case, number))
        yield place
    finally:
        place.core.delete_namespace(place.namespace, grace_period_seconds=0)


@pytest.fixture
def empty_place(kubeconfig: str) -> Iterator[Place]:
    place = _made(kubeconfig, f"kfpops-e2e-{uuid.uuid4().hex[:8]}")
    try:
        _wait_for_account(place)
        yield place
    finally:
        place.core.delete_namespace(place.namespace, grace_period_seconds=0)


_UNBOUND = {
    "metadata": {"name": "unbound"},
    "spec": {
        "storageClassName": "kfpops-e2e-absent",
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}},
    },
}


def _wait_for_account(place: Place) -> None:
    """Pods are refused until the namespace has its default service account."""
    until = time.monotonic() + _ACCOUNT_SECONDS
    while time.monotonic() < until:
        try:
            place.core.read_namespaced_service_account("default", place.namespace)
        except ApiException:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the namespace got no default service account")
