"""Packed nodes and names of pods."""

from __future__ import annotations

import base64
import gzip
import json

import msgspec
import pytest

from kfpops.knowledge.argo_workflow import pod_name, run_id_of, run_name_of, unpack, workflow_of_pod
from kfpops.model.workflow import WorkflowNode
from tests.builders import RUN_ID, a_workflow

NODES = {"n": {"id": "train-x7k2p-42", "name": "train-x7k2p.root-driver", "type": "Pod", "phase": "Failed"}}


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


@pytest.mark.parametrize(
    "pack", ["", "not base64 at all", base64.b64encode(b"no gzip").decode(), packed("{"), packed("[1]")]
)
def test_what_cannot_be_unpacked_stays_as_it_is(pack: str) -> None:
    workflow = a_workflow(status={"compressedNodes": pack})
    assert unpack(workflow) is workflow


def test_packed_nodes_are_unpacked() -> None:
    workflow = unpack(a_workflow(status={"compressedNodes": packed(json.dumps(NODES))}))
    assert workflow.status.nodes["n"].phase == "Failed"


def test_names_of_pods() -> None:
    node = WorkflowNode(id="train-x7k2p-42", name="train-x7k2p.root-driver", template_name="system-dag-driver")
    workflow = a_workflow()
    assert pod_name(workflow, node) == "train-x7k2p-system-dag-driver-42"
    old = msgspec.structs.replace(workflow.metadata, annotations={"workflows.argoproj.io/pod-name-format": "v1"})
    assert pod_name(msgspec.structs.replace(workflow, metadata=old), node) == "train-x7k2p-42"
    long = msgspec.structs.replace(node, template_name="t" * 300)
    assert len(pod_name(workflow, long)) <= 253


def test_the_run_of_a_workflow() -> None:
    assert run_id_of(a_workflow()) == RUN_ID
    assert run_name_of(a_workflow()) == "train-x7k2p"


@pytest.mark.parametrize(
    "pod, workflow",
    [
        ("", ""),
        ("train-x7k2p", ""),
        ("train-x7k2p-42", ""),
        ("-system-container-impl-42", ""),
        ("train-x7k2p-system-container-impl-", ""),
        ("train-x7k2p-my-step-42", ""),
        ("train-x7k2p-system-container-impl-42", "train-x7k2p"),
        ("train-x7k2p-retry-system-container-impl-42", "train-x7k2p"),
        ("train-x7k2p-system-container-driver-42", "train-x7k2p"),
        ("train-x7k2p-system-dag-driver-42", "train-x7k2p"),
    ],
)
def test_the_workflow_of_a_pod(pod: str, workflow: str) -> None:
    assert workflow_of_pod(pod) == workflow
