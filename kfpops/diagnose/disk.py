"""Where a step's disk was full, and what the kubelet said when it evicted a pod."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.diagnose import evidence
from kfpops.diagnose.step import Step
from kfpops.knowledge.eviction import Eviction, parse_eviction
from kfpops.knowledge.volume_text import full_path, mount_of
from kfpops.model.finding import Evidence
from kfpops.model.pod import EmptyDir

# A program that met a full disk says so at the very end; KFP's launcher with its first error.
_LAST_WORDS = 15


@dataclass(frozen=True, slots=True)
class FullDisk:
    """`line` says it; `path` is the file, `volume` and `mount` where it lies, `claim` what is behind that; None: unknown."""

    line: str
    path: str | None
    volume: str | None = None
    mount: str | None = None
    claim: str | None = None


def full_disk(step: Step) -> FullDisk | None:
    """The file that could not be written for lack of space; None when that is not how the step ended."""
    log = step.log
    if log is None:
        return None
    ended = (log.traceback.message,) if log.traceback else (*log.klog_errors[:1], *reversed(log.own_lines[-_LAST_WORDS:]))
    line = next((text for text in ended if full_path(text) is not None), None)
    path = full_path(line) if line else None
    # /dev/shm and PyTorch's files in it are another matter.
    if line is None or path is None or path.startswith("/dev/shm") or "</torch_" in line:
        return None
    volume, mount = mount_of(mounts_of(step), path) or (None, None)
    if not path and len(bounded := _bounded_in_memory(step)) == 1:
        volume, mount = bounded[0]
    return FullDisk(line, path or None, volume, mount, _claim_behind(step, volume))


def _bounded_in_memory(step: Step) -> list[tuple[str, str]]:
    """(volume, mount path) of emptyDirs in memory with a limit: only these are full while the node's disk is not."""
    return [pair for pair in mounts_of(step) if (d := empty_dir(step, pair[0])) and d.medium == "Memory" and d.size_limit]


def empty_dir(step: Step, volume: str | None) -> EmptyDir | None:
    found = next((v for v in step.pod.spec.volumes if v.name == volume), None) if step.pod else None
    return found.empty_dir if found else None


def mounts_of(step: Step) -> tuple[tuple[str, str], ...]:
    """(volume, mount path) of the main container."""
    return tuple((m.name, m.mount_path) for m in step.main_spec.volume_mounts) if step.main_spec else ()


def mount_path(step: Step, volume: str | None) -> str:
    """Where the main container mounts a volume; "/data" when that is not known."""
    return next((path for name, path in mounts_of(step) if name == volume), "/data")


def _claim_behind(step: Step, volume: str | None) -> str | None:
    found = next((v for v in step.pod.spec.volumes if v.name == volume), None) if step.pod and volume else None
    return found.persistent_volume_claim.claim_name if found and found.persistent_volume_claim else None


def eviction_of(step: Step) -> tuple[Eviction, tuple[Evidence, ...]] | None:
    """Why the kubelet evicted the pod; None when it did not.

    From the pod's status; from the kubelet's event where a later status, written when the containers were already
    removed, has lost the reason; from Argo's message when the pod is gone.
    """
    status = step.pod.status if step.pod else None
    if status is None:
        found = parse_eviction(step.message)
        return (found, evidence.of_node(step)) if found else None
    if status.reason == "Evicted":
        found = parse_eviction(status.message)
        return (found, evidence.of_pod(step)) if found else None
    for event in () if status.reason else reversed(step.events_with("Evicted")):
        if (found := parse_eviction(event.message)) is not None:
            return found, (evidence.of_event(event),)
    return None
