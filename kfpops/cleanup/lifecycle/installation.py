"""What KFP and the store do with lifecycle rules by themselves: what an administrator must know before relying on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.cleanup.lifecycle.rules import UNREADABLE, expires
from kfpops.cleanup.lifecycle.sweep import BucketRules
from kfpops.cleanup.lifecycle.words import named
from kfpops.model.bucket import LifecycleRule
from kfpops.render.words import count

Store: TypeAlias = Literal["seaweedfs", "minio", "other"]
SETTING = "ARTIFACT_RETENTION_DAYS"
_PREFIX = "private-artifacts"
_CONFIG = "ConfigMap pipeline-install-config"
# kubeflow/manifests: KFP 2.15 brought SeaweedFS and the setting; 2.17 brought a SeaweedFS newer than 4.32.
_SETTING_FROM, _NEWER_STORE_FROM = (2, 15), (2, 17)
_NO_STAMPS_FROM = (4, 32)


@dataclass(frozen=True, slots=True)
class Installed:
    """`version`: KFP's, `store_version`: the image's tag; "" when unknown. `retention`: ARTIFACT_RETENTION_DAYS of ConfigMap
    pipeline-install-config, None when it is not set or could not be read. `bucket`: the one that KFP's sync writes to."""

    version: str = ""
    multi_user: bool = False
    store: Store = "other"
    store_version: str = ""
    retention: str | None = None
    bucket: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """`code` names it for programs. `risk`: something may be lost by it; else it is advice."""

    code: str
    text: str
    advice: str = ""
    bucket: str = ""
    risk: bool = False


def coming_rules(installed: Installed, bucket: str, present: tuple[LifecycleRule, ...]) -> tuple[LifecycleRule, ...]:
    """The rule that KFP's profile controller will write (sync.py, upsert_lifecycle_policy), when it is not there yet."""
    days = _days(installed)
    if not _syncs(installed, bucket) or days is None or days <= 0:
        return ()
    rule = LifecycleRule(_PREFIX, True, _PREFIX, expire_days=days)
    there = any(r.enabled and r.prefix == _PREFIX and r.expire_days == days for r in present)
    return () if there else (rule,)


def notes(installed: Installed, buckets: tuple[BucketRules, ...]) -> tuple[Note, ...]:
    """Risks first."""
    looks = (_of_sync, _of_store, _of_rules)
    found = [note for bucket in buckets for look in looks for note in look(installed, bucket)]
    return tuple(sorted(found, key=lambda note: not note.risk))


def _of_sync(installed: Installed, bucket: BucketRules) -> list[Note]:
    if not _syncs(installed, bucket.bucket):
        return []
    days, enabled = _days(installed), [r for r in bucket.rules if r.enabled]
    each = "at every profile sync KFP"
    if days is None:
        why = f"{SETTING} is {installed.retention!r}, which is no whole number: KFP's profile sync leaves the rules alone."
        return [Note("retention-not-a-number", why, f"Set it to -1 or to a number of days in {_CONFIG}.", bucket.bucket)]
    if days <= 0 and enabled:
        number = count(len(enabled), "enabled rule")
        why = f"{SETTING} is {days}: {each} deletes all lifecycle rules of this bucket ({number})."
        advice = "Do not rely on lifecycle rules here, also not on those that end unfinished uploads."
        return [Note("rules-will-be-deleted", why, advice, bucket.bucket)]
    if days > 0:
        others = [r for r in bucket.rules if not _is_kfps(r, days)]
        also = f", and with it removes the other {count(len(others), 'rule')}" if others else ""
        after = f"deletes all that begins with {_PREFIX} after {count(days, 'day')}"
        why = f"{SETTING} is {days}: {each} writes one rule, which {after}{also}."
        advice = f"Set {SETTING} to -1 in {_CONFIG}, and clean up with kfpops cleanup."
        return [Note("retention-by-age", why, advice, bucket.bucket, risk=True)]
    return []


def _of_store(installed: Installed, bucket: BucketRules) -> list[Note]:
    """SeaweedFS before 4.32 wrote a time to live into each object while a rule was in force (seaweedfs #9825)."""
    rules = [r for r in (*bucket.rules, *bucket.coming) if expires(r)]
    if not rules or not _stamps(installed):
        return []
    version = installed.store_version or "older than 4.32"
    why = (
        f"This SeaweedFS ({version}) writes the end of life into each object when it is written. What was written while a "
        "rule was in force goes at its time, also when the rule is removed or made longer."
    )
    advice = "Copy what must stay (read it and write it again) after the rule is removed, and upgrade to KFP 2.17 or newer."
    return [Note("irreversible-ttl", why, advice, bucket.bucket, risk=True)]


def _of_rules(installed: Installed, bucket: BucketRules) -> list[Note]:
    enabled = [r for r in bucket.rules if r.enabled]
    found = [note for rule in enabled for note in _of_rule(rule, bucket.bucket)]
    if installed.store != "minio" and not any(r.abort_upload_days is not None for r in enabled):
        advice = "Add a rule with AbortIncompleteMultipartUpload, 7 days: it touches nothing else."
        why = "Unfinished uploads stay for ever, and no listing of objects shows them."
        found.append(Note("no-abort-rule", why, advice, bucket.bucket))
    if bucket.versioned and not any(r.noncurrent_days is not None for r in enabled):
        advice = "Add a rule with NoncurrentVersionExpiration; what it removes can no longer be brought back."
        why = "The bucket keeps old versions for ever: deleting frees no space."
        found.append(Note("versions-stay", why, advice, bucket.bucket))
    return found


def _of_rule(rule: LifecycleRule, bucket: str) -> list[Note]:
    name, found = named(rule), []
    if moved := sorted(UNREADABLE & set(rule.transitions)):
        why = f"Rule {name} moves objects to {' and '.join(moved)}, from where KFP cannot read them."
        found.append(Note("archived", why, "Leave out what steps may still take from the cache.", bucket, risk=True))
    if rule.tags and expires(rule):
        why = f"Rule {name} deletes only objects with certain tags. KFP sets none, and tags are not read here."
        found.append(Note("tags-not-checked", why, "", bucket))
    return found


def _syncs(installed: Installed, bucket: str) -> bool:
    """Whether KFP's profile controller looks after the rules of this bucket: in multi-user installations from 2.15 on."""
    known = _numbers(installed.version)
    recent = not known or known >= _SETTING_FROM
    return installed.multi_user and recent and installed.retention is not None and installed.bucket in ("", bucket)


def _days(installed: Installed) -> int | None:
    try:
        return int(installed.retention or "")
    except ValueError:
        return None


def _is_kfps(rule: LifecycleRule, days: int) -> bool:
    return rule.enabled and rule.prefix == _PREFIX and rule.expire_days == days


def _stamps(installed: Installed) -> bool:
    if installed.store != "seaweedfs":
        return False
    if own := _numbers(installed.store_version):
        return own < _NO_STAMPS_FROM
    return bool(known := _numbers(installed.version)) and known < _NEWER_STORE_FROM


def _numbers(version: str) -> tuple[int, ...]:
    """`2.17.0` and `v4.34_large_disk` as numbers; () when there are none."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else ()
