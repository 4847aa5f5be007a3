"""A plan as the JSON object `kfpops/cleanup-summary/v1`: its header and footer, and what the entries come to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kfpops.cleanup.plan.entry import Count, Eviction
from kfpops.cleanup.plan.summary import Dangling, Summary

SCHEMA = "kfpops/cleanup-summary/v1"


def plan_report(summary: Summary, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None. The plan's lines themselves are in the file that `plan` names."""
    header, footer = summary.header, summary.footer
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "plan": {
            "path": summary.path,
            "schema": header.schema,
            "id": header.id,
            "sha256": footer.sha256,
            "made_at": header.made_at,
            "expires_at": header.expires_at,
        },
        "source": header.source,
        "kfp_namespace": header.kfp_namespace,
        "policy": header.policy_name,
        "roots": list(header.roots),
        "buckets": list(header.buckets),
        "unsafe_grace_seconds": header.unsafe_grace_seconds,
        "deletes_nothing": summary.deletes_nothing,
        "live": header.live,
        "listed": _count(footer.listed),
        "goes": {**_count(summary.goes), **_by(footer.goes, "by_reason")},
        "keeps": {**_count(summary.keeps), **_by(footer.keeps, "by_reason")},
        "by_label": _counts(footer.labels),
        "by_kind": _counts(summary.by_kind()),
        "by_rule": _counts(summary.by_rule()),
        "groups": [
            {"reason": reason, "rule": rule or None, "who": who or None, **_named(who, summary), **_count(counted)}
            for (reason, who, rule), counted in summary.groups
        ],
        "evictions": [_eviction(e) for e in header.evictions],
        "duplicates": footer.duplicates,
        "dangling": None if summary.dangling is None else [_dangling(d) for d in summary.dangling],
        "notes": list(summary.notes),
    }


def _count(counted: Count) -> dict[str, object]:
    return {"objects": counted.objects, "bytes": counted.bytes}


def _counts(counts: Mapping[str, Count]) -> dict[str, object]:
    return {name: _count(counted) for name, counted in counts.items()}


def _by(counts: Mapping[str, Count], name: str) -> dict[str, object]:
    return {name: _counts(counts)}


def _named(who: str, summary: Summary) -> dict[str, object]:
    name, pipeline = summary.names.get(who, ("", ""))
    return {"name": name or None, "pipeline": pipeline or None}


def _eviction(eviction: Eviction) -> dict[str, object]:
    return {
        "run_id": eviction.run_id,
        "name": eviction.name or None,
        "rule": eviction.rule or None,
        "steps": eviction.steps,
        "seconds": eviction.seconds,
        "accelerator_hours": eviction.accelerator_hours,
    }


def _dangling(dangling: Dangling) -> dict[str, object]:
    return {
        "artifact_id": dangling.id,
        "uri": dangling.uri,
        "run_id": dangling.run_id or None,
        "task": dangling.task or None,
        "cached": dangling.cached,
        "users": dangling.users,
    }
