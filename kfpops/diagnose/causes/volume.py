"""Volumes: claims that are missing or unbound, disks that are held, full or over their limit."""

from __future__ import annotations

import json

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.claims import claim_to_blame, find_claim, pending_claims, unscheduled
from kfpops.diagnose.disk import empty_dir, eviction_of, full_disk, mount_path
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.knowledge.config_text import near_name, parse_missing
from kfpops.knowledge.image_pull import parse_pull_error
from kfpops.knowledge.memory_advice import sdk_quantity
from kfpops.knowledge.quantity import format_bytes, parse_bytes
from kfpops.knowledge.sdk import kubernetes_call
from kfpops.knowledge.volume_text import (
    absent_claim,
    attach_conflict,
    claims_of,
    failed_volume,
    lost_claim,
    says_unbound,
)
from kfpops.model.event import Event
from kfpops.model.finding import Advice, Evidence, ObjectRef

_WAITING: frozenset[StepState] = frozenset({"waiting"})
_FAILED: frozenset[StepState] = frozenset({"failed"})
_EITHER = _WAITING | _FAILED


def _volume_of(step: Step, claim: str) -> str | None:
    volumes = step.pod.spec.volumes if step.pod else ()
    return next(
        (v.name for v in volumes if v.persistent_volume_claim and v.persistent_volume_claim.claim_name == claim), None
    )


def _claim_missing(step: Step, facts: Facts) -> Match | None:
    said = unscheduled(step)
    name = absent_claim(said.message) if said else None
    if said is None or name is None or find_claim(facts, step.namespace, name) is not None:
        return None
    here = [c.metadata.name for c in facts.around.claims or () if c.metadata.namespace == step.namespace]
    near = near_name(name, here)
    text = f"Create the claim {name} in the namespace {step.namespace}, or mount one that is there"
    text += f": {near}." if near else (f" ({', '.join(sorted(here)[:5])})." if here else ".")
    path = mount_path(step, _volume_of(step, name))
    code = kubernetes_call("mount_pvc", step.task, pvc_name=near, mount_path=path) if near and step.task else None
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec}
    create = f"echo '{json.dumps(claim)}' | kubectl -n {step.namespace} create -f -"
    return Match(
        title=f"{step.subject} cannot start: the claim {name} does not exist",
        confidence="certain",
        objects=(step.ref(),),
        evidence=(evidence.of_condition(step, said),),
        advice=(Advice(text, sdk=code, kubectl=create),),
        facts={"claim": name},
        key=(step.namespace, name),
    )


def _claim_unbound(step: Step, facts: Facts) -> Match | None:
    said = unscheduled(step)
    if said is None or step.pod is None or not (names := claims_of(step.pod)):
        return None
    lost = lost_claim(said.message)
    pending = pending_claims(step, facts)
    blamed = claim_to_blame(pending or (), says_unbound(said.message))
    if lost is not None:
        name, title = lost[0], f"the claim {lost[0]} is lost: its volume {lost[1]} is gone"
    elif blamed is not None:
        name, title = blamed.claim.metadata.name, f"the claim {blamed.claim.metadata.name} is not bound"
    elif pending is None and len(names) == 1 and says_unbound(said.message):
        name, title = names[0], f"the claim {names[0]} is not bound"
    else:
        return None
    events = blamed.trouble if blamed else ()
    cls = blamed.claim.spec.storage_class_name if blamed else None
    if cls and any("not found" in e.message for e in events):
        title += f" (storage class {cls} does not exist)"
    uid = blamed.claim.metadata.uid if blamed else ""
    classes = sorted(s.metadata.name for s in facts.around.storage_classes or ())
    return Match(
        title=f"{step.subject} cannot start: {title}",
        confidence="certain" if events or lost else "likely",
        objects=(ObjectRef("PersistentVolumeClaim", name, step.namespace, uid=uid or None), step.ref()),
        evidence=(*(evidence.of_event(e) for e in events[-1:]), evidence.of_condition(step, said)),
        advice=(_binding_advice(step, name, cls, events, classes),),
        facts={"claim": name, "storage_class": cls or None},
        key=(step.namespace, name),
    )


def _binding_advice(step: Step, claim: str, cls: str | None, events: tuple[Event, ...], known: list[str]) -> Advice:
    said = events[-1].message if events else ""
    there = f" This cluster has: {', '.join(known)}." if known else ""
    if cls and "not found" in said:
        text = f"Create the storage class {cls}, or make the claim {claim} again with one that exists.{there}"
    elif "no storage class is set" in said:
        text = f"The claim {claim} names no storage class and no volume fits it. Name a class, or create a volume.{there}"
    elif said:
        text = f"The claim {claim} was refused a volume: {evidence.clip(said)}"
    else:
        text = f"Nothing has bound the claim {claim} yet: see whether the provisioner of its class {cls or ''} runs.{there}"
    return Advice(text, kubectl=f"kubectl -n {step.namespace} describe pvc {claim}")


def _attach_conflict(step: Step, facts: Facts) -> Match | None:
    said = unscheduled(step)
    volume = attach_conflict(said.message) if said else None
    quoted = (evidence.of_condition(step, said),) if said and volume is not None else ()
    if volume is None:
        found = [(e, v) for e in step.events_with("FailedAttachVolume") if (v := attach_conflict(e.message)) is not None]
        if not found or _begun(step):
            return None
        volume, quoted = found[-1][1], (evidence.of_event(found[-1][0]),)
    names = claims_of(step.pod) if step.pod else ()
    bound = [n for n in names if (c := find_claim(facts, step.namespace, n)) and c.spec.volume_name == volume]
    claim = next(iter(bound or (names if len(names) == 1 else ())), None)
    text = "The volume is attached to one node at a time and another pod holds it. Wait until that pod ends, delete it, or "
    text += "use a claim with access mode ReadWriteMany; steps that share a claim can also run one after another (.after)."
    return Match(
        title=f"{step.subject} waits for the volume {claim or volume or ''}, which another pod holds",
        confidence="certain",
        objects=(step.ref(), *((ObjectRef("PersistentVolumeClaim", claim, step.namespace),) if claim else ())),
        evidence=quoted,
        advice=(Advice(text, kubectl=f"kubectl -n {step.namespace} describe pvc {claim}" if claim else None),),
        facts={"volume": volume or None, "claim": claim},
        key=(step.namespace, claim or volume),
    )


def _begun(step: Step) -> bool:
    return any(s.state.running or s.state.terminated for s in step.statuses)


def _mount_failed(step: Step, facts: Facts) -> Match | None:
    events = step.events_with("FailedMount", "FailedAttachVolume", "FailedMapVolume")
    if not events or step.pod is None or not step.pod.spec.node_name or _begun(step):
        return None
    # The time-out only repeats that something else failed.
    telling = [e for e in events if failed_volume(e.message) and "unmounted volumes" not in e.message] or list(events)
    event = telling[-1]
    # The kubelet has not seen the object yet, or another cause says it better.
    if "not registered" in event.message or parse_missing(event.message) or attach_conflict(event.message) is not None:
        return None
    volume = failed_volume(event.message)
    text = f"The node cannot mount the volume {volume or ''}: {evidence.clip(event.message)}"
    return Match(
        title=f"{step.subject} cannot start: volume {volume or 'unknown'} cannot be mounted",
        confidence="certain",
        objects=(step.ref(),),
        evidence=tuple(evidence.of_event(e) for e in telling[-2:]),
        advice=(Advice(text, kubectl=f"kubectl -n {step.namespace} describe pod {step.pod_name}"),),
        facts={"volume": volume, "node": step.pod.spec.node_name},
        key=(step.namespace, volume),
    )


def _full(step: Step, facts: Facts) -> Match | None:
    found = full_disk(step)
    if found is None or step.log is None:
        return None
    claim, volume = found.claim, found.volume
    if claim:
        text = f"Enlarge the claim {claim}, or delete what is no longer needed from it."
        grow = json.dumps({"spec": {"resources": {"requests": {"storage": "50Gi"}}}})
        advice = Advice(text, kubectl=f"kubectl -n {step.namespace} patch pvc {claim} -p '{grow}'")
    elif (folder := empty_dir(step, volume)) and (limit := parse_bytes(folder.size_limit)):
        new = sdk_quantity(limit * 2)
        text = f"Raise the size_limit of the emptyDir {volume} (now {folder.size_limit}), or write less to it."
        if folder.medium == "Memory":
            text += " It is in memory: what it holds counts against the step's memory limit."
        mount = {"volume_name": volume, "mount_path": found.mount or mount_path(step, volume), "size_limit": new}
        more = {"medium": folder.medium} if folder.medium else {}
        advice = Advice(text, sdk=kubernetes_call("empty_dir_mount", step.task, **mount, **more) if step.task else None)
    else:
        text = "Write less, remove what is no longer needed, or write to a volume of its own that is large enough."
        own = {
            "volume_name": "work",
            "mount_path": found.mount or "/work",
            "access_modes": ["ReadWriteOnce"],
            "size": "50Gi",
        }
        advice = Advice(text, sdk=kubernetes_call("add_ephemeral_volume", step.task, **own) if step.task else None)
    where = f"the claim {claim}" if claim else f"the volume {volume}" if volume else "the disk"
    done = step.main_terminated
    return Match(
        title=f"{step.subject} filled {where}" + (f" (writing {found.path})" if found.path else ""),
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=(evidence.of_log(step.log, [found.line]),),
        advice=(advice,),
        facts={"path": found.path, "volume": volume, "claim": claim, "exit_code": done.exit_code if done else None},
        key=(step.namespace, claim or (step.pipeline, step.task)),
    )


def _ephemeral_limit(step: Step, facts: Facts) -> Match | None:
    evicted = eviction_of(step)
    if evicted is None or evicted[0].resource != "own-limit":
        return None
    found, quoted = evicted
    limit = parse_bytes(found.limit)
    size = f" {format_bytes(limit)}" if limit else ""
    new = sdk_quantity(limit * 2) if limit else "10Gi"
    if found.volume:
        what = f"its volume {found.volume} grew over{size}"
        mount = {"volume_name": found.volume, "mount_path": mount_path(step, found.volume), "size_limit": new}
        text = f"Raise the size_limit of the emptyDir {found.volume} (twice as much: {new}), or write less to it."
        code = kubernetes_call("empty_dir_mount", step.task, **mount)
    else:
        what = f"it wrote more than{size} to its node's disk"
        text = (
            "Raise its ephemeral-storage limit where it is set (a LimitRange's default, or a pod spec patch), or write to a "
        )
        text += "volume of its own: that does not count."
        volume = {"volume_name": "work", "mount_path": "/work", "access_modes": ["ReadWriteOnce"], "size": new}
        code = kubernetes_call("add_ephemeral_volume", step.task, **volume)
    return Match(
        title=f"{step.subject} was evicted: {what}",
        confidence="certain",
        objects=(step.ref("main"),),
        evidence=quoted,
        advice=(Advice(text, sdk=code if step.task else None),),
        facts={"limit_bytes": limit, "volume": found.volume},
        key=(step.namespace, step.pipeline or step.workflow, step.task, found.volume),
    )


def _node_disk_pressure(step: Step, facts: Facts) -> Match | None:
    node = step.pod.spec.node_name if step.pod else (step.node.host_node_name if step.node else "")
    evicted = eviction_of(step)
    quoted: tuple[Evidence, ...] = ()
    if evicted is not None and evicted[0].resource == "disk":
        quoted = evicted[1]
        title = f"{step.subject} was evicted: node {node or 'unknown'} ran low on disk space"
    else:
        for status in step.statuses:
            pull = parse_pull_error(status.state.waiting.message, status.image) if status.state.waiting else None
            if pull is not None and pull.problem == "node-disk-full":
                quoted = (evidence.of_container(step, status),)
        title = f"{step.subject} cannot start: node {node or 'unknown'} has no space for its image"
    if not quoted:
        return None
    text = f"Free the disk of node {node or 'unknown'} (unused images, large logs), or give it a larger one. "
    text += "Steps that write much should write to volumes of their own."
    objects = (*((ObjectRef("Node", node),) if node else ()), step.ref("main"))
    clean = f"kubectl describe node {node}" if node else None
    return Match(title, "certain", objects, quoted, (Advice(text, kubectl=clean),), {"node": node or None}, (node,))


_ABOUT = (
    ("claim-missing", "A claim does not exist", _claim_missing, _WAITING, (),
     "A pod mounts a PersistentVolumeClaim that is not in its namespace.", "Create the claim, or mount another one."),
    ("claim-unbound", "A claim is not bound", _claim_unbound, _WAITING, ("volume/claim-missing",),
     "A claim has no volume: its storage class is missing, no volume fits, or the provisioner refuses.",
     "See the claim's events; name a storage class that exists."),
    ("attach-conflict", "A volume is held by another pod", _attach_conflict, _WAITING, (),
     "The volume can be attached to one node, or used by one pod, and another one has it.",
     "Wait for the other pod, or use a claim with ReadWriteMany."),
    ("mount-failed", "A volume cannot be mounted", _mount_failed, _WAITING,
     ("volume/attach-conflict", "volume/claim-missing", "volume/claim-unbound", "config/*"),
     "The node tried to mount a volume of the pod and could not.", "See the event: it quotes the driver."),
    ("full", "A disk is full", _full, _FAILED, ("memory/shared-memory", "volume/ephemeral-limit"),
     "The program could not write: the volume or the container's disk has no space left.",
     "Enlarge the volume, or write less."),
    ("ephemeral-limit", "A step wrote more than it may", _ephemeral_limit, _FAILED, (),
     "The kubelet evicted the pod because an emptyDir, a container or the pod grew over its own limit.",
     "Raise the limit, or write to a volume of its own."),
    ("node-disk-pressure", "A node ran out of disk space", _node_disk_pressure, _EITHER, (),
     "The node's disk is full; the kubelet evicts pods and refuses images.", "Free the node's disk, or enlarge it."),
)  # fmt: skip

CAUSES: tuple[Cause, ...] = tuple(
    Cause(id=f"volume/{name}", title=title, meaning=meaning, remedy=remedy, look=look, when=when, yields_to=yields)
    for name, title, look, when, yields, meaning, remedy in _ABOUT
)
