"""The labelled store: 921 objects of a real KFP 2.17, some of deleted, archived, cached and imported runs.

A person wrote down of each object that the case is about what it is, and why; `other` is what else lay on that cluster.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.live import judge, live, terms_of
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.policy.policy import DAY, Kinds, Policy, Rule
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.terms import ordered
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject
from tests.cleanup.building import ALL_KINDS
from tests.lineage.recorded import label, opened

RECORDING = Path(__file__).parent / "recordings" / "leftovers.jsonl.gz"
LATER = datetime.fromisoformat("2026-12-21T10:42:39+00:00").timestamp()
EVERYTHING = Policy(kinds=ALL_KINDS)


class Labelled(NamedTuple):
    """`run`: the role of the run that the label is about, "" when it is about none."""

    object: BucketObject
    bucket: str
    label: str
    why: str
    run: str


@cache
def objects() -> tuple[Labelled, ...]:
    rows = (json.loads(line) for line in gzip.decompress(RECORDING.read_bytes()).splitlines())
    return tuple(_labelled(*row) for row in rows)


def _labelled(bucket: str, key: str, size: int, modified: str, what: str, why: str) -> Labelled:
    at = datetime.fromisoformat(modified.replace("Z", "+00:00")).timestamp()
    roles = (role for role, run in label("leftovers")["runs"].items() if run["run_id"] in key or run["workflow"] in key)
    return Labelled(BucketObject(key, size, "e", at), bucket, what, why, next(roles, ""))


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    """As if it had been read a month later, when nothing is young any more."""
    found = gather_inventory(opened("leftovers"), Policy(), (), tmp_path_factory.mktemp("inventory"))
    return replace(found, began_at=LATER)


def judged(inventory: Inventory, policy: Policy, folder: Path) -> Mapping[tuple[str, str], Verdict]:
    """By bucket and key; each object by both ways."""
    found: dict[tuple[str, str], Verdict] = {}
    claims = claims_of(inventory, policy, LATER)
    marks = SortedMarks(folder)
    marks.write(marks_of(inventory, policy, LATER, claims))
    for bucket in {o.bucket for o in objects()}:
        terms = terms_of(bucket, inventory, policy, claims, LATER)
        listing = sorted((o.object for o in objects() if o.bucket == bucket), key=lambda o: ordered(o.key))
        every = tuple(marks.of(bucket))
        verdicts = {(bucket, obj.key): judge(obj, every, terms) for obj in listing}
        pages = [listing[at : at + 100] for at in range(0, len(listing), 100)]
        went = {
            (bucket, obj.key): group.verdict for page in live(pages, marks.of(bucket), terms) for obj, group in page.each()
        }
        assert went == {key: verdict for key, verdict in verdicts.items() if verdict.goes}
        found |= verdicts
    return found


GOES: Mapping[str, str] = {
    "archived log of a workflow whose run was deleted": "logs-of-deleted-run",
    "its run was deleted and nothing else uses it": "run-deleted",
    "its run failed and was deleted": "run-failed-and-deleted",
    "a run that neither KFP nor the lineage store knows": "run-unknown",
    "below a run that exists, but no artifact names it: what an interrupted upload leaves": "partial-output",
}
STAYS: Mapping[str, tuple[str, str | None]] = {
    "not below the pipeline root": ("outside-roots", None),
    "the prefix of pipeline specifications (written by KFP before 2.4), never a cleaner's business": (
        "protected-prefix",
        None,
    ),
    "the prefix of pipeline specifications, even if the pipeline is not known": ("protected-prefix", None),
    "below the root, but not in the shape pipeline/run/task": ("not-run-shaped", None),
    "archived log of a workflow whose run exists": ("logs-of-kept-run", "its own"),
    "its run exists": ("run-kept", "its own"),
    "its run failed and exists": ("run-kept", "its own"),
    "its run is archived, not deleted": ("run-kept", "its own"),
    "its run exists; only the pipeline version was deleted": ("run-kept", "its own"),
    "its run is running": ("run-unfinished", "its own"),
    "below a run that is still running: may be an upload under way": ("run-unfinished", "its own"),
    "its run was deleted, but run importer imported it": ("imported", "importer"),
    "its run was deleted, but run cache-user took it from the cache": ("taken-from-cache", "cache-user"),
    "executor log of a deleted run, republished by the cached run cache-user": ("taken-from-cache", "cache-user"),
}
"""What the label says → reason, and the run that keeps it (None: no run)."""


def test_every_label_and_every_reason(inventory: Inventory, tmp_path: Path) -> None:
    verdicts = judged(inventory, EVERYTHING, tmp_path)
    runs = {role: run["run_id"] for role, run in label("leftovers")["runs"].items()}
    wrong = []
    for obj in [o for o in objects() if o.label != "other"]:
        verdict = verdicts[obj.bucket, obj.object.key]
        reason, by = (GOES[obj.why], None) if obj.why in GOES else STAYS[obj.why]
        right = (verdict.goes, verdict.label, verdict.reason) == (obj.why in GOES, obj.label, reason)
        who = runs.get(obj.run if by == "its own" else by or "")
        if not right or (by and verdict.who != who):
            wrong.append((obj, verdict))
    assert not wrong


def test_what_goes_is_all_that_is_orphaned_or_unreferenced(inventory: Inventory, tmp_path: Path) -> None:
    verdicts = judged(inventory, EVERYTHING, tmp_path)
    went = Counter(o.label for o in objects() if verdicts[o.bucket, o.object.key].goes and o.label != "other")
    assert went == {"orphan": 38, "unreferenced": 1}


def test_labels_are_the_same_when_the_policy_asks_for_nothing(inventory: Inventory, tmp_path: Path) -> None:
    verdicts = judged(inventory, Policy(), tmp_path)
    assert not any(verdict.goes for verdict in verdicts.values())
    truth = {(o.bucket, o.object.key): o.label for o in objects() if o.label != "other"}
    assert {key: verdicts[key].label for key in truth} == truth


def test_nothing_of_other_runs_that_exist_goes(inventory: Inventory, tmp_path: Path) -> None:
    """Unless no artifact names it: that is what `partial` asks for."""
    for policy in (EVERYTHING, Policy(kinds=Kinds(orphans=0.0, unknown_runs=0.0, argo_logs=0.0))):
        verdicts = judged(inventory, policy, tmp_path)
        went = [(o.object.key, verdicts[o.bucket, o.object.key]) for o in objects() if o.label == "other"]
        exists = [run for run in inventory.runs.values() if run.known]
        lost = [
            key
            for key, verdict in went
            if verdict.goes and verdict.reason != "partial-output"
            for run in exists
            if run.id in key or (run.workflow and f"/{run.workflow}/" in key)
        ]
        assert not lost


def test_a_rule_that_keeps_nothing_still_spares_what_runs_and_what_the_cache_holds(
    inventory: Inventory, tmp_path: Path
) -> None:
    policy = Policy(rules=(Rule("all"),), kinds=ALL_KINDS)
    verdicts = judged(inventory, policy, tmp_path)
    by_why: dict[str, set[tuple[bool, str]]] = {}
    for obj in objects():
        verdict = verdicts[obj.bucket, obj.object.key]
        by_why.setdefault(obj.why, set()).add((verdict.goes, verdict.reason))
    assert by_why["its run is running"] == {(False, "run-unfinished")}
    assert by_why["its run failed and exists"] == {(False, "may-be-retried")}
    assert (False, "cache-entry") in by_why["its run exists"]
    assert by_why["its run was deleted, but run importer imported it"] == {(False, "imported")}
    assert all(not goes for goes, _ in by_why["below the root, but not in the shape pipeline/run/task"])


def test_young_objects_stay(inventory: Inventory, tmp_path: Path) -> None:
    verdicts = judged(inventory, Policy(kinds=ALL_KINDS, grace=40 * DAY), tmp_path)
    assert not any(verdict.goes for verdict in verdicts.values())
