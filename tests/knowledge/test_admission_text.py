"""Refusals of the API server, quotas, policies and the kubelet."""

from __future__ import annotations

import pytest

from kfpops.knowledge.admission_text import parse_admission, refused_by_kubelet

POD = 'pods "train-x7k2p-system-container-impl-1" is forbidden: '


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param("main: Error (exit code 1)", id="a program that failed"),
        pytest.param("Unschedulable: 0/4 nodes are available: 4 Insufficient memory.", id="no room"),
        pytest.param("the quota of the day is reached", id="prose with the word"),
        pytest.param("omitted: depends condition not met", id="a consequence"),
    ],
)
def test_no_refusal(message: str) -> None:
    assert parse_admission(message) is None


def test_a_quota_with_its_numbers() -> None:
    found = parse_admission(
        f"{POD}exceeded quota: gpu-budget, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=2, "
        "limited: requests.nvidia.com/gpu=0"
    )
    assert found is not None
    assert (found.refusal, found.name, found.resource) == ("quota-exceeded", "gpu-budget", "requests.nvidia.com/gpu")
    assert (found.requested, found.used, found.hard) == (1, 2, 0)


def test_of_several_resources_the_one_that_is_over() -> None:
    found = parse_admission(
        f"{POD}exceeded quota: team, requested: limits.cpu=1,limits.memory=4Gi, used: limits.cpu=500m,limits.memory=6Gi, "
        "limited: limits.cpu=8,limits.memory=8Gi"
    )
    assert found is not None
    assert (found.resource, found.requested, found.used, found.hard) == ("limits.memory", 4 * 2**30, 6 * 2**30, 8 * 2**30)


def test_a_quota_that_wants_every_container_to_name_it() -> None:
    found = parse_admission(f"{POD}failed quota: compute: must specify limits.cpu for: init,wait; limits.memory for: wait")
    assert found is not None
    assert (found.refusal, found.name) == ("quota-needs-requests", "compute")
    assert found.text == "limits.cpu for: init,wait; limits.memory for: wait"


@pytest.mark.parametrize(
    ("text", "bound", "asked", "scope", "name"),
    [
        ("maximum memory usage per Container is 2Gi, but limit is 4Gi", 2 * 2**30, 4 * 2**30, "Container", "maximum"),
        ("[maximum memory usage per Pod is 1.5Gi, but limit is 4294967296.]", 1.5 * 2**30, 2**32, "Pod", "maximum"),
        ("minimum cpu usage per Container is 100m, but request is 10m", 0.1, 0.01, "Container", "minimum"),
        ("minimum memory usage per Container is 64Mi.  No request is specified", 64 * 2**20, None, "Container", "minimum"),
        ("memory max limit to request ratio per Container is 2, but provided ratio is 4.000000", 2, 4, "Container", "ratio"),
    ],
)
def test_limit_ranges(text: str, bound: float, asked: float | None, scope: str, name: str) -> None:
    found = parse_admission(POD + text)
    assert found is not None
    assert (found.refusal, found.hard, found.requested, found.scope, found.name) == (
        "limit-range",
        bound,
        asked,
        scope,
        name,
    )


@pytest.mark.parametrize(
    ("text", "refusal", "name"),
    [
        ('violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false', "pod-security", "restricted:latest"),
        ('admission webhook "validate.kyverno.svc" denied the request: no label', "webhook-denied", "validate.kyverno.svc"),
        ("ValidatingAdmissionPolicy 'cost-centre' with binding 'all' denied request: a label is wanted", "webhook-denied",
         "cost-centre"),
        (
            'Internal error occurred: failed calling webhook "sidecar.istio.io": failed to call webhook: Post '
            '"https://istiod.istio-system.svc:443/inject": dial tcp: connect: connection refused',
            "webhook-unreachable",
            "sidecar.istio.io",
        ),
        ('error looking up service account kubeflow/trainer: serviceaccount "trainer" not found', "service-account-missing",
         "trainer"),
        ("no PriorityClass with name urgent was found", "priority-class-missing", "urgent"),
        ('User "system:serviceaccount:kubeflow:trainer" cannot create resource "pods" in API group "" in the namespace "x"',
         "forbidden", "system:serviceaccount:kubeflow:trainer"),
        ('Pod "x" is invalid: spec.containers[0].resources.requests: Invalid value: "8Gi": must be less than or equal to '
         "memory limit of 4Gi", "invalid-spec", None),
    ],
)  # fmt: skip
def test_other_refusals(text: str, refusal: str, name: str | None) -> None:
    found = parse_admission(text)
    assert found is not None
    assert (found.refusal, found.name) == (refusal, name)


def test_reasons_of_the_kubelet() -> None:
    assert [refused_by_kubelet(r) for r in ("", "Evicted", "DeadlineExceeded", "NodeShutdown")] == [False] * 4
    assert [refused_by_kubelet(r) for r in ("OutOfcpu", "OutOfnvidia.com/gpu", "UnexpectedAdmissionError")] == [True] * 3
