"""Containers that cannot be made or started."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.diagnose.causes.config import CAUSES
from kfpops.diagnose.step import Step
from kfpops.model.namespaced import ConfigMap, Secret
from tests.builders import a_pod, a_step, an_event, kube, running, terminated, waiting
from tests.diagnose.causes.looking import launcher_error, launcher_log, names, the

ERROR = "CreateContainerConfigError"
MOUNT = 'MountVolume.SetUp failed for volume "cert" : '
INITIALIZING = (waiting("PodInitializing"), waiting("PodInitializing", name="wait"))


def refused(message: str, reason: str = ERROR, **more: Any) -> Step:
    return a_step("waiting", pod=a_pod(phase="Pending", statuses=(waiting(reason, message), running("wait")), **more))


def mounting(message: str, statuses: tuple[dict[str, Any], ...] = INITIALIZING, **more: Any) -> Step:
    pod = a_pod(phase="Pending", statuses=statuses, **more)
    return a_step("waiting", pod=pod, events=(an_event("FailedMount", message, name=pod.metadata.name),))


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step("waiting", pod=a_pod(phase="Pending", statuses=INITIALIZING)), id="it is being set up"),
        pytest.param(mounting(MOUNT + 'secret "cert" not found', (running(),)), id="the mount worked in the end"),
        pytest.param(mounting(MOUNT + "mount failed: exit status 32"), id="a mount of another kind"),
        pytest.param(refused("context deadline exceeded", "CreateContainerError"), id="a slow runtime"),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),)), log=launcher_log('secret "api" not found', "exit status 1")),
            id="a program that speaks of secrets",
        ),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),)), log=launcher_log("sh: 1: jq: not found", "exit status 1")),
            id="a missing tool that did not end the step",
        ),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(128, "StartError", "exec format error"),))),
            id="another processor's program",
        ),
    ],
)
def test_the_configuration_is_not_to_blame(step: Step) -> None:
    assert names(CAUSES, step) == []


@pytest.mark.parametrize(
    ("message", "cause", "facts"),
    [
        ('secret "api" not found', "config/secret-missing", {"secret": "api"}),
        ('configmap "settings" not found', "config/configmap-missing", {"configmap": "settings"}),
        ("couldn't find key token in Secret kubeflow/api", "config/secret-key-missing", {"secret": "api", "key": "token"}),
        (
            "couldn't find key learning-rate in ConfigMap kubeflow/ranker",
            "config/configmap-key-missing",
            {"configmap": "ranker", "key": "learning-rate"},
        ),
        ("container has runAsNonRoot and image will run as root", "config/run-as-non-root", {"user": "root"}),
        ('cannot find volume "shm" to mount into container "main"', "config/volume-undefined", {"volume": "shm"}),
    ],
)
def test_what_the_kubelet_says(message: str, cause: str, facts: dict[str, str]) -> None:
    found = the(CAUSES, refused(message))
    assert found.cause == cause
    assert facts.items() <= found.facts.items()
    assert found.objects[0].container == "main"


def test_a_secret_wanted_as_a_volume_shows_only_as_an_event_of_the_pod() -> None:
    found = the(CAUSES, mounting(MOUNT + 'secret "warehouse" not found'))
    assert (found.cause, found.objects[0].container, found.facts["volume"]) == ("config/secret-missing", None, "cert")
    assert found.evidence[0].source.endswith("/FailedMount")


def test_a_key_wanted_as_a_volume_is_looked_up_behind_the_volume() -> None:
    spec = {"volumes": [{"name": "cert", "secret": {"secretName": "warehouse"}}]}
    found = the(CAUSES, mounting(MOUNT + "references non-existent secret key: tls.crt", spec=spec))
    assert (found.cause, found.facts["secret"]) == ("config/secret-key-missing", "warehouse")


def test_a_near_miss_is_named_with_the_variable_it_was_for() -> None:
    config = kube(ConfigMap, {"metadata": {"name": "ranker", "namespace": "kubeflow"}, "data": {"learning_rate": "1"}})
    env = [{"name": "RATE", "valueFrom": {"configMapKeyRef": {"name": "ranker", "key": "learning-rate"}}}]
    step = refused("couldn't find key learning-rate in ConfigMap kubeflow/ranker", main={"env": env})
    (advice,) = the(CAUSES, step, config_maps=(config,)).advice
    assert advice.text.startswith("The ConfigMap ranker has learning_rate, the step asks for learning-rate.")
    assert advice.sdk is not None
    assert "config_map_key_to_env={'learning_rate': 'RATE'}" in advice.sdk


def test_what_is_there_is_told_when_nothing_is_near() -> None:
    secret = kube(Secret, {"metadata": {"name": "api", "namespace": "kubeflow"}, "keys": ["user", "host"]})
    (advice,) = the(CAUSES, refused("couldn't find key token in Secret kubeflow/api"), secrets=(secret,)).advice
    assert "It has host, user." in advice.text
    assert advice.sdk is None


def test_a_missing_secret_may_be_misspelled_or_in_another_namespace() -> None:
    def told(name: str, namespace: str) -> str:
        secret = kube(Secret, {"metadata": {"name": name, "namespace": namespace}})
        return the(CAUSES, refused('secret "catalogue-api" not found'), secrets=(secret,)).advice[0].text

    assert "There is one called catalogue_api." in told("catalogue_api", "kubeflow")
    assert "The one in team-b is of no use here" in told("catalogue-api", "team-b")


def test_the_line_that_creates_it_names_the_keys_that_are_wanted() -> None:
    env = [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}}}]
    (advice,) = the(CAUSES, refused('secret "api" not found', main={"env": env})).advice
    assert advice.kubectl == "kubectl -n kubeflow create secret generic api --from-literal=token=VALUE"


@pytest.mark.parametrize(
    ("step", "command"),
    [
        pytest.param(
            a_step(
                pod=a_pod(statuses=(terminated(128, "StartError", 'exec: "absent": executable file not found in $PATH'),))
            ),
            "absent",
            id="the runtime says so",
        ),
        pytest.param(
            a_step(
                pod=a_pod(statuses=(terminated(1),)),
                log=launcher_error('exec: "trainn": executable file not found in $PATH'),
            ),
            "trainn",
            id="the launcher says so",
        ),
        pytest.param(
            a_step(pod=a_pod(statuses=(terminated(1),)), log=launcher_log("sh: 1: python3: not found", "exit status 127")),
            "python3",
            id="a shell says so, and ends with it",
        ),
        pytest.param(
            a_step("waiting", pod=a_pod(statuses=(waiting("RunContainerError", "exec: /run.sh: permission denied"),))),
            "/run.sh",
            id="it may not be executed",
        ),
    ],
)
def test_a_command_that_is_not_there(step: Step, command: str) -> None:
    found = the(CAUSES, step)
    assert (found.cause, found.facts["command"]) == ("config/command-not-found", command)


def test_the_same_secret_wanted_by_many_is_one_finding() -> None:
    steps = [a_step("waiting", id=f"wf-{n}", pod=refused('secret "api" not found').pod) for n in range(4)]
    assert the(CAUSES, *steps).title == "Step train cannot start: Secret api does not exist (4 attempts)"
