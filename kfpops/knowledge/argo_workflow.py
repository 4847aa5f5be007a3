"""What a Workflow object says beside its nodes: the run it belongs to, nodes that are packed, and the names of its pods."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib

import msgspec

from kfpops.model.workflow import Workflow, WorkflowNode

RUN_LABEL = "pipeline/runid"
"""Label of KFP's pods and workflows that holds the run's id (KFP argocompiler)."""

RUN_NAME_ANNOTATION = "pipelines.kubeflow.org/run_name"
NODE_ID_ANNOTATION = "workflows.argoproj.io/node-id"
NODE_NAME_ANNOTATION = "workflows.argoproj.io/node-name"
WORKFLOW_LABEL = "workflows.argoproj.io/workflow"

# Kubernetes' longest object name less Argo's hash and dash (argo workflow/util/pod_name.go).
_LONGEST_PREFIX = 253 - 11
_POD = re.compile(r"(.+?)(?:-retry)?-system-(?:container-driver|container-impl|dag-driver)-\d+")
# A packed tree is bounded by etcd's object size; unpacked JSON is at most some twenty times as large.
_LONGEST_TREE = 64 * 2**20


def unpack(workflow: Workflow) -> Workflow:
    """The workflow with its nodes unpacked, where Argo compressed them. Unreadable packs leave it as it is."""
    packed = workflow.status.compressed_nodes
    if not packed or workflow.status.nodes:
        return workflow
    try:
        text = zlib.decompressobj(wbits=31).decompress(base64.b64decode(packed, validate=False), _LONGEST_TREE)
        nodes = msgspec.json.decode(text, type=dict[str, WorkflowNode])
    except (binascii.Error, zlib.error, gzip.BadGzipFile, msgspec.DecodeError):
        return workflow
    status = msgspec.structs.replace(workflow.status, nodes=nodes, compressed_nodes="")
    return msgspec.structs.replace(workflow, status=status)


def pod_name(workflow: Workflow, node: WorkflowNode) -> str:
    """The name of a node's pod: `<workflow>-<template>-<hash>` (pod names v2), before Argo 3.4 the node's id."""
    style = workflow.metadata.annotations.get("workflows.argoproj.io/pod-name-format", "v2")
    name = workflow.metadata.name
    if style == "v1" or not node.template_name or node.name == name:
        return node.id
    number = node.id.removeprefix(f"{name}-")
    return f"{name}-{node.template_name}"[:_LONGEST_PREFIX] + f"-{number}"


def run_id_of(workflow: Workflow) -> str:
    return workflow.metadata.labels.get(RUN_LABEL, "")


def run_name_of(workflow: Workflow) -> str:
    return workflow.metadata.annotations.get(RUN_NAME_ANNOTATION, "") or workflow.metadata.name


def workflow_of_pod(pod: str) -> str:
    """The workflow of a KFP step by its pod's name, `<workflow>[-retry]-system-container-impl-<number>` and the like.

    "" for other names, also for those that Argo had to shorten. Templates: kubeflow/pipelines
    backend/src/v2/compiler/argocompiler.
    """
    found = _POD.fullmatch(pod)
    return found[1] if found else ""
