"""Random stores: the merge says what the simple specification says, and nothing that a run needs goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.cleanup.inventory import ArtifactFact, RunFact
from kfpops.cleanup.live import Terms, judge
from kfpops.cleanup.mark import Mark, MarkKind
from kfpops.cleanup.policy.policy import HOUR, Kinds, Policy
from kfpops.cleanup.targets.argo_logs import read_format
from kfpops.cleanup.terms import ordered
from kfpops.cleanup.verdict import Label, Reason, Verdict
from kfpops.model.bucket import BucketObject
from tests.cleanup.building import (
    ALL_KINDS,
    BUCKET,
    NOW,
    OLD,
    ROOT,
    ROOT_PATH,
    a_run,
    all_of,
    an_artifact,
    an_inventory,
    an_object,
    deleted,
    imported,
    judged_by,
    listed,
    path,
    run_id,
)
from tests.lineage.examples import examples

ALL = Policy(kinds=ALL_KINDS)
IN_BUCKET = f"minio://{BUCKET}/"

# Random worlds: names that sort around `/`, and above all of ASCII.
_NAMES = (
    "a",
    "a-",
    "a.",
    "a!",
    "a0",
    "b",
    "-",
    ".",
    "..",
    "",
    "%2F",
    "é",
    "\uffee",
    "\U0001f600",
    "\udc80",
    "\udcff",
    "a\0",
)
_SHAPES = (f"p/{run_id(1)}/t", f"p/{run_id(2)}/t", f"p/{run_id(3)}", f"p/{run_id(9)}/t", f"p-/{run_id(2)}")
_RUNS = (a_run(1), deleted(2), a_run(3, finished=False), a_run(4, state="FAILED", retryable=True))
_SAYS: tuple[tuple[MarkKind, bool, Label, Reason], ...] = (
    ("artifact", False, "live", "run-kept"),
    ("artifact", False, "live", "read"),
    ("artifact", False, "foreign", "owner-unknown"),
    ("artifact", True, "expired", "artifact-expired"),
    ("artifact", True, "orphan", "run-deleted"),
    ("pin", False, "live", "pinned"),
    ("run", False, "live", "run-kept"),
    ("run", False, "live", "run-unfinished"),
    ("run", True, "orphan", "run-deleted"),
    ("run", True, "expired", "run-expired"),
)


_FORMATS = tuple(
    map(read_format, ("logs/{{workflow.name}}/{{pod.name}}", "r/{{workflow.name}}", "{{workflow.labels.x}}", ""))
)
_KINDS = (ALL_KINDS, ALL_KINDS, Kinds(), Kinds(orphans=0.0), Kinds(partial=100 * 24 * HOUR))
_TERMS = judged_by(an_inventory(_RUNS), ALL)[1]


def _some_path(random: Random) -> str:
    parts = random.choices(_NAMES, k=random.randint(0, 3))
    if random.random() < 0.4:
        parts.insert(random.randint(0, len(parts)), random.choice(_SHAPES))
    if random.random() < 0.8:
        parts.insert(0, random.choice(("r", "r", "r/a", "pipelines", "logs")))
    return "/".join(parts)


def _some_key(random: Random, paths: Sequence[str]) -> str:
    base = random.choice(paths) if random.random() < 0.8 else _some_path(random)
    return base + random.choice(("", "/", "/x", "-x", ".x", "0", "/x/y", "/x-", f"/{run_id(3)}/z", "/train-00001/p", "//"))


def _world(random: Random) -> tuple[list[BucketObject], list[Mark], Terms]:
    roots = (
        {"r"} if random.random() < 0.6 else set(random.sample(("r", "r/a", "", "r-", "r/a/b", "é"), k=random.randint(0, 3)))
    )
    terms = replace(
        _TERMS,
        roots=tuple(roots),
        logs=(random.choice(_FORMATS),) if random.random() < 0.4 else (),
        kinds=random.choice(_KINDS),
        workflows_known=random.random() < 0.5,
    )
    marks: list[Mark] = []
    for number in range(random.randint(0, 8)):
        if marks and random.random() < 0.3:
            where = random.choice(marks).path + random.choice(("", "", "/x", "-", "/x/y"))
        else:
            where = _some_path(random)
        kind, goes, label, reason = random.choice(_SAYS)
        marks.append(
            Mark(
                where.rstrip("/"),
                kind,
                goes,
                label,
                reason,
                run_id(random.randint(1, 4)),
                "",
                random.choice((0.0, 0.0, 1e9)),
                str(number),
            )
        )
    marks.sort(key=lambda mark: ordered(mark.path))
    keys = {_some_key(random, [mark.path for mark in marks] or ["r"]) for _ in range(random.randint(1, 10))} - {""}
    times = (OLD, OLD, 0.0, NOW, NOW + 5)
    return [an_object(key, random.randint(0, 9), random.choice(times)) for key in sorted(keys, key=ordered)], marks, terms


def _expected(
    objects: Sequence[BucketObject], marks: Sequence[Mark], terms: Terms
) -> Iterator[tuple[BucketObject, Verdict]]:
    """By the simple specification, with the marks that a naive test finds."""
    for obj in objects:
        around = [m for m in marks if not m.path or obj.key == m.path or obj.key.startswith(m.path + "/")]
        yield obj, judge(obj, around, terms)


def _agree(seed: int) -> int:
    random = Random(seed)
    objects, marks, terms = _world(random)
    expected = list(_expected(objects, marks, terms))
    cuts = sorted({0, len(objects), *(random.randint(0, len(objects)) for _ in range(2))})
    goes, keeps = all_of([objects[a:b] for a, b in pairwise(cuts)], marks, terms)
    assert goes == [(obj, verdict) for obj, verdict in expected if verdict.goes], seed
    objects_by: Counter[tuple[str, str]] = Counter((v.label, v.reason) for _, v in expected if not v.goes)
    bytes_by: Counter[tuple[str, str]] = Counter()
    for obj, verdict in expected:
        if not verdict.goes:
            bytes_by[verdict.label, verdict.reason] += obj.size
    assert keeps == {what: (number, bytes_by[what]) for what, number in objects_by.items()}, seed
    return len(goes)


def test_the_merge_says_of_many_random_worlds_what_judge_says() -> None:
    """KFPOPS_ORACLE=20000 tries more of them."""
    number = examples(4_000)
    assert sum(map(_agree, range(number))) > number // 10


@settings(max_examples=100, deadline=None)
@given(st.integers(min_value=10**6))
def test_the_merge_says_what_judge_says(seed: int) -> None:
    _agree(seed)


def _needed(key: str, runs: Sequence[RunFact], artifacts: Sequence[ArtifactFact]) -> bool:
    """Written without a look at how it is decided: what a kept run refers to, and all below unfinished runs."""
    by_id = {run.id: run for run in runs}
    for artifact in artifacts:
        used = any(by_id[use.run_id].known for use in artifact.uses)
        where = path(artifact.uri).rstrip("/")
        if used and (key == where or key.startswith(f"{where}/") or artifact.uri.rstrip("/") == IN_BUCKET.rstrip("/")):
            return True
    return any(not run.finished and key.startswith(f"{path(run.root)}/") for run in runs)


def _inventory_world(seed: int) -> tuple[int, int]:
    random = Random(seed)
    pipelines = ("train", "train-v2", "pipelines", "a/b")
    runs = [
        a_run(n, known=random.random() < 0.5, finished=random.random() < 0.8, pipeline=random.choice(pipelines))
        for n in range(1, random.randint(2, 5))
    ]
    runs = [run if run.known else deleted(int(run.id[:8], 16), pipeline=run.pipeline) for run in runs]
    artifacts: list[ArtifactFact] = []
    keys = {f"{ROOT_PATH}/README", "exports/x", f"{ROOT_PATH}/train/{run_id(99)}/t/f"}
    for number in range(random.randint(1, 6)):
        run = random.choice(runs)
        uri = f"{run.root}/{random.choice(('fit', 'fit-2'))}/{random.choice(('model', 'model-v2', 'model/part', 'm.x'))}"
        users = [(random.choice(runs), random.choice(("cached", "read", "imported"))) for _ in range(random.randint(0, 2))]
        artifacts.append(an_artifact(run, *users, id=str(number), uri=uri))  # type: ignore[arg-type]
        keys |= {path(uri), f"{path(uri)}/0", f"{path(uri)}-x", f"{path(uri)}.tmp/y", f"{path(run.root)}/left"}
        if random.random() < 0.2:
            above = random.choice((uri.rpartition("/")[0], run.root, f"{uri}/", ROOT, IN_BUCKET))
            artifacts.append(imported(above, random.choice(runs), id=f"i{number}"))
    marks, terms = judged_by(an_inventory(runs, artifacts), ALL)
    gone = {obj.key for obj, _ in all_of(listed(keys), marks, terms)[0]}
    lost = {key for key in gone if _needed(key, runs, artifacts)}
    assert not lost, (seed, lost)
    # What a deleted run left, and nothing else names, does go.
    left = {
        key for key in keys for run in runs
        if not run.known and key.startswith(f"{path(run.root)}/") and not _needed(key, runs, artifacts)
    }  # fmt: skip
    assert left <= gone, (seed, left - gone)
    return len(gone), len(keys)


def test_nothing_that_a_run_needs_goes_in_two_thousand_random_stores() -> None:
    found = [_inventory_world(seed) for seed in range(2000)]
    assert sum(gone for gone, _ in found) > 3000
