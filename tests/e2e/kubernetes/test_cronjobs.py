"""The manifests of `cronjobs/` on a real API server: it takes them as they are, and its own pod security lets them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes import client, dynamic
from kubernetes.client.exceptions import ApiException

from tests.e2e.kubernetes.conftest import Place

pytestmark = pytest.mark.e2e
FOLDER = Path(__file__).parents[3] / "cronjobs"
MANIFESTS = [document for path in sorted(FOLDER.glob("*.yaml")) for document in yaml.safe_load_all(path.read_text())]
JOBS = [one for one in MANIFESTS if one["kind"] == "CronJob"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda one: f"{one['kind']}/{one['metadata']['name']}")
def test_a_server_side_dry_run_takes_it(empty_place: Place, manifest: dict[str, Any]) -> None:
    """Field by field: what the server does not know is an error."""
    found = dynamic.DynamicClient(empty_place.core.api_client).resources.get(
        api_version=manifest["apiVersion"], kind=manifest["kind"]
    )
    here = {**manifest, "metadata": {**manifest["metadata"], "name": f"{manifest['metadata']['name']}-e2e"}}
    if found.namespaced:
        here["metadata"]["namespace"] = empty_place.namespace
    query = [("dryRun", "All"), ("fieldValidation", "Strict")]
    made = found.create(body=here, namespace=empty_place.namespace if found.namespaced else None, query_params=query)
    assert made.metadata.uid


@pytest.mark.parametrize("job", JOBS, ids=lambda one: str(one["metadata"]["name"]))
def test_restricted_pod_security_lets_it_in(empty_place: Place, job: dict[str, Any]) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/enforce-version": "latest"}
    empty_place.core.patch_namespace(empty_place.namespace, {"metadata": {"labels": labels}})
    spec = {**job["spec"]["jobTemplate"]["spec"]["template"]["spec"], "serviceAccountName": "default"}
    made = _dry_pod(empty_place, spec)
    assert made.spec.containers[0].name == "kfpops"
    loose = {**spec, "securityContext": {}}
    with pytest.raises(ApiException, match="violates PodSecurity"):
        _dry_pod(empty_place, loose)


def _dry_pod(place: Place, spec: dict[str, Any]) -> client.V1Pod:
    body = {"metadata": {"name": "try"}, "spec": spec}
    return place.core.create_namespaced_pod(place.namespace, body, dry_run="All")
