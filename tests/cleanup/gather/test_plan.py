from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.capture.open import open_cluster
from kfpops.cleanup.gather.plan import PlanRequest, make_plan
from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.plan.read import read_plan
from kfpops.cleanup.policy.policy import DAY, Kinds, Limits, Policy, Rule
from kfpops.errors import PlanRefused, UsageError
from kfpops.model.bucket import ObjectVersion, Upload
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.cleanup.building import OLD, a_run, an_artifact, an_inventory, an_object, deleted, log_key, run_id
from tests.cleanup.gather.memory_bucket import Listed, MemoryBucket
from tests.cleanup.gather.planning import (
    GONE,
    KEPT,
    KEYS,
    LOOSE,
    ORPHANS,
    a_bucket,
    a_look,
    here,
    key_of,
    keys_of,
    planned,
    usual,
)
from tests.cleanup.plan.samples import a_header, a_plan

BUNDLE = Path(__file__).parent.parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"


@pytest.fixture
def bundle() -> Cluster:
    return open_cluster(BUNDLE)


def test_a_policy_that_names_nothing_plans_nothing(tmp_path: Path) -> None:
    summary, entries = planned(a_look(usual(), Policy()), tmp_path)
    assert entries == []
    assert summary.deletes_nothing
    assert summary.keeps.objects == len(KEYS)


@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
def test_what_a_deleted_run_left_may_go_whatever_the_stores_order(order: Listed, tmp_path: Path) -> None:
    summary, entries = planned(a_look(usual(), ORPHANS, a_bucket(listed=order)), tmp_path)
    assert keys_of(entries) == [key_of(2), key_of(2, "model-v2/f"), key_of(2, "model/f")]
    assert {(e.reason, e.label, e.who, e.kind) for e in entries} == {("run-deleted", "orphan", GONE.id, "orphans")}
    assert [e.artifact_id for e in entries] == ["2", "", "2"]
    assert summary.footer.goes == {"run-deleted": Count(3, 30)}
    assert summary.footer.keeps["outside-roots"] == Count(1, 10)
    assert summary.footer.listed == Count(len(KEYS), 10 * len(KEYS))
    assert summary.footer.labels["orphan"].objects == 5
    assert summary.names[GONE.id] == (GONE.name, "train")


@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
def test_a_large_bucket_plans_the_same_in_every_order(order: Listed, tmp_path: Path) -> None:
    runs = [a_run(n) if n % 3 else deleted(n) for n in range(60)]
    keys = [key_of(n, name) for n in range(60) for name in ("model", "model-v2/f", "rows.csv")]
    inventory = an_inventory(runs, [an_artifact(run, id=str(n)) for n, run in enumerate(runs)])
    _, entries = planned(a_look(inventory, ORPHANS, a_bucket(keys, listed=order)), tmp_path)
    assert keys_of(entries) == sorted(
        key_of(n, name) for n in range(0, 60, 3) for name in ("model", "model-v2/f", "rows.csv")
    )


def test_several_buckets(tmp_path: Path) -> None:
    roots = ("minio://mlpipeline/v2/artifacts", "minio://alpha/v2/artifacts")
    look = a_look(replace(usual(), roots=roots), ORPHANS, a_bucket(name="alpha"), a_bucket())
    summary, entries = planned(look, tmp_path)
    assert [e.bucket for e in entries] == ["alpha"] * 3 + ["mlpipeline"] * 3
    assert summary.header.buckets == ("minio://alpha", "minio://mlpipeline")


def test_a_key_that_is_no_text_stays(tmp_path: Path) -> None:
    summary, entries = planned(a_look(usual(), ORPHANS, a_bucket((key_of(2), key_of(2, "x\udcff")))), tmp_path)
    assert keys_of(entries) == [key_of(2)]
    assert summary.footer.keeps["not-run-shaped"] == Count(1, 10)


def refused(look_policy: Policy, folder: Path, cluster: Cluster | None = None, **more: MemoryBucket) -> PlanRefused:
    with pytest.raises(PlanRefused) as found:
        planned(a_look(usual(), look_policy, *more.values()), folder, cluster)
    return found.value


@pytest.mark.parametrize(
    "limits, words",
    [
        (Limits(), "3 of 7 objects below the roots would go: 42.9 %, and the policy allows 10 % (limits.share_of_objects)"),
        (Limits(1.0), "30B of 70B below the roots would go: 42.9 %, and the policy allows 10 % (limits.share_of_bytes)"),
        (Limits(1.0, 1.0, objects=2), "3 objects would go, and the policy allows 2 (limits.objects)"),
        (Limits(1.0, 1.0, bytes=29), "30B would go, and the policy allows 29B (limits.bytes)"),
    ],
)
def test_a_limit_refuses_with_the_numbers(limits: Limits, words: str, tmp_path: Path) -> None:
    share = {"share_of_objects": 0.1} if limits.share_of_objects < 1 else {}
    share |= {"share_of_bytes": 0.1} if limits.share_of_bytes < 1 else {}
    error = refused(replace(ORPHANS, limits=replace(limits, **share)), tmp_path)
    assert words in error.message
    assert error.exit_code == 4
    assert not (tmp_path / "plan.jsonl").exists()


def test_exactly_the_limit_is_allowed(tmp_path: Path) -> None:
    policy = replace(ORPHANS, limits=Limits(3 / 7, 3 / 7, objects=3, bytes=30))
    assert len(planned(a_look(usual(), policy), tmp_path)[1]) == 3


def test_a_live_set_that_has_shrunk_is_refused(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan.jsonl", header=a_header(live=10))
    before = (tmp_path / "plan.jsonl").read_bytes()
    error = refused(replace(ORPHANS, limits=replace(LOOSE, fewer_live=0.5)), tmp_path)
    assert "2 runs and artifacts keep something, 10 did in the previous plan" in error.message
    assert "80 % fewer" in error.message
    assert (tmp_path / "plan.jsonl").read_bytes() == before


def test_the_previous_plan_may_lie_elsewhere(tmp_path: Path) -> None:
    a_plan(tmp_path / "old.jsonl", header=a_header(live=10))
    with pytest.raises(PlanRefused, match="80 % fewer"):
        planned(a_look(usual(), ORPHANS), tmp_path, previous=tmp_path / "old.jsonl")


def test_a_previous_plan_that_was_cut_off_is_none(tmp_path: Path) -> None:
    a_plan(tmp_path / "old.jsonl", header=a_header(live=1))
    lines = (tmp_path / "old.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "old.jsonl").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(PlanRefused, match="cut off"):
        planned(a_look(usual(), ORPHANS), tmp_path, previous=tmp_path / "old.jsonl")


def test_a_previous_plan_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text("kinds\n")
    with pytest.raises(UsageError, match="is no plan"):
        planned(a_look(usual(), ORPHANS), tmp_path, previous=tmp_path / "old.jsonl")


def test_half_a_plan_is_written_over(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan.jsonl", header=a_header(live=10))
    (tmp_path / "plan.jsonl").write_bytes((tmp_path / "plan.jsonl").read_bytes()[:100])
    assert len(planned(a_look(usual(), ORPHANS), tmp_path)[1]) == 3


def test_a_plan_of_other_roots_says_nothing(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan.jsonl", header=a_header(live=10, roots=("minio://other/v2/artifacts",)))
    assert len(planned(a_look(usual(), ORPHANS), tmp_path)[1]) == 3


def test_nothing_known_beside_a_full_bucket_is_refused(tmp_path: Path) -> None:
    policy = Policy(kinds=Kinds(orphans=0.0, unknown_runs=0.0), limits=LOOSE)
    with pytest.raises(PlanRefused, match="neither KFP nor the lineage store knows a single run"):
        planned(a_look(an_inventory(), policy), tmp_path)


def test_a_listing_that_breaks_off_is_refused(tmp_path: Path) -> None:
    error = refused(ORPHANS, tmp_path, bucket=a_bucket(breaks_after=4))
    assert "the listing of mlpipeline broke off" in error.message
    assert not (tmp_path / "plan.jsonl").exists()


def test_a_run_that_kfp_has_though_it_was_not_listed_is_refused(tmp_path: Path) -> None:
    error = refused(ORPHANS, tmp_path, here(Run(GONE.id, "late", "SUCCEEDED")))
    assert f"KFP has 1 run that its list left out ({GONE.id})" in error.message


def test_only_runs_whose_objects_would_go_are_asked_for(tmp_path: Path) -> None:
    cluster = here(Run(GONE.id, "late", "SUCCEEDED"))
    assert planned(a_look(usual(), ORPHANS, a_bucket((key_of(1),))), tmp_path, cluster)[1] == []


def test_evictions_and_what_they_cost(tmp_path: Path) -> None:
    runs = (a_run(1, caches=True, retryable=False), a_run(2, caches=False))
    inventory = an_inventory(runs, (an_artifact(runs[0]), an_artifact(runs[1], id="2")))
    policy = Policy(rules=(Rule("old"),), cache="evict", limits=LOOSE)
    summary, entries = planned(a_look(inventory, policy), tmp_path)
    (eviction,) = summary.header.evictions
    assert (eviction.run_id, eviction.rule, eviction.steps, eviction.seconds) == (run_id(1), "old", 1, 60.0)
    assert key_of(1) in keys_of(entries)


def test_nothing_is_evicted_when_nothing_goes(tmp_path: Path) -> None:
    run = a_run(1, caches=True)
    look = a_look(an_inventory((run,), (an_artifact(run),)), Policy(rules=(Rule("old"),), cache="evict"), a_bucket(("a",)))
    assert planned(look, tmp_path)[0].header.evictions == ()


def test_under_respect_nothing_is_evicted(tmp_path: Path) -> None:
    run = a_run(1, caches=True)
    look = a_look(an_inventory((run,), (an_artifact(run),)), Policy(rules=(Rule("old"),), limits=LOOSE))
    summary, entries = planned(look, tmp_path)
    assert summary.header.evictions == ()
    assert key_of(1) not in keys_of(entries)


def test_uploads_and_old_versions_stand_where_they_belong(tmp_path: Path) -> None:
    old = (
        ObjectVersion(key_of(1), "v2", True, False, 10, "e", OLD + 1),
        ObjectVersion(key_of(1), "v1", False, False, 7, "e", OLD),
    )
    bucket = a_bucket(pending=(Upload(key_of(1), "u1", OLD, 5), Upload(key_of(2), "u2", OLD)), old=old)
    policy = Policy(kinds=Kinds(orphans=0.0, uploads=0.0, noncurrent=0.0), limits=LOOSE)
    summary, entries = planned(a_look(usual(), policy, bucket), tmp_path)
    places = [(e.key, e.kind, e.version_id, e.upload_id) for e in entries]
    assert [p for p in places if p[1] == "uploads"] == [(key_of(2), "uploads", "", "u2")]
    assert (key_of(1), "versions", "v1", "") in places
    assert places == sorted(places, key=lambda p: (p[0], p[2], p[3]))
    assert summary.footer.goes["noncurrent-version"] == Count(1, 7)
    assert summary.footer.listed.objects == len(KEYS)


def test_the_audit_looks_again(tmp_path: Path) -> None:
    runs = (a_run(1, caches=True), a_run(4))
    inventory = an_inventory(runs, (an_artifact(runs[0]), an_artifact(runs[1], id="4")))

    class Forgetful(MemoryBucket):
        def rows(self) -> list:  # type: ignore[type-arg]
            return [o for o in super().rows() if o.key != key_of(4)]

    bucket = Forgetful([an_object(key_of(4)), an_object("exports/a")])
    summary, _ = planned(a_look(inventory, Policy(), bucket), tmp_path)
    assert summary.dangling is None
    assert "2 artifacts that something needs seem to have no bytes in the store" in summary.notes[0]
    summary, _ = planned(a_look(inventory, Policy(), bucket), tmp_path, audit=True)
    assert summary.dangling is not None
    assert [(d.id, d.task, d.cached, d.users) for d in summary.dangling] == [("1", "fit", True, 1)]
    assert summary.footer.dangling == 1


def test_a_budget_that_cannot_be_met_is_told(tmp_path: Path) -> None:
    run = a_run(1, tags=("release",))
    look = a_look(an_inventory((run,), (an_artifact(run, size=100),)), Policy(budget=(("team-a", 10),), limits=LOOSE))
    summary, _ = planned(look, tmp_path)
    assert any(note.startswith("The budget of team-a cannot be met: 100B stay, 10B are allowed") for note in summary.notes)


def test_what_is_said_on_the_way(tmp_path: Path) -> None:
    said: list[str] = []
    planned(a_look(usual(), ORPHANS), tmp_path, say=said.append)
    assert said == ["listing mlpipeline: 1 object"]


def test_a_plan_of_a_bundle(bundle: Cluster, tmp_path: Path) -> None:
    policy = Policy(kinds=Kinds(orphans=0.0, argo_logs=0.0), grace=60.0, limits=LOOSE)
    summary = make_plan(bundle, policy, PlanRequest("p.yaml", unsafe_grace=True), tmp_path / "plan.jsonl")
    plan = read_plan(tmp_path / "plan.jsonl")
    assert plan.footer.goes["run-deleted"].objects == 40
    assert plan.header.source.startswith("bundle ")
    assert plan.header.unsafe_grace_seconds == 60.0
    assert summary.goes.objects == 144


def test_a_short_grace_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match="grace"):
        make_plan(here(), Policy(grace=DAY - 1), PlanRequest("p.yaml"), tmp_path / "plan.jsonl")


def test_a_gap_is_refused(bundle: Cluster, tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match="what is in use is not fully known") as found:
        make_plan(replace(bundle, lineage=None), ORPHANS, PlanRequest("p.yaml"), tmp_path / "plan.jsonl")
    assert found.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []


def test_a_gap_does_not_matter_to_a_policy_that_deletes_nothing(bundle: Cluster, tmp_path: Path) -> None:
    summary = make_plan(replace(bundle, lineage=None), Policy(), PlanRequest("p.yaml"), tmp_path / "plan.jsonl")
    assert summary.goes.objects == 0
    assert any("lineage" in note for note in summary.notes)


def test_an_output_that_would_be_lost_is_refused_first(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("orphans: {}\n")
    with pytest.raises(UsageError, match="is no plan"):
        make_plan(here(), ORPHANS, PlanRequest("p.yaml"), tmp_path / "policy.yaml")


def test_without_a_store_there_is_no_plan(bundle: Cluster, tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match="There is no object store"):
        make_plan(replace(bundle, bucket=None), ORPHANS, PlanRequest("p.yaml"), tmp_path / "plan.jsonl")


def test_logs_follow_their_runs(tmp_path: Path) -> None:
    policy = Policy(kinds=Kinds(argo_logs=0.0), limits=LOOSE)
    _, entries = planned(a_look(usual(), policy), tmp_path)
    assert keys_of(entries) == [log_key("train-00002")]
    assert entries[0].who == GONE.id != KEPT.id
