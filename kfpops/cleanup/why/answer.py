"""An answer to `why`: what becomes of what lies at a URI, and the runs, tasks, artifacts and pins that decide it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import ArtifactFact, Gap, How, Use
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.verdict import Verdict
from kfpops.cleanup.words import CLAIMS
from kfpops.model.bucket import BucketObject

What: TypeAlias = Literal["object", "folder", "nothing"]
StepKind: TypeAlias = Literal["artifact", "use", "run", "pin", "rule"]

_HOW: dict[How, str] = {
    "made": "wrote it",
    "cached": "took it from the cache",
    "imported": "imported it",
    "read": "read it",
    "attributed": "counts it among its artifacts",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the path. `keeps`: it speaks for keeping; None when it only tells where the others come from."""

    kind: StepKind
    id: str
    text: str
    keeps: bool | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Objects of a folder that have one verdict."""

    verdict: Verdict
    counted: Count


@dataclass(frozen=True, slots=True)
class Answer:
    """`object` and `verdict` of an object; `groups` of a folder, the largest first; `nearest` where nothing lies: keys.

    `policy`: its file's name, "" when the question was asked without one. `gaps`: what is not known, and could keep more.
    """

    uri: str
    bucket: str
    key: str
    what: What
    policy: str = ""
    object: BucketObject | None = None
    verdict: Verdict | None = None
    groups: tuple[Group, ...] = ()
    steps: tuple[Step, ...] = ()
    nearest: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


def steps_of(
    artifacts: Iterable[ArtifactFact], run_ids: Iterable[str], marks: Iterable[Mark], claims: Claims
) -> tuple[Step, ...]:
    """What has to do with a place: `artifacts` that name it, runs (also those of its path), and `marks` around it."""
    steps: list[Step] = []
    told: dict[str, None] = dict.fromkeys(run_ids)
    for artifact in artifacts:
        steps += _of_artifact(artifact, claims)
        made = artifact.producer
        told |= dict.fromkeys([made.run_id] if made and made.run_id else [])
        told |= dict.fromkeys(use.run_id for use in artifact.uses)
    steps += [_of_pin(mark) for mark in marks if mark.kind == "pin"]
    users = {step.id for step in steps if step.kind == "use"}
    for run_id in told:
        # What a user's run claims was said with its use.
        steps += [step for step in _of_run(run_id, claims) if step.kind == "rule" or run_id not in users]
    # What keeps it is what is asked for.
    return tuple(sorted(dict.fromkeys(steps), key=lambda step: step.keeps is not True))


def _of_artifact(artifact: ArtifactFact, claims: Claims) -> Iterator[Step]:
    made = artifact.producer
    origin = f"made by task {made.task or '(unknown)'} of run {made.run_id or '(unknown)'}" if made else "made by no task"
    state = f", {artifact.state}" if artifact.state not in ("", "LIVE") else ""
    kind = f"{artifact.type or 'no type'}{state}"
    yield Step("artifact", artifact.id, f"artifact {artifact.id} ({kind}), {origin}: {artifact.uri}")
    for use in artifact.uses:
        yield _of_use(artifact, use, claims)
    if made and made.complete and made.fingerprint and _is_cached(made.run_id, claims):
        told = f"the cache can hand it out: entries of run {made.run_id} are still there"
        yield Step("use", made.run_id, told, not claims.evicted(made.run_id))


def _is_cached(run_id: str, claims: Claims) -> bool:
    run = claims.find(run_id)
    return run is not None and run.caches


def _of_use(artifact: ArtifactFact, use: Use, claims: Claims) -> Step:
    run = claims.find(use.run_id)
    text = f"run {named(use.run_id, claims)} {_HOW[use.how]}"
    if run is None:
        return Step("use", use.run_id, f"{text}; nobody knows that run")
    claim = claims.on(run, artifact)
    return Step("use", use.run_id, f"{text}; {_claimed(claim.reason, claim.rule)}", not claim.goes)


def _of_run(run_id: str, claims: Claims) -> Iterator[Step]:
    claim = claims.of(run_id)
    if claim is None:
        yield Step("run", run_id, f"run {run_id}: neither KFP nor the lineage store knows it", False)
        return
    told = _claimed(claim.reason, claim.rule)
    yield Step("run", run_id, f"run {named(run_id, claims)}: {told}", not claim.goes)
    run = claims.find(run_id)
    for say in claims.sight.says.get(run.id if run else run_id, ()):
        verb = "keeps it" if say.keeps else "gives it up"
        yield Step("rule", say.rule, f"rule {say.rule} {verb if say.whole else f'{verb} in part'}: {say.why}", say.keeps)


def _of_pin(mark: Mark) -> Step:
    if mark.reason == "served":
        return Step("pin", mark.who, f"served by {mark.who}", True)
    return Step("pin", mark.who, f"pinned: {mark.who}" if mark.who else "pinned", True)


def _claimed(reason: str, rule: str) -> str:
    by = f" (rule {rule})" if rule else ""
    return f"{CLAIMS.get(reason, reason)}{by}"


def named(run_id: str, claims: Claims) -> str:
    """A run with its name and pipeline, as far as they are known."""
    run = claims.find(run_id)
    told = ", ".join(filter(None, (run.name, run.pipeline and f"pipeline {run.pipeline}"))) if run else ""
    return f"{run_id} ({told})" if told else run_id
