"""Images that cannot be pulled, or cannot run."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.image import CAUSES
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, an_event, running, terminated, waiting
from tests.diagnose.causes.looking import launcher_error, launcher_log, names, the

IMAGE = "registry.example.com/team/train:1.4"
RESOLVE = f'ErrImagePull: failed to resolve reference "{IMAGE}": '


def pulling(tail: str, reason: str = "ImagePullBackOff", **more: Any) -> Step:
    events = more.pop("events", ())
    text = f'Back-off pulling image "{IMAGE}"' + (f": {RESOLVE}{tail}" if tail else "")
    pod = a_pod(phase="Pending", statuses=(waiting(reason, text), running("wait")), image=IMAGE, **more)
    return a_step("waiting", pod=pod, events=events)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(pulling(""), id="a back-off that gives no reason"),
        pytest.param(
            a_step("running", pod=a_pod(statuses=(running(),)), message=f"ImagePullBackOff: {RESOLVE}not found"),
            id="Argo's old message of a pod that runs",
        ),
        pytest.param(a_step("waiting", pod=a_pod(statuses=(waiting("ContainerCreating"),))), id="it is being pulled"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),)), log=launcher_log("image not found in the album", "exit status 1")),
            id="a log that speaks of images",
        ),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),)), message="main: Error (exit code 1)"), id="the program failed"
        ),
    ],
)
def test_the_image_is_not_to_blame(step: Step) -> None:
    assert names(CAUSES, step) == []


@pytest.mark.parametrize(
    ("tail", "cause"),
    [
        (f"{IMAGE}: not found", "image/not-found"),
        ("401 Unauthorized", "image/unauthorized"),
        ("429 Too Many Requests", "image/rate-limited"),
        ("dial tcp: lookup registry.example.com: no such host", "image/registry-unreachable"),
        ("x509: certificate signed by unknown authority", "image/certificate"),
        ("no match for platform in manifest: not found", "image/wrong-architecture"),
    ],
)
def test_the_reason_of_a_failed_pull(tail: str, cause: str) -> None:
    found = the(CAUSES, pulling(tail))
    assert found.cause == cause
    assert found.facts["image"] == IMAGE
    assert found.objects[0].container == "main"


def test_a_registry_that_answers_with_an_error_can_be_reached() -> None:
    found = the(CAUSES, pulling("failed with status code [manifests 2.1]: 500 Internal Server Error"))
    assert found.cause == "image/registry-unreachable"
    assert found.title.endswith("answers with an error (500 Internal Server Error)")


@pytest.mark.parametrize(
    ("reason", "message", "cause"),
    [
        ("InvalidImageName", "couldn't parse image name: invalid reference format", "image/invalid-name"),
        ("ErrImageNeverPull", f'Container image "{IMAGE}" is not present with pull policy of Never', "image/not-on-node"),
    ],
)
def test_reasons_that_say_it_themselves(reason: str, message: str, cause: str) -> None:
    step = a_step("waiting", pod=a_pod(phase="Pending", statuses=(waiting(reason, message),), image=IMAGE))
    assert names(CAUSES, step) == [cause]


def test_an_init_containers_image_is_named_as_its_own() -> None:
    spec = {"initContainers": [{"name": "kfp-launcher", "image": "ghcr.io/kfp-launcher:2.17.0"}]}
    init = (waiting("ErrImagePull", "403 Forbidden", name="kfp-launcher"),)
    found = the(CAUSES, a_step("waiting", pod=a_pod(phase="Pending", init=init, spec=spec)))
    assert (found.cause, found.objects[0].container) == ("image/unauthorized", "kfp-launcher")
    assert found.facts["image"] == "ghcr.io/kfp-launcher:2.17.0"


def test_before_kubernetes_1_30_the_events_tell() -> None:
    event = an_event("Failed", f'Failed to pull image "{IMAGE}": rpc error: code = NotFound: {IMAGE}: not found')
    found = the(CAUSES, pulling("", events=(event,)))
    assert found.cause == "image/not-found"
    assert len(found.evidence) == 2


def test_when_the_pod_is_gone_argo_tells() -> None:
    step = a_step(message=f'ImagePullBackOff: Back-off pulling image "{IMAGE}": {RESOLVE}{IMAGE}: not found')
    assert the(CAUSES, step).facts["image"] == IMAGE


def test_one_registry_that_nobody_reaches_is_one_finding() -> None:
    lost = [pulling("dial tcp: i/o timeout"), pulling("dial tcp: i/o timeout")]
    steps = [a_step("waiting", id=f"wf-{n}", pod=step.pod) for n, step in enumerate(lost)]
    assert "registry.example.com" in the(CAUSES, *steps).advice[0].text


def test_a_login_is_advised_with_the_secret_that_is_there_or_a_new_one() -> None:
    new, old = the(CAUSES, pulling("401 Unauthorized")), the(
        CAUSES, pulling("401 Unauthorized", spec={"imagePullSecrets": [{"name": "regcred"}]})
    )  # fmt: skip
    assert new.advice[0].sdk is not None
    assert "set_image_pull_secrets(train_task, secret_names=['registry-login'])" in new.advice[0].sdk
    assert "The pull secret regcred does not open registry.example.com" in old.advice[0].text
    absent = an_event("FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (regcred)")
    gone = the(CAUSES, pulling("401", spec={"imagePullSecrets": [{"name": "regcred"}]}, events=(absent,)))
    assert "could not be read" in gone.advice[0].text


def test_a_program_for_another_processor_shows_when_it_is_started() -> None:
    pod = a_pod(phase="Failed", statuses=(terminated(1),), image=IMAGE)
    step = a_step(pod=pod, log=launcher_error("fork/exec /bin/sh: exec format error"))
    found = the(CAUSES, step)
    assert (found.cause, found.facts["image"]) == ("image/wrong-architecture", IMAGE)
