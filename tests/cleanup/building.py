"""Builders of what clean-up judges by: runs, artifacts, inventories and objects, of a KFP in its usual places.

Times are seconds since the epoch. What is built is old: runs ended, and objects were written, a hundred days before `NOW`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kfpops.cleanup.claims import Claims, claims_of
from kfpops.cleanup.inventory import ArtifactFact, How, Inventory, LogLayout, Pin, Producer, RunFact, Use
from kfpops.cleanup.live import judge, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.policy.policy import DAY, Kinds, Policy
from kfpops.cleanup.terms import Terms, ordered, terms_of
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject

NOW = 1_795_000_000.0
OLD = NOW - 100 * DAY
BUCKET = "mlpipeline"
ROOT_PATH = "v2/artifacts"
ROOT = f"minio://{BUCKET}/{ROOT_PATH}"
LOG_FORMAT = (
    "private-artifacts/{{workflow.namespace}}/{{workflow.name}}/{{workflow.creationTimestamp.Y}}"
    "/{{workflow.creationTimestamp.m}}/{{workflow.creationTimestamp.d}}/{{pod.name}}"
)
ALL_KINDS = Kinds(orphans=0.0, unknown_runs=0.0, argo_logs=0.0, uploads=0.0, noncurrent=0.0, markers=0.0, partial=0.0)


def run_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def a_run(number: int = 1, **more: Any) -> RunFact:
    """A run of pipeline `train` that KFP knows, that has succeeded, and that no policy speaks of."""
    id = more.pop("id", run_id(number))
    pipeline = more.pop("pipeline", "train")
    facts: dict[str, Any] = {
        "known": True, "finished": True, "name": f"run {number}", "namespace": "team-a", "pipeline": pipeline,
        "state": "SUCCEEDED", "workflow": f"train-{number:05d}", "root": f"{ROOT}/{pipeline}/{id}",
        "created_at": OLD, "finished_at": OLD + 600,
    }  # fmt: skip
    return RunFact(id=id, **(facts | more))


def deleted(number: int = 1, **more: Any) -> RunFact:
    """A run that only the lineage store knows."""
    return a_run(number, **({"known": False, "state": ""} | more))


def uri_of(run: RunFact, task: str = "fit", name: str = "model") -> str:
    """Where KFP puts an output."""
    return f"{run.root}/{task}/00000000-0000-4000-9000-000000000000/{name}"


def an_artifact(run: RunFact, *uses: tuple[RunFact, How], id: str = "1", **more: Any) -> ArtifactFact:
    """What task `fit` of a run wrote; `uses`: by other runs."""
    facts: dict[str, Any] = {
        "uri": uri_of(run), "type": "system.Model", "state": "LIVE", "created_at": OLD,
        "uses": (Use(run.id, "made"), *(Use(user.id, how) for user, how in uses)),
        "producer": Producer(f"e{id}", run.id, "fit", f"f{id}", complete=True, seconds=60.0),
    }  # fmt: skip
    return ArtifactFact(id=id, **(facts | more))


def imported(uri: str, *runs: RunFact, id: str = "1", **more: Any) -> ArtifactFact:
    """A row that importers made of a URI."""
    uses = tuple(Use(run.id, "imported") for run in runs)
    return ArtifactFact(id=id, uri=uri, type="system.Dataset", state="LIVE", created_at=OLD, uses=uses, **more)


def an_inventory(runs: Iterable[RunFact] = (), artifacts: Sequence[ArtifactFact] = (), **more: Any) -> Inventory:
    """Of the usual root and logs."""
    facts: dict[str, Any] = {"began_at": NOW, "roots": (ROOT,), "logs": (LogLayout(f"minio://{BUCKET}", LOG_FORMAT),)}
    return Inventory(runs={run.id: run for run in runs}, artifacts=artifacts, **(facts | more))


def an_object(key: str, size: int = 10, modified_at: float = OLD, etag: str = "e") -> BucketObject:
    return BucketObject(key, size, etag, modified_at)


def a_pin(target: str, by: str = "pins file", name: str = "") -> Pin:
    return Pin(target, by, name)


def log_key(workflow: str, template: str = "system-container-impl", number: int = 1) -> str:
    """The archived log of a pod."""
    return f"private-artifacts/team-a/{workflow}/2026/08/13/{workflow}-{template}-{number}/main.log"


def judged_by(inventory: Inventory, policy: Policy, bucket: str = BUCKET) -> tuple[tuple[Mark, ...], Terms]:
    """The marks of a bucket, sorted, and the terms."""
    claims: Claims = claims_of(inventory, policy, NOW)
    marks = (mark for name, mark in marks_of(inventory, policy, NOW, claims) if name == bucket)
    return tuple(sorted(marks, key=lambda mark: ordered(mark.path))), terms_of(bucket, inventory, policy, claims, NOW)


def listed(keys: Iterable[str], page: int = 3) -> Iterator[Sequence[BucketObject]]:
    """The pages of a listing in byte order."""
    objects = [an_object(key) for key in sorted(set(keys), key=ordered)]
    return (objects[at : at + page] for at in range(0, len(objects), page))


def path(uri: str) -> str:
    """The key of a URI in the usual bucket."""
    return uri.removeprefix(f"minio://{BUCKET}/")


Went = list[tuple[BucketObject, Verdict]]
Kept = dict[tuple[str, str], tuple[int, int]]


def all_of(pages: Iterable[Sequence[BucketObject]], marks: Iterable[Mark], terms: Terms) -> tuple[Went, Kept]:
    """What `live` says of all pages together."""
    goes: Went = []
    keeps: Kept = {}
    for judged in live(pages, marks, terms):
        goes += [(obj, group.verdict) for obj, group in judged.each()]
        for (label, reason), (objects, size) in judged.keeps.items():
            before = keeps.get((label, reason), (0, 0))
            keeps[label, reason] = (before[0] + objects, before[1] + size)
    return goes, keeps


def told(inventory: Inventory, key: str, policy: Policy, modified_at: float = OLD) -> tuple[str, str, str]:
    """Label, reason and who of one object, by both ways; a `+` before the reason of what may go."""
    marks, terms = judged_by(inventory, policy)
    obj = an_object(key, modified_at=modified_at)
    verdict = judge(obj, marks, terms)
    goes, keeps = all_of([[obj]], marks, terms)
    assert goes == ([(obj, verdict)] if verdict.goes else [])
    assert keeps == ({} if verdict.goes else {(verdict.label, verdict.reason): (1, 10)})
    return verdict.label, f"{'+' if verdict.goes else ''}{verdict.reason}", verdict.who
