"""A whole apply: what is refused, what stays after all, what a crash anywhere costs, and what comes of it in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kfpops.cleanup.apply.apply import apply_plan
from kfpops.errors import Busy, PlanRefused, Unreachable, UsageError
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import Artifact
from tests.cleanup.apply.small import ALL, Small, lost, states, two_runs


@pytest.mark.parametrize(
    "change, says",
    [
        pytest.param({"source": Source("cluster", "other")}, "was made of cluster test", id="another cluster"),
        pytest.param({"source": Source("bundle", "x.tar.gz")}, "bundle", id="a bundle in the cluster's stead"),
        pytest.param({"now": "later"}, "too old", id="a plan that is too old"),
    ],
)
def test_nothing_is_touched_for(tmp_path: Path, change: dict[str, object], says: str) -> None:
    world, plan = two_runs(tmp_path)
    if change.pop("now", None):
        world.now += timedelta(days=2)
    for name, value in change.items():
        setattr(world, name, value)
    with pytest.raises(PlanRefused, match=says):
        world.apply(plan)
    assert (world.calls, len(world.objects)) == ([], ALL)
    assert not (tmp_path / "plan.jsonl.journal").exists()


@pytest.mark.parametrize(
    "header, says",
    [
        pytest.param({"source": "bundle x.tar.gz"}, "bundle", id="a plan that was made of a bundle"),
        pytest.param({"policy": "rules: 7"}, "cannot be read", id="a policy that nobody can read any more"),
    ],
)
def test_nor_for(tmp_path: Path, header: dict[str, Any], says: str) -> None:
    world, _ = two_runs(tmp_path)
    with pytest.raises(PlanRefused, match=says):
        world.apply(world.plan("a", **header))
    assert world.calls == []


def test_what_a_cluster_is_called_does_not_matter_where_its_uid_is_known(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    plan = world.plan("a", evict=["a"], source="cluster laptop", cluster="uid-1")
    with pytest.raises(PlanRefused, match="another cluster"):
        apply_plan(plan, lambda: replace(world.cluster(), identity=lambda: "uid-2"), world.changes(), world.work())
    assert (world.calls, len(world.objects)) == ([], ALL)
    pod = lambda: replace(world.cluster(), identity=lambda: "uid-1")  # noqa: E731
    assert apply_plan(plan, pod, world.changes(), world.work()).state.phase == "finished"


def test_a_plan_of_another_bucket_deletes_nothing(tmp_path: Path) -> None:
    world, _ = two_runs(tmp_path)
    with pytest.raises(PlanRefused, match="another bucket"):
        world.apply(world.plan("a", buckets=("minio://elsewhere", "minio://mlpipeline")))
    assert (len(world.objects), set(states(world).values()), len(world.runs)) == (ALL, {"LIVE"}, 2)


def test_an_edited_plan_is_refused(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    plan.write_text(plan.read_text().replace('"size":10', '"size":11', 1))
    with pytest.raises(PlanRefused, match="edited"):
        world.apply(plan)
    assert world.calls == []


def test_what_is_no_plan(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("{}\n")
    with pytest.raises(UsageError):
        Small(tmp_path).apply(tmp_path / "x")


def test_two_at_once_exclude_each_other(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    seen: list[str] = []

    def other(name: str) -> None:
        if name == "delete" and not seen:
            with pytest.raises(Busy):
                world.apply(plan)
            seen.append(name)

    world.at = other
    assert (world.apply(plan).exit_code, seen) == (0, ["delete"])


def test_who_has_lost_the_lock_changes_nothing_more(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)

    def takeover(name: str) -> None:
        if name == "set MARKED_FOR_DELETION, done":
            world.generation += 1

    world.at = takeover
    with pytest.raises(Busy):
        world.apply(plan)
    assert len(world.objects) == ALL


def test_a_store_that_does_not_answer_before_anything_was_done_is_unreachable(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)

    def down(name: str) -> None:
        if name == "delete run":
            raise lost("KFP")

    world.at = down
    result = world.apply(plan)
    assert (result.exit_code, result.stopped is not None, len(world.objects)) == (5, True, ALL)

    def no_probe(name: str) -> None:
        raise lost()

    fresh = Small(tmp_path / "other")
    (tmp_path / "other").mkdir()
    fresh.run("a")
    fresh.artifact("a")
    fresh.at = no_probe
    with pytest.raises(Unreachable):
        fresh.apply(fresh.plan("a"))


def test_a_gap_refuses_and_what_was_marked_stays_marked(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.artifacts["97"] = Artifact("97", "system.Artifact", "weird://x/y", "w", "LIVE", world.now, world.now)
    with pytest.raises(PlanRefused, match="weird"):
        world.apply(plan)
    assert (len(world.objects), set(states(world).values())) == (ALL, {"LIVE"})


def test_a_plan_that_has_begun_goes_on_after_its_time(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, quarantine="2h")
    world.apply(plan, wait=False)
    world.now += timedelta(days=3)
    assert world.apply(plan).exit_code == 0


def test_twice_is_once(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    assert world.apply(plan).exit_code == 0
    calls = list(world.calls)
    assert world.apply(plan).exit_code == 0
    assert world.calls == calls
    assert (list(world.objects), states(world)) == ([world.key("b")], {"1": "DELETED", "2": "DELETED", "3": "LIVE"})


def test_a_store_that_ignores_conditions_is_told_of(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path)
    world.traits = replace(world.traits, honours_etag=False, honours_etag_in_batch=False)
    world.apply(plan)
    assert "ignores conditions" in world.said[0]


def test_a_lineage_store_that_cannot_be_written_to(tmp_path: Path) -> None:
    world, plan = two_runs(tmp_path, writable=False)
    assert world.apply(plan).exit_code == 0
    assert (len(world.objects), set(states(world).values())) == (1, {"LIVE"})
