"""A check of lifecycle rules as the JSON object `kfpops/cleanup-lifecycle/v1` (docs/schemas/cleanup-lifecycle.json)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from kfpops.cleanup.lifecycle.check import Check, Danger, Example
from kfpops.cleanup.lifecycle.installation import Note
from kfpops.cleanup.lifecycle.place import WORDS
from kfpops.cleanup.lifecycle.rules import DAY
from kfpops.cleanup.lifecycle.sweep import BucketRules
from kfpops.cleanup.lifecycle.words import does, of_what
from kfpops.knowledge.redaction import redact
from kfpops.model.bucket import LifecycleRule
from kfpops.model.diagnosis import Source

SCHEMA = "kfpops/cleanup-lifecycle/v1"


def lifecycle_report(
    source: Source, buckets: Sequence[BucketRules], notes: Sequence[Note], now: datetime, check: Check | None
) -> dict[str, object]:
    """`check` None: only shown, nothing was compared with what is live. `now` is the moment that days are counted from."""
    return {
        "schema": SCHEMA,
        "generated_at": now,
        "source": {"kind": source.kind, "name": source.name or None},
        "buckets": [_bucket(bucket) for bucket in buckets],
        "checked": check is not None,
        "places": check.places if check else None,
        "dangers": [_danger(danger, now.timestamp()) for danger in check.dangers] if check else [],
        "notes": [_note(note) for note in notes],
        "not_checked": [{"source": "inventory", "why": gap} for gap in check.gaps] if check else [],
    }


def _bucket(bucket: BucketRules) -> dict[str, object]:
    rules = [_rule(rule, coming=False) for rule in bucket.rules] + [_rule(rule, coming=True) for rule in bucket.coming]
    return {"name": bucket.bucket, "versioned": bucket.versioned, "rules": rules}


def _rule(rule: LifecycleRule, *, coming: bool) -> dict[str, object]:
    return {
        "id": rule.id or None,
        "enabled": rule.enabled,
        "coming": coming,
        "applies_to": of_what(rule),
        "does": list(does(rule)),
        "prefix": rule.prefix,
        "tags": dict(rule.tags),
        "larger_than_bytes": rule.size_over,
        "smaller_than_bytes": rule.size_under,
        "expire_seconds": None if rule.expire_days is None else int(rule.expire_days * DAY),
        "expire_at": _moment(rule.expire_at),
        "noncurrent_seconds": None if rule.noncurrent_days is None else int(rule.noncurrent_days * DAY),
        "abort_upload_seconds": None if rule.abort_upload_days is None else int(rule.abort_upload_days * DAY),
        "moves_to": list(rule.transitions),
    }


def _danger(danger: Danger, now: float) -> dict[str, object]:
    return {
        "bucket": danger.bucket,
        "rule": danger.rule.id or None,
        "coming": danger.coming,
        "breaks": danger.breaks,
        "what_breaks": WORDS[danger.breaks],
        "places": danger.places,
        "first_at": _moment(danger.at),
        "seconds_until": None if danger.at is None else round(danger.at - now),
        "examples": [_example(example, danger.bucket) for example in danger.examples],
    }


def _example(example: Example, bucket: str) -> dict[str, object]:
    return {
        "bucket": bucket,
        "path": redact(example.path),
        "needed_by": example.who or None,
        "at": _moment(example.at),
        "measured": example.measured,
    }


def _note(note: Note) -> dict[str, object]:
    return {
        "code": note.code,
        "risk": note.risk,
        "bucket": note.bucket or None,
        "text": note.text,
        "advice": note.advice or None,
    }


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, timezone.utc)
