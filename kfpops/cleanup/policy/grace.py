"""The shortest grace that is safe: what is younger may belong to a run that nobody has recorded yet."""

from __future__ import annotations

from kfpops.cleanup.policy.durations import format_duration
from kfpops.cleanup.policy.policy import SMALLEST_GRACE, Policy
from kfpops.errors import PlanRefused


def refuse_unsafe_grace(policy: Policy, *, unsafe_grace: bool) -> None:
    """Raises `PlanRefused` for a grace below `SMALLEST_GRACE` that nobody confirmed (`--unsafe-grace`)."""
    if policy.grace >= SMALLEST_GRACE or unsafe_grace:
        return
    raise PlanRefused(
        f"The policy's grace is {format_duration(policy.grace)}: below {format_duration(SMALLEST_GRACE)} "
        "files may be deleted that a run is still writing.",
        "Set grace: 24h or more; --unsafe-grace accepts it for this one plan.",
    )
