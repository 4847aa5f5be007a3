"""Runs and their artifacts: a mark on each run's root, and one on the place of each artifact, kept or given up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kfpops.cleanup.claims import Claim, Claims
from kfpops.cleanup.inventory import TAG, ArtifactFact, How, RunFact, Use
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.places import Place
from kfpops.cleanup.policy.policy import Kinds
from kfpops.cleanup.targets.dangling import has_bytes
from kfpops.cleanup.verdict import Reason, Verdict

_REASONS: Final[dict[How, Reason]] = {
    "cached": "taken-from-cache",
    "imported": "imported",
    "read": "read",
    "attributed": "attributed",
}
"""Why an artifact stays that a kept run uses without having made it."""

UNFINISHED: Final[frozenset[Reason]] = frozenset({"run-unfinished", "young", "may-be-retried"})
"""Reasons for which a run keeps all below its root, also what no artifact names: it may still write and read there."""

# Of several uses the one that explains most is told.
_ORDER: Final[tuple[How, ...]] = ("made", "cached", "imported", "read", "attributed")
_BELOW_RUN = 2
"""`<run's root>/<task>/<output>` before KFP 2.4, `<task>/<uuid>/<output>` since: so many parts at least."""


def run_marks(run: RunFact, places: Sequence[Place], claim: Claim, kinds: Kinds) -> Iterator[tuple[str, Mark]]:
    """At the run's root. A place that does not end in the run's id is more than this run's: it is never given up."""
    for place in places[:1] if claim.goes else places:
        own = place.path.rpartition("/")[2].lower() == run.id.lower() and "/" in place.path
        if own or not claim.goes:
            yield place.bucket, run_mark(place.path, run.id, claim, kinds)


def run_mark(path: str, run_id: str, claim: Claim, kinds: Kinds) -> Mark:
    """What a run's claim says of all below its root."""
    if claim.reason == "pinned":
        return Mark(path, "pin", False, "live", "pinned", run_id)
    since = kinds.orphans or 0.0 if claim.label == "orphan" else 0.0
    return Mark(path, "run", claim.goes, claim.label, claim.reason, run_id, claim.rule, since)


def artifact_marks(artifact: ArtifactFact, places: Sequence[Place], claims: Claims) -> Iterator[tuple[str, Mark]]:
    """At the artifact's place. One that may go is marked only where its own task wrote it: else another mark decides."""
    verdict = judge_artifact(artifact, claims)
    empty = not has_bytes(artifact)
    for place in places if not verdict.goes else places[:1]:
        if not verdict.goes or _is_own_output(artifact, place.path):
            _, label, reason, who, rule = verdict
            yield place.bucket, Mark(place.path, "artifact", verdict.goes, label, reason, who, rule, 0.0, artifact.id, empty)


def _is_own_output(artifact: ArtifactFact, path: str) -> bool:
    run_id = artifact.producer.run_id.lower() if artifact.producer else ""
    _, _, below = path.lower().partition(f"/{run_id}/") if run_id else ("", "", "")
    return f"/{below}/".count("/") > _BELOW_RUN and "//" not in f"/{below}/"


def judge_artifact(artifact: ArtifactFact, claims: Claims) -> Verdict:
    """Whether anything needs it, by all that is known but where it lies."""
    if TAG in artifact.labels:
        return Verdict(False, "live", "tagged", artifact.labels[TAG])
    uses = _uses(artifact)
    goes: list[Verdict] = []
    held: list[Verdict] = []
    for use in uses:
        verdict = _by_use(use, artifact, claims)
        (goes if verdict.goes else held).append(verdict)
    if held:
        # Somebody who is known is a better reason than somebody who is not.
        return min(held, key=lambda verdict: verdict.label != "live")
    hit = _hit(artifact, claims)
    if hit is not None:
        return hit
    if not uses:
        return Verdict(False, "foreign", "owner-unknown")
    # By the run that made it, else by the first that used it: they are in this order.
    return goes[0]


def _uses(artifact: ArtifactFact) -> Sequence[Use]:
    uses = artifact.uses
    made = Use(artifact.producer.run_id, "made") if artifact.producer else None
    if made is not None and made not in uses:
        uses = (*uses, made)
    return uses if len(uses) < 2 else sorted(uses, key=lambda use: (use != made, _ORDER.index(use.how), use.run_id))


def _by_use(use: Use, artifact: ArtifactFact, claims: Claims) -> Verdict:
    """Whether a use keeps it. A run that is not among all runs is newer than they, or nobody knows it."""
    run = claims.find(use.run_id)
    if run is None:
        if use.run_id.lower() in claims.sight.pinned:
            return Verdict(False, "live", "pinned", use.run_id)
        return Verdict(False, "foreign", "owner-unknown", use.run_id)
    claim = claims.on(run, artifact)
    if not claim.goes:
        return Verdict(False, "live", _REASONS.get(use.how, claim.reason), run.id, claim.rule)
    if run.known and not claims.evicted(run.id):
        # What a run has imported is not its own to give up: its importing counts until KFP does not know the run any more.
        if use.how == "imported":
            return Verdict(False, "live", "imported", run.id)
        # A retry reads again what the finished tasks were given, also by another run's task.
        if run.retryable:
            return Verdict(False, "live", "may-be-retried", run.id)
    return Verdict(True, claim.label, claim.reason, run.id, claim.rule)


def _hit(artifact: ArtifactFact, claims: Claims) -> Verdict | None:
    """What a cache entry of the run that made it would hand out."""
    producer = artifact.producer
    run = claims.find(producer.run_id) if producer else None
    if producer is None or run is None or claims.evicted(run.id):
        return None
    hits = run.caches and producer.complete and bool(producer.fingerprint)
    return Verdict(False, "live", "cache-entry", run.id) if hits else None
