"""GPUs and other devices: all taken, or offered by no node."""

from __future__ import annotations

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, in_pipeline, listed, node_refs, one_step_away
from kfpops.knowledge.fit_nodes import Holder, Room
from kfpops.knowledge.fit_obstacles import Shortage
from kfpops.knowledge.fit_resources import amount, is_device
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Evidence

# Labels of NVIDIA's and AMD's discovery (gpu-feature-discovery, k8s-device-plugin's labeller): the card itself was seen.
_PRESENT = {"nvidia.com/gpu": "nvidia.com/gpu.present", "amd.com/gpu": "amd.com/gpu.device-id"}
_HOLDERS_NAMED = 3


def _device(found: Unschedulable) -> tuple[str, int]:
    """The device that is missing and how many of it are asked for (0: not known)."""
    obstacle = found.placement.obstacle if found.placement else None
    if isinstance(obstacle, Shortage):
        return obstacle.resource, obstacle.requested
    devices = dict(found.needs.devices) if found.needs else {}
    named = next((s for r in found.message.reasons for s in r.subjects if is_device(s)), "") if found.message else ""
    resource = found.reason.subjects[0] if found.reason and found.reason.subjects else named or next(iter(devices), "")
    return resource, devices.get(resource, 0)


def all_taken(found: Unschedulable) -> Match:
    """Nodes have the device, but not enough of it is free on one of them, or not enough at all."""
    resource, asked = _device(found)
    rooms = _rooms(found, resource)
    names = [room.name for room in rooms]
    held = found.landscape.holders(resource, names) if found.landscape else ()
    most = max((room.offers(resource) for room in rooms), default=0)
    free = max((room.free(resource) for room in rooms), default=0)
    known = found.landscape is not None and found.landscape.complete and bool(rooms)
    return Match(
        title=_title_of_taken(found, resource, asked, rooms),
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs(names, 3)),
        evidence=(*found.said, *_evidence(resource, rooms, held)),
        advice=(*_advice_of_taken(found, resource, asked, rooms, held), *one_step_away(found)),
        facts=facts_of(
            found,
            resource=resource,
            request=asked or None,
            largest_allocatable=most or None,
            free=free if known else None,
            holders=", ".join(h.pod for h in held[:_HOLDERS_NAMED]) or None,
            node=names[0] if len(names) == 1 else None,
        ),
        key=(resource, asked),
    )


def _rooms(found: Unschedulable, resource: str) -> list[Room]:
    """The nodes that the answer is about: by the what-if, or else all that offer the device."""
    if found.placement is not None:
        return [fit.room for fit in found.placement.relevant]
    return [room for room in found.landscape.rooms if room.offers(resource)] if found.landscape else []


def _title_of_taken(found: Unschedulable, resource: str, asked: int, rooms: list[Room]) -> str:
    asks = f"{found.step.subject} asks for {f'{asked} ' if asked else ''}{resource}"
    if not rooms:
        return f"{asks}, and no node has enough free"
    most = max(room.offers(resource) for room in rooms)
    if asked > most:
        return f"{asks}, and no node has more than {most}"
    if found.placement is None:
        return f"{asks}, and no node has enough free"
    free = max(room.free(resource) for room in rooms)
    total = sum(room.offers(resource) for room in rooms)
    where = listed(room.name for room in rooms)
    if free == 0:
        return f"{asks}, and all {total} on {where} are taken"
    return f"{asks} on one node, and at most {free} are free on one ({where})"


def _evidence(resource: str, rooms: list[Room], held: tuple[Holder, ...]) -> tuple[Evidence, ...]:
    offers = tuple(
        Evidence(f"node/{r.name}/status/allocatable", f"{resource}: {r.offers(resource)}, free {r.free(resource)}")
        for r in rooms[:3]
    )
    taken = tuple(
        Evidence(f"pod/{h.pod}/spec/containers/resources", f"{resource}: {h.amount} on {h.node}")
        for h in held[:_HOLDERS_NAMED]
    )
    return (*offers, *taken)


def _advice_of_taken(
    found: Unschedulable, resource: str, asked: int, rooms: list[Room], held: tuple[Holder, ...]
) -> tuple[Advice, ...]:
    step = found.step
    most = max((room.offers(resource) for room in rooms), default=0)
    free = max((room.free(resource) for room in rooms), default=0)
    fewer = f"{task_variable(step.task)}.set_accelerator_limit({{}})" if in_pipeline(step) else None
    if rooms and asked > most:
        text = f"Ask for at most {most} {resource}, or add a node with {asked}. One step cannot use devices of two nodes."
        return (Advice(text, sdk=fewer.format(most) if fewer else None),)
    if not held:
        text = f"Wait until {resource} becomes free, stop what holds it, or add a node that has it."
        return (Advice(text, kubectl=_who(resource)),)
    named = [f"{h.pod} ({h.amount}, namespace {h.namespace})" for h in held]
    text = f"Wait for {listed(named, _HOLDERS_NAMED)}, stop it if it is idle, or add a node with {resource}."
    first = Advice(text, kubectl=f"kubectl -n {held[0].namespace} get pod {held[0].pod} -o wide")
    if 0 < free < asked and fewer:
        return (first, Advice(f"With {free} {resource} it would start at once.", sdk=fewer.format(free)))
    return (first,)


def _who(resource: str) -> str:
    """A table of nodes and how many of the device each offers; dots in names are escaped for kubectl's JSONPath."""
    escaped = resource.replace(".", "\\.")
    return f"kubectl get nodes -o 'custom-columns=NAME:.metadata.name,OFFERS:.status.allocatable.{escaped}'"


def not_offered(found: Unschedulable) -> Match:
    """No node offers the device: the cluster has none, its plugin is gone, or all of them are broken."""
    resource, asked = _device(found)
    rooms = found.landscape.rooms if found.landscape else ()
    others = sorted({r for room in rooms for r, value in room.allocatable.items() if is_device(r) and value > 0})
    broken = [room for room in rooms if amount(resource, room.node.status.capacity.get(resource, "0")) > 0]
    label = _PRESENT.get(resource)
    silent = [room for room in rooms if label and label in room.labels and room not in broken]
    asks = f"{found.step.subject} asks for {f'{asked} ' if asked else ''}{resource}"
    title = f"{asks}, which no node offers"
    if not rooms:
        title = f"{asks}, which no node that is open to it offers"
    elif broken:
        title = f"{asks}, and all of them on {listed(r.name for r in broken)} are out of order"
    elif silent:
        title = f"{asks}, which {listed(r.name for r in silent)} should offer but does not"
    return Match(
        title=title,
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs(room.name for room in (*broken, *silent))),
        evidence=(*found.said, *_state_of(resource, broken, silent, others)),
        advice=_advice_of_absent(found, resource, asked, others, broken or silent),
        facts=facts_of(found, resource=resource, request=asked or None, offered=", ".join(others) or None),
        key=(resource,),
    )


def _state_of(resource: str, broken: list[Room], silent: list[Room], others: list[str]) -> tuple[Evidence, ...]:
    said = [
        Evidence(f"node/{r.name}/status", f"{resource}: capacity {r.node.status.capacity[resource]}, allocatable 0")
        for r in broken[:3]
    ]
    said += [
        Evidence(f"node/{r.name}/metadata/labels", f"{_PRESENT[resource]}={r.labels[_PRESENT[resource]]}") for r in silent
    ]
    if not said and others:
        said.append(Evidence("nodes/status/allocatable", f"offered: {', '.join(others)}; {resource}: by none"))
    return tuple(said)


def _advice_of_absent(
    found: Unschedulable, resource: str, asked: int, others: list[str], sick: list[Room]
) -> tuple[Advice, ...]:
    step = found.step
    if sick:
        text = (
            f"Look at the device plugin for {resource} on {listed(r.name for r in sick)}: it runs as a pod there, or should."
        )
        return (Advice(text, kubectl=f"kubectl get pods -A -o wide --field-selector spec.nodeName={sick[0].name}"),)
    if not found.landscape:
        text = f"See which nodes offer {resource}; if some do, the step does not tolerate their taints."
        return (Advice(text, kubectl=_who(resource)),)
    install = f"add a node with {resource} and the device plugin that offers it"
    if not others:
        return (Advice(f"No node offers any device: {install}.", kubectl=_who(resource)),)
    text = f"Nodes offer {listed(others)}, none offers {resource}: ask for one of those, or {install}."
    code = (
        f"{task_variable(step.task)}.set_accelerator_type('{_alike(resource, others)}').set_accelerator_limit({asked or 1})"
    )
    return (Advice(text, sdk=code if in_pipeline(step) else None, kubectl=_who(resource)),)


def _alike(resource: str, others: list[str]) -> str:
    """The device of the same vendor, else the first."""
    vendor = resource.partition("/")[0]
    return next((o for o in others if o.startswith(vendor)), others[0])
