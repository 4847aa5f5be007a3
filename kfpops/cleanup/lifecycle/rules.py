"""What a lifecycle rule does, as S3 documents it: which places it covers, and when an object of them expires.

Upstream: Amazon S3 User Guide, "Lifecycle configuration elements" and "Examples of S3 Lifecycle configurations".
"""

from __future__ import annotations

import math

from kfpops.model.bucket import LifecycleRule

DAY = 86400.0

UNREADABLE = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes whose objects must be restored before they can be read: KFP does not."""


def expires(rule: LifecycleRule) -> bool:
    """Whether it deletes current objects, now or some day. A rule with tags covers only what somebody has tagged."""
    return rule.enabled and (rule.expire_days is not None or rule.expire_at is not None)


def covers(rule: LifecycleRule, path: str) -> bool:
    """Whether its prefix covers what lies at `path`, or below `path/`, or a part of that. Prefixes are text, not folders."""
    return path.startswith(rule.prefix) or rule.prefix == path or rule.prefix.startswith(f"{path}/")


def covers_size(rule: LifecycleRule, size: int) -> bool:
    """Whether its filter takes objects of this size: both bounds are excluded."""
    return (rule.size_over is None or size > rule.size_over) and (rule.size_under is None or size < rule.size_under)


def expiry(rule: LifecycleRule, modified_at: float) -> float | None:
    """When it deletes a current object that was written then; None: never. Seconds since the epoch.

    Days are added to the time of writing and rounded up to the next midnight UTC. A date holds for everything that is there
    when it comes, and for what is written later at once.
    """
    if not expires(rule):
        return None
    ends = [] if rule.expire_at is None else [max(rule.expire_at, modified_at)]
    if rule.expire_days is not None:
        ends.append(math.ceil((modified_at + rule.expire_days * DAY) / DAY) * DAY)
    return min(ends)
