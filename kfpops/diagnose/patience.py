"""Honest waiting: what a step waits for, since when, and from when on that would be called stuck. One table."""

from __future__ import annotations

from datetime import datetime, timedelta

from kfpops.diagnose.step import Step
from kfpops.model.finding import Patience

# Seconds until waiting for this is called stuck. Zero: the platform has said no, and says so again every time it tries.
STUCK_AFTER: dict[str, float] = {
    "its pod": 120,
    "a decision of the scheduler": 60,
    "room on a node": 10,
    "a new node": 900,
    "an admission queue": 600,
    "scheduling gates": 60,
    "volumes": 10,
    "another mount": 0,
    "its containers": 180,
    "the image": 900,
    "another image pull": 0,
    "the container's configuration": 0,
    "a quota": 0,
    "the container's next start": 0,
    "init containers": 600,
}

# The kubelet tries again after 0.5, 1, 2 … seconds: who was refused so often was not just early.
_TRIES_OF_A_MOUNT = 3

# Waiting reasons (kubelet, cri-api) that mean: tried and refused.
_REFUSED_IMAGE = frozenset(
    {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
     "RegistryUnavailable", "SignatureValidationFailed"}
)  # fmt: skip
_REFUSED_START = frozenset(
    {"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError",
     "PreStartHookError", "PostStartHookError"}
)  # fmt: skip


def patience_of(step: Step, now: datetime) -> Patience | None:
    """What a waiting step waits for. None when it is not waiting."""
    if step.state != "waiting":
        return None
    waits_for, since = _waits(step)
    since = since or step.began
    stuck = since + timedelta(seconds=STUCK_AFTER[waits_for]) if since else None
    return Patience(step.ref(), waits_for, since, stuck)


def _waits(step: Step) -> tuple[str, datetime | None]:
    pod = step.pod
    if pod is None:
        return _without_pod(step.message), None
    if pod.status.reason == "" and (unscheduled := _scheduling(step)) is not None:
        return unscheduled
    for status in step.statuses:
        waiting = status.state.waiting
        if waiting is None:
            continue
        if waiting.reason in _REFUSED_IMAGE:
            return "another image pull", None
        if waiting.reason in _REFUSED_START:
            return "the container's configuration", None
        if waiting.reason == "CrashLoopBackOff":
            return "the container's next start", None
    return _starting(step)


def _without_pod(message: str) -> str:
    """Argo's message is all there is: the pod was refused, or it exists and may not be read."""
    if "is forbidden" in message or "quota" in message:
        return "a quota"
    return "room on a node" if "nodes are available" in message else "its pod"


def _scheduling(step: Step) -> tuple[str, datetime | None] | None:
    pod = step.pod
    if pod is None or pod.spec.node_name:
        return None
    said = next((c for c in pod.status.conditions if c.type == "PodScheduled" and c.status == "False"), None)
    if said is None:
        return "a decision of the scheduler", None
    if said.reason == "SchedulingGated":
        queued = any("kueue" in g.name for g in pod.spec.scheduling_gates)
        return ("an admission queue" if queued else "scheduling gates"), said.last_transition_time
    grown = step.events_with("TriggeredScaleUp", "Nominated")
    if grown:
        return "a new node", grown[-1].at
    return "room on a node", said.last_transition_time


def _starting(step: Step) -> tuple[str, datetime | None]:
    refused = step.events_with("FailedMount", "FailedAttachVolume", "FailedMapVolume")
    if refused:
        tries = sum(e.series.count if e.series else e.count or 1 for e in refused)
        return ("another mount" if tries >= _TRIES_OF_A_MOUNT else "volumes"), None
    last = step.events[-1] if step.events else None
    if last is not None and last.reason == "Pulling":
        return "the image", last.at
    started = any(s.state.running or s.state.terminated for s in step.statuses)
    return ("init containers" if started else "its containers"), None
