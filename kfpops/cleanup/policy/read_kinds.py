"""The kinds beside the runs' artifacts in a policy file, and the limits of a plan."""

from __future__ import annotations

from typing import Final

from kfpops.cleanup.policy.fields import Fields
from kfpops.cleanup.policy.policy import Kinds, Limits

ORPHANS: Final = ("older_than", "unknown_runs")
AGE: Final = ("older_than",)
VERSIONS: Final = ("noncurrent_older_than", "keep", "markers_older_than")
LIMITS: Final = ("share_of_objects", "share_of_bytes", "objects", "bytes", "fewer_live")


def read_kinds(fields: Fields) -> Kinds:
    """An age of 0 is the grace alone."""
    versions = fields.block("versions", VERSIONS)
    noncurrent = versions.duration("noncurrent_older_than", positive=False) if versions else None
    if versions and "keep" in versions and "noncurrent_older_than" not in versions:
        versions.add(
            "keep", '"keep" of "versions" means nothing without "noncurrent_older_than".', "Add noncurrent_older_than."
        )
    return Kinds(
        orphans=_age(fields, "orphans", ORPHANS),
        unknown_runs=_unknown_runs(fields),
        argo_logs=_age(fields, "argo_logs", AGE),
        uploads=_age(fields, "uploads", AGE),
        noncurrent=noncurrent,
        keep_noncurrent=(versions.number("keep", least=0) or 0) if versions else 0,
        markers=versions.duration("markers_older_than", positive=False) if versions else None,
        partial=_age(fields, "partial_outputs", AGE),
    )


def _age(fields: Fields, key: str, known: tuple[str, ...]) -> float | None:
    """`true`: the grace alone; `false`: not at all; or a mapping with the age."""
    if fields.is_truth(key):
        return 0.0 if fields.truth(key) else None
    found = fields.block(key, known)
    if found is None:
        return None
    return found.duration("older_than", positive=False) or 0.0


def _unknown_runs(fields: Fields) -> float | None:
    """Off unless an age is named: neither KFP nor the lineage store tells anything of what would go."""
    orphans = fields.block("orphans", ORPHANS) if "orphans" in fields and not fields.is_truth("orphans") else None
    if orphans is None or "unknown_runs" not in orphans:
        return None
    if orphans.is_truth("unknown_runs"):
        if orphans.truth("unknown_runs"):
            hint = "Write the age from which they may go: unknown_runs: {older_than: 30d}."
            orphans.add("unknown_runs", '"true" is not enough for "unknown_runs": nobody knows whose these files are.', hint)
        return None
    found = orphans.block("unknown_runs", AGE)
    return (found.duration("older_than", positive=False) or 0.0) if found else None


def read_limits(fields: Fields) -> Limits:
    found = fields.block("limits", LIMITS, may_be_empty=True)
    if found is None:
        return Limits()
    plain = Limits()
    shares = {key: found.share(key) for key in ("share_of_objects", "share_of_bytes", "fewer_live")}
    return Limits(
        share_of_objects=_else(shares["share_of_objects"], plain.share_of_objects),
        share_of_bytes=_else(shares["share_of_bytes"], plain.share_of_bytes),
        objects=found.number("objects", least=0),
        bytes=found.size("bytes"),
        fewer_live=_else(shares["fewer_live"], plain.fewer_live),
    )


def _else(value: float | None, default: float) -> float:
    return default if value is None else value
