"""The next memory limit to try, and how it is written: enough to help, no more than a node and the namespace allow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kfpops.knowledge.quantity import format_bytes
from kfpops.knowledge.sdk import task_variable

MI = 2**20
GI = 2**30

# A quarter more, as KRR adds after an OOM, then half, then double; at least 100 MiB, as the Vertical Pod Autoscaler.
_GROWTHS = (1.25, 1.5, 2.0)
_LEAST = 100 * MI
# What a request is of its limit: four fifths packs a quarter more steps on a node; all of it makes eviction less likely.
_REQUEST_SHARE = 0.8
# The rest of a node belongs to the pods that run on every node.
_NODE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that a container may have, in bytes, and who says so ("the largest node", "LimitRange x")."""

    size: int
    who: str


@dataclass(frozen=True, slots=True)
class NextLimit:
    """Limit and request in bytes. `held_by`: what keeps the limit below what would be better.

    `too_large`: not even a little more than now is allowed; the limit is what would be needed all the same.
    """

    limit: int
    request: int
    held_by: Ceiling | None = None
    too_large: bool = False


def next_limit(
    limit: int, *, request: int | None = None, worked: int | None = None, failed: int = 0, ceilings: Sequence[Ceiling] = ()
) -> NextLimit:
    """What to set after a container with this limit ran out of memory.

    `worked`: a limit with which the same step succeeded. `failed`: how many smaller limits failed before this one: a search
    that takes many runs costs more than memory, so it grows faster each time.
    """
    growth = _GROWTHS[min(failed, len(_GROWTHS) - 1)]
    wanted = worked or _up(max(limit * growth, limit + _LEAST))
    lowest = min(ceilings, key=lambda c: c.size, default=None)
    if lowest is None or lowest.size >= wanted:
        return NextLimit(wanted, request_for(wanted, limit, request))
    allowed = _down(lowest.size)
    if allowed <= limit:
        return NextLimit(wanted, request_for(wanted, limit, request), lowest, too_large=True)
    return NextLimit(allowed, request_for(allowed, limit, request), lowest)


def request_for(limit: int, old_limit: int | None = None, old_request: int | None = None) -> int:
    """The request beside a limit, in bytes: equal where it was equal before, else four fifths, never less than before."""
    if old_request is not None and old_limit is not None and old_request >= old_limit:
        return limit
    share = limit * _REQUEST_SHARE
    step = 16 * MI if share < GI else 64 * MI
    return min(limit, max(math.ceil(share / step) * step, old_request or 0))


def node_ceiling(largest_allocatable: int) -> Ceiling:
    """What a step can have of the largest node."""
    return Ceiling(int(largest_allocatable * _NODE_SHARE), f"the largest node has {format_bytes(largest_allocatable)}")


def _step(size: float) -> int:
    return 64 * MI if size < GI else 256 * MI if size < 8 * GI else GI


def _up(size: float) -> int:
    step = _step(size)
    return math.ceil(size / step) * step


def _down(size: float) -> int:
    step = _step(size)
    return max(int(size / step) * step, MI)


def sdk_quantity(size: int) -> str:
    """Bytes as the SDK takes them (`set_memory_limit` allows whole numbers only): "512Mi", "2Gi"."""
    return f"{size // GI}Gi" if size % GI == 0 else f"{math.ceil(size / MI)}Mi"


def memory_code(task: str | None, limit: int, request: int) -> str:
    """SDK code that sets both."""
    setters = f".set_memory_request('{sdk_quantity(request)}').set_memory_limit('{sdk_quantity(limit)}')"
    return f"{task_variable(task)}{setters}"
