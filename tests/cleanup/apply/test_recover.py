"""A delete whose answer nobody has seen: what the store shows afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.apply.journal import Journal
from kfpops.cleanup.apply.record import Begun, Evicted, Intent, Settled
from kfpops.cleanup.apply.status import read_status
from kfpops.cleanup.plan.read import read_plan
from kfpops.model.bucket import ObjectVersion, Upload
from tests.cleanup.apply.small import Small, lost, two_runs


def left_open(world: Small, plan: Path, intent: Intent) -> None:
    sha256 = read_plan(plan).sha256
    with Journal(world.folder / "plan.jsonl.journal", sha256) as journal:
        journal.append(Begun("p1", sha256, 1, 1.0), Evicted((), 0.0, 1.0), Settled(1.0), intent)


def one(key: str, etag: str = "e1", version: str = "", what: str = "objects") -> Intent:
    return Intent(1, (("mlpipeline", key, etag, version, 10),), 1.0, (2,), what)  # type: ignore[arg-type]


def fate_seen(world: Small, plan: Path) -> str:
    """The first outcome in the journal, as it is written before anything else is done."""
    seen: list[str] = []

    def look(name: str) -> None:
        if name == "probe":
            journal = (world.folder / "plan.jsonl.journal").read_text()
            seen.append(journal.rpartition('"fates":[["')[2].partition('"')[0])

    world.at = look
    world.apply(plan)
    return seen[0]


def test_nothing_is_said_while_the_store_does_not_answer(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    left_open(world, plan, one(world.key("a")))

    def down(name: str) -> None:
        if name == "head":
            raise lost()

    world.at = down
    assert world.apply(plan).stopped is not None
    assert list(read_status(plan, tmp_path / "plan.jsonl.journal").state.open) == [1]


@pytest.mark.parametrize(
    "etag, fate",
    [
        pytest.param("e1", "failed", id="it is there as it was"),
        pytest.param("e2", "changed", id="another is there"),
        pytest.param("", "gone", id="it is not there"),
    ],
)
def test_an_object(tmp_path: Path, etag: str, fate: str) -> None:
    world, plan = two_runs(tmp_path)
    left_open(world, plan, one(world.key("a")))
    if etag:
        world.put(world.key("a"), etag)
    else:
        del world.objects[world.key("a")]
    assert fate_seen(world, plan) == fate


@pytest.mark.parametrize("there", [True, False])
def test_a_version(tmp_path: Path, *, there: bool) -> None:
    world, plan = two_runs(tmp_path)
    key = world.key("a")
    world.old_versions = {key: [ObjectVersion(key, "v7", False, False, 10, "e0", 0.0)]} if there else {}
    left_open(world, plan, one(key, "e0", "v7"))
    assert fate_seen(world, plan) == ("failed" if there else "gone")


@pytest.mark.parametrize("there", [True, False])
def test_an_upload(tmp_path: Path, *, there: bool) -> None:
    world, plan = two_runs(tmp_path)
    world.uploads = [Upload(world.key("a"), "u1", 0.0, 10)] if there else []
    left_open(world, plan, one(world.key("a"), "", "u1", "uploads"))
    assert fate_seen(world, plan) == ("failed" if there else "gone")
