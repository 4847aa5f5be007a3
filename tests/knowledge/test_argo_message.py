"""Argo's messages of failed pods."""

from __future__ import annotations

import pytest

from kfpops.knowledge.argo_message import ContainerFailure, parse_failure, waiting_text


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param("pod deleted", id="a pod that vanished"),
        pytest.param("Step exceeded its deadline", id="a deadline"),
        pytest.param('pods "x" is forbidden: exceeded quota: q', id="a refusal"),
        pytest.param("my program says OOMKilled (exit code 137)", id="prose that ends alike"),
    ],
)
def test_what_names_no_container(message: str) -> None:
    assert parse_failure(message) is None


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("main: OOMKilled (exit code 1)", ContainerFailure("main", "OOMKilled", 1)),
        ("OOMKilled (exit code 137)", ContainerFailure("main", "OOMKilled", 137)),
        ("kfp-launcher: Error (exit code 2): no space", ContainerFailure("kfp-launcher", "Error", 2, "no space")),
        ("wait: Error (exit code 64): a: b (c)", ContainerFailure("wait", "Error", 64, "a: b (c)")),
    ],
)
def test_containers_with_their_reasons(message: str, failure: ContainerFailure) -> None:
    assert parse_failure(message) == failure


def test_a_waiting_reason_is_cut_off_its_text() -> None:
    assert waiting_text("ErrImagePull: no such host", "ErrImagePull", "ImagePullBackOff") == "no such host"
    assert waiting_text("Unschedulable: 0/4 nodes", "ErrImagePull") is None
