"""The installed command on a real cluster: the right cause while it happens, and nothing where nothing is wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from tests.e2e.kubernetes.conftest import Place
from tests.e2e.kubernetes.pods import FAILING, HEALTHY, IMAGE, WORKFLOW, Case, node

pytestmark = pytest.mark.e2e
_PATIENCE = 120.0


def until(condition: Callable[[], Any], seconds: float = _PATIENCE) -> Any:
    """The first value that is true, else the last one."""
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(1)
    return value


def pod_of(case: Case) -> str:
    return f"{WORKFLOW}-system-container-impl-{case.name}"


@pytest.mark.parametrize("case", HEALTHY, ids=lambda c: c.name)
def test_nothing_is_found_of_a_healthy_pod(place: Place, case: Case) -> None:
    assert until(lambda: place.phase(pod_of(case)) == case.ends), place.phase(pod_of(case))
    assert place.answer("diagnose", "pod", pod_of(case))["findings"] == []


@pytest.mark.parametrize("case", FAILING, ids=lambda c: c.name)
def test_the_right_cause_first(place: Place, case: Case) -> None:
    answers: list[dict[str, Any]] = []

    def found() -> bool:
        answers.append(place.answer("diagnose", "pod", pod_of(case)))
        findings = answers[-1]["findings"]
        return bool(findings) and findings[0]["cause"] in case.causes

    assert until(found), json.dumps(answers[-1], indent=1)
    first = answers[-1]["findings"][0]
    assert len(answers[-1]["findings"]) == 1
    assert {k: first["facts"].get(k) for k in case.facts} == dict(case.facts)
    assert first["advice"]
    assert first["evidence"]


def test_a_namespace_groups_all_of_them(place: Place) -> None:
    """The pods have come to their ends by now; the workflow says of each node what Argo would."""
    cases = (*HEALTHY, *FAILING)
    place.make_workflow({f"{WORKFLOW}-{n}": node(c.name, n, place.phase(pod_of(c))) for n, c in enumerate(cases)})
    wanted = {case.causes[0] for case in FAILING if len(case.causes) == 1}
    answers: list[list[dict[str, Any]]] = []

    def lacks() -> set[str]:
        answers.append(place.answer("diagnose", "namespace", place.namespace)["findings"])
        return wanted - {f["cause"] for f in answers[-1]}

    # The kubelet writes the status of an evicted pod more than once.
    until(lambda: not lacks(), 30)
    findings = answers[-1]
    assert wanted - {f["cause"] for f in findings} == set(), json.dumps(findings, indent=1)
    named = {o["name"] for f in findings for o in f["objects"]}
    assert named & {pod_of(case) for case in HEALTHY} == set()


def test_text_names_the_cause_and_the_change(place: Place) -> None:
    oom = next(c for c in FAILING if c.name == "oom")
    done = until(lambda: (d := place.kfpops("diagnose", "pod", pod_of(oom))).returncode == 1 and d)
    assert "out of memory" in done.stdout.splitlines()[0]
    assert ".set_memory_limit(" in done.stdout


def test_a_capture_gives_the_same_answer_later(place: Place, tmp_path: Path) -> None:
    oom = pod_of(next(c for c in FAILING if c.name == "oom"))
    now = until(lambda: place.answer("diagnose", "pod", oom)["findings"])
    bundle = tmp_path / "incident.tar.gz"
    done = place.kfpops("capture", "--output", str(bundle))
    assert done.returncode == 0, done.stderr
    later = place.answer("--from", str(bundle), "diagnose", "pod", oom)
    assert later["source"]["kind"] == "bundle"
    assert [f["cause"] for f in later["findings"]] == [f["cause"] for f in now]


def test_a_pod_that_is_not_there(place: Place) -> None:
    done = place.kfpops("diagnose", "pod", "no-such-pod")
    assert done.returncode == 2
    assert 'No pod is called "no-such-pod"' in done.stderr


def test_status_tells_what_can_be_read(place: Place) -> None:
    access = {a["source"]: a["readable"] for a in place.answer("status")["access"]}
    assert access["pods"]
    assert access["logs"]


def test_a_refused_pod_is_explained_by_its_workflow(empty_place: Place) -> None:
    """The API server's own words about a quota, as Argo writes them into the node of a pod that was never made."""
    place = empty_place
    quota = {"metadata": {"name": "small"}, "spec": {"hard": {"requests.memory": "100Mi"}}}
    place.core.create_namespaced_resource_quota(place.namespace, quota)
    pod = f"{WORKFLOW}-system-container-impl-1"
    refusal = until(lambda: _refusal(place, pod))
    refused = node("train", 1, "Error", refusal)
    if not place.make_workflow({refused["id"]: refused}, "Failed"):
        pytest.skip("this cluster has no workflows of Argo, without which a refused pod leaves no trace")
    (finding,) = place.answer("diagnose", "namespace", place.namespace)["findings"]
    assert finding["cause"] == "admission/quota-exceeded"
    assert finding["facts"]["quota"] == "small"


def _refusal(place: Place, name: str) -> str:
    """What the API server says to a pod that asks for more than the quota has; "" while the quota is not in force."""
    container = {"name": "main", "image": IMAGE, "resources": {"requests": {"memory": "200Mi"}}}
    pod = {"metadata": {"name": name}, "spec": {"restartPolicy": "Never", "containers": [container]}}
    try:
        place.core.create_namespaced_pod(place.namespace, pod, dry_run="All")
    except ApiException as error:
        said = str(json.loads(error.body)["message"])
        return said if "exceeded quota" in said else ""
    return ""
