"""Pods that were never made."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes.admission import CAUSES
from kfpops.diagnose.facts import RunCase
from kfpops.diagnose.step import Step
from kfpops.model.namespaced import LimitRange, ServiceAccount
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, kube, running, terminated
from tests.diagnose.causes.looking import driver_error, launcher_log, names, the

POD = 'pods "train-x7k2p-system-container-impl-1" is forbidden: '
QUOTA = (
    f"{POD}exceeded quota: gpu-budget, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=2, "
    "limited: requests.nvidia.com/gpu=0"
)
MAXIMUM = f"{POD}maximum memory usage per Container is 2Gi, but limit is 4Gi"
RIGHT = 'pods is forbidden: User "system:serviceaccount:kubeflow:trainer" cannot create resource "pods" in API group ""'


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step("waiting"), id="its pod is not there yet"),
        pytest.param(a_step("running", pod=a_pod(statuses=(running(),)), message=QUOTA), id="an old message: the pod runs"),
        pytest.param(a_step("waiting", pod=a_pod(phase="Pending"), message=QUOTA), id="an old message: the pod was made"),
        pytest.param(
            a_step(
                pod=a_pod(statuses=(terminated(1),)),
                message="main: Error (exit code 1)",
                log=launcher_log(QUOTA, "exit status 1"),
            ),
            id="a program that quotes a refusal",
        ),
        pytest.param(a_step(pod=a_pod(phase="Failed", reason="Evicted")), id="a pod that ran and was evicted"),
    ],
)
def test_nothing_was_refused(step: Step) -> None:
    assert names(CAUSES, step) == []


@pytest.mark.parametrize(
    ("message", "cause", "kind", "name"),
    [
        (QUOTA, "admission/quota-exceeded", "ResourceQuota", "gpu-budget"),
        (f"{POD}failed quota: compute: must specify limits.cpu for: wait", "admission/quota-needs-requests", "ResourceQuota",
         "compute"),
        (f'{POD}violates PodSecurity "restricted:latest": x', "admission/pod-security", "Namespace", "kubeflow"),
        ('admission webhook "validate.kyverno.svc" denied the request: no team label', "admission/webhook-denied", "Pod",
         "train-x7k2p-system-container-impl-1"),
        (f"{POD}ValidatingAdmissionPolicy 'cost-centre' with binding 'all' denied request: a label is wanted",
         "admission/webhook-denied", "ValidatingAdmissionPolicy", "cost-centre"),
        ('failed calling webhook "injector.istio.io": Post "https://istiod.istio-system.svc:443/inject": connection refused',
         "admission/webhook-unreachable", "Service", "istiod"),
        (f'{POD}error looking up service account kubeflow/trainer: serviceaccount "trainer" not found',
         "admission/service-account-missing", "ServiceAccount", "trainer"),
        (f"{POD}no PriorityClass with name urgent was found", "admission/priority-class-missing", "PriorityClass", "urgent"),
        (RIGHT, "admission/forbidden", "ServiceAccount", "trainer"),
        ('Pod "x" is invalid: spec.containers[0].image: Required value', "admission/invalid-spec", "Pod",
         "train-x7k2p-system-container-impl-1"),
    ],
)  # fmt: skip
def test_who_refused(message: str, cause: str, kind: str, name: str) -> None:
    found = the(CAUSES, a_step(message=message))
    assert (found.cause, found.confidence) == (cause, "certain")
    assert (found.objects[0].kind, found.objects[0].name) == (kind, name)
    assert found.evidence[0].source == "workflow/train-x7k2p/nodes/wf-1/message"


def test_a_quota_in_numbers() -> None:
    found = the(CAUSES, a_step("waiting", message=QUOTA))
    assert found.facts == {
        "quota": "gpu-budget",
        "resource": "requests.nvidia.com/gpu",
        "requested": 1,
        "used": 2,
        "hard": 0,
        "never_fits": True,
    }


def test_eighty_one_refusals_are_one_finding_that_names_the_limit_range() -> None:
    limits = [{"type": "Container", "max": {"memory": "2Gi"}}]
    bounds = kube(LimitRange, {"metadata": {"name": "bounds", "namespace": "kubeflow"}, "spec": {"limits": limits}})
    steps = [a_step(id=f"wf-{n}", message=MAXIMUM) for n in range(81)]
    found = the(CAUSES, *steps, limit_ranges=(bounds,))
    assert found.objects[0].name == "bounds"
    assert (found.facts["max_bytes"], found.facts["limit_bytes"]) == (2 * 2**30, 4 * 2**30)
    assert found.advice[0].sdk is not None
    assert "set_memory_limit('2Gi')" in found.advice[0].sdk


def test_a_right_that_is_missing_is_granted_to_that_account() -> None:
    (advice,) = the(CAUSES, a_step(message=RIGHT)).advice
    assert advice.kubectl is not None
    assert "create role trainer-create-pods --verb=create --resource=pods" in advice.kubectl
    assert advice.kubectl.endswith("--serviceaccount=kubeflow:trainer")


def test_argos_own_container_that_lacks_a_right() -> None:
    text = 'wait: Error (exit code 64): workflowtaskresults is forbidden: User "system:serviceaccount:a:b" cannot create '
    step = a_step(
        pod=a_pod(statuses=(terminated(0), terminated(64, name="wait"))), message=f'{text}resource "workflowtaskresults"'
    )
    assert the(CAUSES, step).facts["resource"] == "workflowtaskresults"


def test_what_the_driver_was_refused() -> None:
    refusal = 'failed to create pvc: persistentvolumeclaims "x" is forbidden: exceeded quota: disks, requested: '
    log = driver_error(f"{refusal}requests.storage=50Gi, used: requests.storage=0, limited: requests.storage=20Gi")
    found = the(CAUSES, a_step(role="driver", pod=a_pod(statuses=(terminated(1),)), log=log))
    assert (found.cause, found.facts["hard"], found.facts["never_fits"]) == ("admission/quota-exceeded", 20 * 2**30, True)


def test_a_name_that_is_nearly_there() -> None:
    account = kube(ServiceAccount, {"metadata": {"name": "trainers", "namespace": "kubeflow"}})
    step = a_step(message=f'{POD}error looking up service account kubeflow/trainer: serviceaccount "trainer" not found')
    assert "one that exists: trainers." in the(CAUSES, step, service_accounts=(account,)).advice[0].text


def test_a_request_above_the_limit() -> None:
    text = 'Pod "x" is invalid: spec.containers[1].resources.requests: Invalid value: "8Gi": must be less than or equal to '
    (advice,) = the(CAUSES, a_step(message=f"{text}memory limit of 4Gi")).advice
    assert advice.sdk == "train_task.set_memory_request('4Gi')"


def test_a_node_that_refused_its_pod() -> None:
    pod = a_pod(phase="Failed", reason="OutOfcpu", message="Pod was rejected: Node didn't have enough resource: cpu")
    found = the(CAUSES, a_step(pod=pod))
    assert (found.cause, found.facts) == ("admission/invalid-spec", {"node": "node-a", "reason": "OutOfcpu"})


def test_a_workflow_that_argo_refuses_as_a_whole() -> None:
    workflow = a_workflow(phase="Error", status={"phase": "Error", "message": "invalid spec: templates.x duplicate"})
    case = RunCase(RUN_ID, "nightly", "kubeflow", Run(RUN_ID, "nightly", "FAILED"), workflow, workflow_is_live=True)
    found = the(CAUSES, case=case)
    assert (found.cause, found.objects[0].kind, found.runs) == ("admission/invalid-spec", "Workflow", (RUN_ID,))


def test_a_request_below_the_minimum_is_called_a_request() -> None:
    found = the(CAUSES, a_step(message=f"{POD}minimum memory usage per Container is 48Mi, but request is 16Mi"))
    assert (found.facts["min_bytes"], found.facts["request_bytes"]) == (48 * 2**20, 16 * 2**20)
    assert "limit_bytes" not in found.facts


@pytest.mark.parametrize(("level", "lower"), [("restricted:latest", "=baseline"), ("baseline:latest", "=privileged")])
def test_the_next_lower_level(level: str, lower: str) -> None:
    advice = the(CAUSES, a_step(message=f'{POD}violates PodSecurity "{level}": privileged')).advice[0]
    assert lower in (advice.kubectl or "")
