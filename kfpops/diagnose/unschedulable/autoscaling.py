"""Whether an autoscaler's answer is what keeps a pod waiting: a new node would do, and it cannot bring one."""

from __future__ import annotations

from kfpops.knowledge.autoscaler import ScaleUp

# What is cured by one more node of a kind that there is.
_ROOM = frozenset(
    f"scheduling/{name}"
    for name in (
        "insufficient-memory",
        "insufficient-cpu",
        "insufficient-gpu",
        "insufficient-ephemeral-storage",
        "too-many-pods",
        "no-nodes",
    )
)
# What is cured by a node of another kind.
_KIND = frozenset({"scheduling/gpu-unavailable", "scheduling/node-selector", "scheduling/untolerated-taint"})


def blocks(scale_up: ScaleUp, cause: str, never: bool | None) -> bool:
    """Whether the autoscaler's answer explains more than `cause`. `never`: no present node would ever take the pod.

    Full groups and groups in back-off are told to every pod, also to those that they would not fit
    (cluster-autoscaler leaves them out before it tries), so they count only where room is what is missing. That it once
    ordered a node for this very pod says that some group does fit.
    """
    if scale_up.outcome == "useless" or cause not in _ROOM | _KIND:
        return False
    if scale_up.asked_before or scale_up.event.reason == "FailedScaleUp":
        return True
    room = cause in _ROOM and not never
    return room or (scale_up.outcome == "failed" and cause == "scheduling/gpu-unavailable")
