"""A lifecycle rule in words."""

from __future__ import annotations

from datetime import datetime, timezone

from kfpops.model.bucket import LifecycleRule
from kfpops.render.words import count


def named(rule: LifecycleRule) -> str:
    return rule.id or "(without a name)"


def of_what(rule: LifecycleRule) -> str:
    """What it is about: `objects that begin with v2/`, `all objects, with tag keep=no`."""
    said = [f"objects that begin with {rule.prefix}" if rule.prefix else "all objects"]
    said += [f"with tag {key}={value}" for key, value in rule.tags]
    said += [f"larger than {rule.size_over:,} bytes"] if rule.size_over is not None else []
    said += [f"smaller than {rule.size_under:,} bytes"] if rule.size_under is not None else []
    return ", ".join(said)


def does(rule: LifecycleRule) -> tuple[str, ...]:
    """Each thing that it does, one after the other; () when it does nothing that is known here."""
    done: list[str] = []
    if rule.expire_days is not None:
        done.append(f"deletes {count(rule.expire_days, 'day')} after they were written")
    if rule.expire_at is not None:
        done.append(f"deletes from {_date(rule.expire_at)} on")
    if rule.noncurrent_days is not None:
        kept = f", but keeps the newest {rule.newer_noncurrent:,}" if rule.newer_noncurrent else ""
        done.append(f"deletes old versions {count(rule.noncurrent_days, 'day')} after they were replaced{kept}")
    if rule.expired_markers:
        done.append("removes delete markers that hide nothing")
    if rule.abort_upload_days is not None:
        done.append(f"ends uploads that are unfinished {count(rule.abort_upload_days, 'day')} after they began")
    done += [f"moves to {storage}" for storage in dict.fromkeys(rule.transitions)]
    return tuple(done)


def _date(at: float) -> str:
    return f"{datetime.fromtimestamp(at, timezone.utc):%Y-%m-%d}"
