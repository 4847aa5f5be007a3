"""Texts of containers that could not be made or started."""

from __future__ import annotations

import pytest

from kfpops.knowledge.config_text import (
    MissingCommand,
    MissingReference,
    near_name,
    parse_as_root,
    parse_missing,
    parse_missing_command,
    parse_missing_volume,
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(
            'MountVolume.SetUp failed for volume "pv" : mount failed: exit status 32', id="a mount of another kind"
        ),
        pytest.param('object "kubeflow"/"kube-root-ca.crt" not registered', id="the kubelet has not looked yet"),
        pytest.param('persistentvolumeclaim "data" not found', id="a claim"),
        pytest.param("context deadline exceeded", id="a slow runtime"),
    ],
)
def test_nothing_is_missing(text: str) -> None:
    assert parse_missing(text) is None
    assert parse_as_root(text) is None
    assert parse_missing_volume(text) is None
    assert parse_missing_command(text) is None


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('secret "api" not found', MissingReference("Secret", "api")),
        ('configmap "settings" not found', MissingReference("ConfigMap", "settings")),
        (
            "couldn't find key learning-rate in ConfigMap kubeflow/ranker",
            MissingReference("ConfigMap", "ranker", "learning-rate"),
        ),
        ("couldn't find key token in Secret team-a/api", MissingReference("Secret", "api", "token")),
        (
            'MountVolume.SetUp failed for volume "v" : secret "cert" not found',
            MissingReference("Secret", "cert", volume="v"),
        ),
        (
            'MountVolume.SetUp failed for volume "v" : references non-existent config key: app.yaml',
            MissingReference("ConfigMap", "", "app.yaml", "v"),
        ),
    ],
)
def test_missing_references(text: str, missing: MissingReference) -> None:
    assert parse_missing(text) == missing


@pytest.mark.parametrize(
    ("wanted", "there", "near"),
    [
        pytest.param("learning-rate", ["learning_rate", "batch"], "learning_rate", id="dash and underscore"),
        pytest.param("TOKEN", ["token"], "token", id="case"),
        pytest.param("pasword", ["password", "user"], "password", id="a letter"),
        pytest.param("token", ["user", "host"], None, id="nothing like it"),
    ],
)
def test_the_name_that_was_meant(wanted: str, there: list[str], near: str | None) -> None:
    assert near_name(wanted, there) == near


def test_users_that_are_forbidden() -> None:
    root = 'container has runAsNonRoot and image will run as root (pod: "x(1)", container: main)'
    named = "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root"
    assert (parse_as_root(root), parse_as_root(named)) == ("root", "app")


def test_volumes_that_are_not_defined() -> None:
    assert parse_missing_volume('cannot find volume "shm" to mount into container "main"') == "shm"
    refused = 'Pod "x" is invalid: spec.containers[1].volumeMounts[0].name: Not found: "shm"'
    assert parse_missing_volume(refused) == "shm"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "OCI runtime create failed: runc create failed: unable to start container process: "
            'exec: "absent": executable file not found in $PATH: unknown',
            MissingCommand("absent"),
        ),
        (
            'Component failed to execute successfully: exec: "trainn": executable file not found in $PATH',
            MissingCommand("trainn"),
        ),
        ("fork/exec /opt/run.sh: permission denied", MissingCommand("/opt/run.sh", allowed=False)),
        ("exec /entry.sh: no such file or directory", MissingCommand("/entry.sh")),
        ("sh: 1: python3: not found", MissingCommand("python3")),
        ("/tmp/run.sh: line 3: jq: command not found", MissingCommand("jq")),
        ("bash: line 1: ./train.sh: Permission denied", MissingCommand("./train.sh", allowed=False)),
    ],
)
def test_missing_commands(text: str, command: MissingCommand) -> None:
    assert parse_missing_command(text) == command
