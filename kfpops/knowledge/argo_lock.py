"""Why Argo does not go on with a workflow: locks, limits on parallelism, suspension, size (workflow/controller, sync)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kfpops.model.workflow import LockHolding, Workflow

_WAITING = re.compile(r"Waiting for (\S+) lock")
_POSTPONED = re.compile(r"postponed because too many workflows|postponed due to max parallelism|Max parallelism reached")
_TOO_LARGE = re.compile(
    r"Request entity too large|request is too large|longer than maximum allowed size|offloading has been disabled"
    r"|larger than max \(\d+ vs|etcdserver: request"
)
_FINISHED = frozenset({"Succeeded", "Failed", "Error"})


@dataclass(frozen=True, slots=True)
class Lock:
    """`name` is the lock's short name, `kind` Mutex or ConfigMap (a semaphore); `holders` are names of workflows."""

    name: str
    kind: str
    holders: tuple[str, ...]
    text: str


def is_finished(workflow: Workflow) -> bool:
    return workflow.status.phase in _FINISHED


def messages(workflow: Workflow) -> Iterator[str]:
    """What Argo says of a workflow and of its nodes that have not ended."""
    yield workflow.status.message
    for condition in workflow.status.conditions:
        yield condition.message
    for node in workflow.status.nodes.values():
        if node.message and node.phase in ("Pending", "Running", ""):
            yield node.message


def awaited_lock(workflow: Workflow) -> Lock | None:
    """The mutex or semaphore that a workflow, or one of its templates, waits for."""
    text = next((m for m in messages(workflow) if "lock" in m and _WAITING.search(m)), "")
    held = workflow.status.synchronization
    waiting = [
        w for status in (held.mutex, held.semaphore) if status is not None for w in status.waiting
    ] if held else []  # fmt: skip
    if not waiting and not text:
        return None
    found = _WAITING.search(text)
    name = (waiting[0].mutex or waiting[0].semaphore) if waiting else (found[1] if found else "")
    parts = name.split("/")
    kind = parts[1] if len(parts) > 2 else "Mutex"
    holders = dict.fromkeys(h for w in waiting for h in _holders(w) if h != workflow.metadata.name)
    return Lock(parts[-1], kind, tuple(holders), text or f"waiting for {name}")


def _holders(holding: LockHolding) -> Iterator[str]:
    """`namespace/workflow[/node]` → workflow; Argo up to 3.5 wrote the bare name."""
    for holder in (holding.holder, *holding.holders):
        if holder:
            parts = holder.split("/")
            yield parts[1] if len(parts) > 1 else parts[0]


def says_postponed(workflow: Workflow) -> str | None:
    """Argo's word that a limit on parallelism keeps the workflow."""
    return next((m for m in messages(workflow) if _POSTPONED.search(m)), None)


def says_too_large(workflow: Workflow) -> str | None:
    """Argo's or the API server's word that the workflow's object does not fit into etcd."""
    every = (*messages(workflow), *(n.message for n in workflow.status.nodes.values()))
    return next((m for m in every if _TOO_LARGE.search(m)), None)


def suspended_at(workflow: Workflow) -> str | None:
    """Where a workflow is suspended: "" as a whole, a node's name; None when it is not."""
    if workflow.spec.suspend:
        return ""
    waits = (n for n in workflow.status.nodes.values() if n.type == "Suspend" and n.phase in ("Running", "Pending"))
    return next((n.display_name or n.name for n in waits), None)
