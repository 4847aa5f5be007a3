"""What a namespace's quotas and LimitRanges leave, and who holds what they count."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.diagnose.facts import Facts
from kfpops.knowledge.memory_advice import sdk_quantity
from kfpops.knowledge.quantity import format_bytes, format_cores, parse_quantity
from kfpops.model.namespaced import LimitRange
from kfpops.model.pod import Pod


def base_of(resource: str) -> tuple[str, bool]:
    """("memory", True) for `limits.memory`: the resource that pods name, and whether their limits are counted."""
    kind, dot, rest = resource.partition(".")
    return (rest, kind == "limits") if dot and kind in ("requests", "limits") else (resource, False)


def is_bytes(resource: str) -> bool:
    base = base_of(resource)[0]
    return base in ("memory", "storage", "ephemeral-storage") or base.endswith("/requests.storage")


def amount(resource: str, number: float) -> str:
    """A number of a resource as a person would write it: "4Gi", "500m", "2"."""
    if is_bytes(resource):
        return format_bytes(number) if number >= 0 else f"-{format_bytes(-number)}"
    return format_cores(number) if base_of(resource)[0] == "cpu" else f"{number:g}"


def exact(resource: str, number: float) -> str:
    """The same as a quantity that loses nothing."""
    return sdk_quantity(int(number)) if is_bytes(resource) else amount(resource, number)


def holders(facts: Facts, namespace: str, resource: str) -> tuple[tuple[str, float], ...]:
    """(pod, amount) of the pods that hold a resource in a namespace, the largest first; () when pods were not read."""
    base, limits = base_of(resource)
    held = [(p.metadata.name, _held(p, base, limits)) for p in _alive(facts.around.pods or (), namespace)]
    return tuple(sorted(((n, a) for n, a in held if a > 0), key=lambda pair: (-pair[1], pair[0])))


def _alive(pods: Iterable[Pod], namespace: str) -> Iterable[Pod]:
    return (p for p in pods if p.metadata.namespace == namespace and p.status.phase not in ("Succeeded", "Failed"))


def _held(pod: Pod, base: str, limits: bool) -> float:
    wanted = (c.resources.limits if limits else c.resources.requests for c in pod.spec.containers)
    return sum(parse_quantity(w.get(base)) or 0 for w in wanted)


def limit_range_that_says(facts: Facts, namespace: str, resource: str, bound: float | None) -> LimitRange | None:
    """The LimitRange with this bound, or the only one there is; None when it cannot be told."""
    here = [r for r in facts.around.limit_ranges or () if r.metadata.namespace == namespace]
    for limits in here:
        for item in limits.spec.limits:
            said = (item.max.get(resource), item.min.get(resource), item.max_limit_request_ratio.get(resource))
            if bound is not None and bound in [parse_quantity(s) for s in said if s is not None]:
                return limits
    return here[0] if len(here) == 1 else None
