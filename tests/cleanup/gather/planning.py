"""Looks at a built inventory and buckets in memory, and the plans that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.look import Look
from kfpops.cleanup.gather.plan import PlanRequest, plan_of
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.plan.summary import Summary
from kfpops.cleanup.policy.policy import Kinds, Limits, Policy
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.cleanup.building import (
    BUCKET,
    NOW,
    ROOT_PATH,
    a_run,
    an_artifact,
    an_inventory,
    an_object,
    deleted,
    log_key,
    run_id,
)
from tests.cleanup.gather.memory_bucket import MemoryBucket
from tests.fakes import FakePipelines, a_cluster

KEPT, GONE = a_run(1), deleted(2)
LOOSE = Limits(1.0, 1.0)
ORPHANS = Policy(kinds=Kinds(orphans=0.0), limits=LOOSE)


def key_of(number: int, name: str = "model", pipeline: str = "train") -> str:
    """Where KFP puts an output of run `number`."""
    return f"{ROOT_PATH}/{pipeline}/{run_id(number)}/fit/00000000-0000-4000-9000-000000000000/{name}"


KEYS = (
    "exports/customers.csv",
    "pipelines/train.yaml",
    log_key("train-00001"),
    log_key("train-00002"),
    key_of(1),
    key_of(2),
    key_of(2, "model-v2/f"),
    key_of(2, "model/f"),
    key_of(3),
)


def usual() -> Inventory:
    """Run 1 is there, run 2 was deleted, of run 3 nobody knows."""
    return an_inventory((KEPT, GONE), (an_artifact(KEPT), an_artifact(GONE, id="2")))


def a_bucket(keys: Sequence[str] = KEYS, **more: Any) -> MemoryBucket:
    return MemoryBucket([an_object(key) for key in keys], **more)


def a_look(inventory: Inventory, policy: Policy, *buckets: MemoryBucket) -> Look:
    opened = tuple(Opened(b.name, f"minio://{b.name}", b, b.clock().timestamp()) for b in buckets or (a_bucket(),))
    return Look(inventory, claims_of(inventory, policy, NOW), opened, policy, NOW)


def here(*runs: Run) -> Cluster:
    """KFP has these runs, whatever an inventory says."""
    return replace(a_cluster(pipelines=FakePipelines(runs)), now=a_bucket().clock())


def planned(look: Look, folder: Path, cluster: Cluster | None = None, **asked: Any) -> tuple[Summary, list[Entry]]:
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    output = folder / "plan.jsonl"
    summary = plan_of(cluster or here(), look, PlanRequest("policy.yaml", **asked), output, parts)
    return summary, list(read_plan(output).entries)


def keys_of(entries: Sequence[Entry]) -> list[str]:
    assert {entry.bucket for entry in entries} <= {BUCKET}
    return [entry.key for entry in entries]
