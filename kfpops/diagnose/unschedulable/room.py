"""Too little room: memory, CPU, ephemeral storage, places for pods."""

from __future__ import annotations

from collections.abc import Mapping

from kfpops.diagnose.cause import Match
from kfpops.diagnose.unschedulable.reading import Unschedulable
from kfpops.diagnose.unschedulable.words import facts_of, in_pipeline, node_refs, one_step_away
from kfpops.knowledge.fit_obstacles import Shortage
from kfpops.knowledge.fit_resources import base_units, container_requests, is_device, show_amount
from kfpops.knowledge.memory_advice import GI, MI, sdk_quantity
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Evidence, Fact

_NOUNS = {"memory": "memory", "ephemeral-storage": "ephemeral storage", "cpu": "CPU"}
_SETTERS = {"memory": "set_memory_request", "cpu": "set_cpu_request"}


def too_little(found: Unschedulable) -> Match:
    """No node has enough memory, CPU or ephemeral storage, free or at all."""
    short = _shortage(found)
    if short is None:
        return _by_words(found)
    resource, asked = short.resource, found.needs.request(short.resource) if found.needs else short.requested
    node = found.placement.fit.node if found.placement and found.placement.fit else None
    return Match(
        title=_title(found, short, node),
        confidence=found.confidence,
        objects=(found.step.ref(),),
        evidence=(*found.said, *_evidence(found, short, node)),
        advice=(_smaller(found, short, node), *one_step_away(found)),
        facts=facts_of(found, node=node, **_numbers(found, short)),
        key=(resource, asked, short.never),
    )


def _shortage(found: Unschedulable) -> Shortage | None:
    obstacle = found.placement.obstacle if found.placement else None
    return obstacle if isinstance(obstacle, Shortage) else None


def _largest(found: Unschedulable, resource: str) -> int:
    return found.landscape.largest(resource) if found.landscape else 0


def _numbers(found: Unschedulable, short: Shortage) -> dict[str, Fact]:
    resource = short.resource
    unit = "cores" if resource == "cpu" else "bytes"
    numbers: dict[str, Fact] = {
        f"request_{unit}": base_units(resource, short.requested),
        f"largest_allocatable_{unit}": base_units(resource, _largest(found, resource)),
        f"free_{unit}": base_units(resource, short.free) if found.landscape and found.landscape.complete else None,
    }
    return numbers if resource in ("cpu", "memory") else {"resource": resource, **numbers}


def much(resource: str, value: int) -> str:
    """An amount with its noun: "300Gi of memory", "96 CPU cores", "500m CPU"."""
    shown = show_amount(resource, value)
    if resource == "cpu":
        return f"{shown} CPU" if shown.endswith("m") else f"{shown} CPU core{'' if shown == '1' else 's'}"
    return f"{shown} of {_NOUNS.get(resource, resource)}"


def _title(found: Unschedulable, short: Shortage, node: str | None) -> str:
    asks = f"{found.step.subject} asks for {much(short.resource, short.requested)}"
    largest = _largest(found, short.resource)
    if short.requested > largest:
        return f"{asks}, and no node has that much (the largest has {show_amount(short.resource, largest)})"
    if short.never:
        has = show_amount(short.resource, short.allocatable)
        return f"{asks}, more than any node that is open to it has (the nearest, {node}, has {has})"
    return f"{asks}, and no node has that much free (the nearest, {node}, has {show_amount(short.resource, short.free)})"


def _evidence(found: Unschedulable, short: Shortage, node: str | None) -> tuple[Evidence, ...]:
    if node is None:
        return ()
    text = f"{short.resource}: {show_amount(short.resource, short.allocatable)}"
    if found.landscape and found.landscape.complete:
        text += f", of which {show_amount(short.resource, short.free)} free"
    return (Evidence(f"node/{node}/status/allocatable", text),)


def _smaller(found: Unschedulable, short: Shortage, node: str | None) -> Advice:
    """The largest request that the nearest node could take, and what else would help."""
    there = found.placement.fit.shortages if found.placement and found.placement.fit else ()
    # What else is short on that node would hold it back next.
    all_short = (short, *(s for s in there if s is not short and s.resource in _SETTERS))
    equipped = found.needs is not None and found.needs.devices and not any(is_device(s.resource) for s in there)
    lacks = f"{node}{' has the devices that it asks for, but' if equipped else ''} lacks "
    lacks += " and ".join(much(s.resource, s.lacks) for s in all_short)
    more = f"add a node with {' and '.join(much(s.resource, s.requested) for s in all_short)} to spare"
    wait = "" if any(s.never for s in all_short) else " wait until pods there are done,"
    most = {s.resource: room for s in all_short if (room := _most(found, s)) > 0}
    if not in_pipeline(found.step) or short.resource not in most:
        return Advice(f"{lacks}:{wait} free some there, or {more}.")
    fits = " and ".join(much(resource, value) for resource, value in most.items())
    text = f"{lacks}:{wait} lower the request to {fits} or less, or {more}."
    return Advice(text, sdk=_request_code(found.step.task, most))


def _most(found: Unschedulable, short: Shortage) -> int:
    """What the step's own container can ask for on the nearest node, beside the pod's other containers; a round number."""
    main = found.step.main_spec
    own = container_requests(main).get(short.resource, 0) if main else 0
    beside = max(0, short.requested - own)
    room = short.free - beside
    if room <= 0 and short.never:
        room = short.allocatable - beside
    return _rounded(short.resource, room)


def _rounded(resource: str, room: int) -> int:
    if room <= 0:
        return 0
    if resource == "cpu":
        step = 1000 if room >= 8000 else 100
        return room // step * step or room
    step = GI if room >= 8 * GI else 256 * MI if room >= GI else 64 * MI
    return room // step * step or room // MI * MI


def _request_code(task: str | None, most: Mapping[str, int]) -> str | None:
    """The SDK has setters for memory (whole numbers) and CPU only."""
    calls = "".join(
        f".{_SETTERS[resource]}('{sdk_quantity(value) if resource == 'memory' else base_units(resource, value)}')"
        for resource, value in most.items()
        if resource in _SETTERS
    )
    return f"{task_variable(task)}{calls}" if calls else None


def _by_words(found: Unschedulable) -> Match:
    """Nodes could not be read, or say otherwise than the scheduler: its own words, and what the pod asks for."""
    step, reason = found.step, found.reason
    resource = reason.subjects[0] if reason and reason.subjects else "memory"
    asked = found.needs.request(resource) if found.needs else 0
    if not asked and step.main_spec:
        asked = container_requests(step.main_spec).get(resource, 0)
    asks = f" for {much(resource, asked)}" if asked else f" for {_NOUNS.get(resource, resource)}"
    unread = "" if found.landscape else " Nodes could not be read, so how much they have is not known."
    setter = _SETTERS.get(resource)
    lower = f", or lower the request with {setter}" if setter and in_pipeline(step) else ""
    unit = "cores" if resource == "cpu" else "bytes"
    numbers: dict[str, Fact] = {f"request_{unit}": base_units(resource, asked) if asked else None}
    return Match(
        title=f"{step.subject} asks{asks}, and no node that is open to it has enough",
        confidence=found.confidence,
        objects=(step.ref(),),
        evidence=found.said,
        advice=(
            Advice(
                f"Free {_NOUNS.get(resource, resource)} on a node, add a node{lower}.{unread}",
                kubectl="kubectl describe nodes",
            ),
        ),
        facts=facts_of(found, **(numbers if resource in ("cpu", "memory") else {"resource": resource, **numbers})),
        key=(resource, asked),
    )


def too_many_pods(found: Unschedulable) -> Match:
    """Nodes have room, but run as many pods as they may."""
    short = _shortage(found)
    full = [f for f in found.fits if any(s.resource == "pods" for s in f.shortages)]
    limit = short.allocatable if short else None
    names = [f.node for f in full]
    told = f" ({limit} on {names[0]})" if limit is not None and names else ""
    text = "Delete pods that are not needed, add a node, or raise maxPods in the kubelet's configuration of the nodes."
    done = "kubectl get pods -A --field-selector=status.phase!=Succeeded,status.phase!=Failed -o wide"
    evidence = tuple(Evidence(f"node/{n}/status/allocatable", f"pods: {limit}") for n in names[:1] if limit is not None)
    return Match(
        title=f"{found.step.subject} finds no place: the nodes already run as many pods as they may{told}",
        confidence=found.confidence,
        objects=(found.step.ref(), *node_refs(names, 3)),
        evidence=(*found.said, *evidence),
        advice=(Advice(text, kubectl=done), *one_step_away(found)),
        facts=facts_of(found, resource="pods", hard=limit, node=names[0] if names else None),
        key=("pods",),
    )
