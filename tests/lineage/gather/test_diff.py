"""Tests of kfpops.lineage.gather.diff."""

from __future__ import annotations

import pytest

from kfpops.errors import Forbidden, NotFound, NotInBundle, Unreachable, UsageError
from kfpops.lineage.diff.diff import compare_runs
from kfpops.lineage.gather.diff import OBJECTS, gather_diff
from kfpops.model.run import Run
from kfpops.model.stored_object import StoredObject
from kfpops.ports import Cluster
from tests.fakes import FakePipelines, FakeStore, a_cluster
from tests.lineage.two_runs import RUN_A, RUN_B, TwoRuns, a_pipeline, chain


def recorded() -> TwoRuns:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=100, accuracy=0.9, table="longer")
    return two


def runs(*ids: str) -> FakePipelines:
    ir = a_pipeline({"make-data": {}, "train": {}})
    return FakePipelines([Run(id, f"nightly {id[0]}", "SUCCEEDED", pipeline=ir, pipeline_version_id=id) for id in ids])


def world(two: TwoRuns, pipelines: FakePipelines | None = None, store: FakeStore | None = None) -> Cluster:
    uris = {a.id: a.uri for a in two.recorder.artifacts}
    store = store or FakeStore({uris[id]: content for id, content in two.contents.items()})
    return a_cluster(pipelines=pipelines or runs(RUN_A, RUN_B), store=store, lineage=two.recorder.lineage())


def gaps(cluster: Cluster) -> dict[str, str]:
    return {gap.source: gap.why for gap in gather_diff(cluster, RUN_A, RUN_B).missing}


def test_everything_is_there() -> None:
    facts = gather_diff(world(recorded()), RUN_A, RUN_B)
    assert facts.missing == ()
    assert (facts.a.name, facts.a.state, facts.a.pipeline) == ("nightly a", "SUCCEEDED", "training")
    assert facts.a.settings["pipeline version"] == RUN_A
    assert facts.a.pipeline_ir is not None
    contents = {t.path: [p.content for p in t.outputs] for t in compare_runs(facts).tasks}
    assert contents == {"make-data": ["changed"], "train": ["changed", "same-content"]}


def test_a_run_that_lineage_does_not_know() -> None:
    with pytest.raises(NotFound, match="knows no run cccc"):
        gather_diff(world(recorded()), RUN_A, "cccc")


def test_a_store_of_lineage_that_is_not_there_or_down() -> None:
    with pytest.raises(Unreachable, match="no lineage store"):
        gather_diff(a_cluster(), RUN_A, RUN_B)
    lineage = recorded().recorder.lineage()
    lineage.error, lineage.breaks_after = Unreachable("MLMD is down."), 3
    with pytest.raises(Unreachable, match="MLMD is down"):
        gather_diff(a_cluster(lineage=lineage), RUN_A, RUN_B)


def test_a_deleted_run_is_a_gap_and_lineage_still_tells() -> None:
    cluster = world(recorded(), runs(RUN_B))
    assert "any more" in gaps(cluster)["KFP API, run A"]
    facts = gather_diff(cluster, RUN_A, RUN_B)
    assert (facts.a.known, facts.a.pipeline, facts.b.known) == (False, "training", True)
    assert [t.component.compared for t in compare_runs(facts).tasks] == [False, False]


@pytest.mark.parametrize(
    "pipelines, expected",
    [
        pytest.param(FakePipelines(broken=Unreachable("KFP does not answer.")), "KFP does not answer.", id="down"),
        pytest.param(FakePipelines(broken=Forbidden("No.", needs="get runs")), "No (needs: get runs).", id="forbidden"),
    ],
)
def test_an_api_that_gives_nothing_is_one_gap(pipelines: FakePipelines, expected: str) -> None:
    assert gaps(world(recorded(), pipelines))["KFP API"].startswith(expected)


def test_a_bundle_that_lacks_a_run_does_not_say_that_it_was_deleted() -> None:
    class OfOneRun(FakePipelines):
        def run(self, run_id: str) -> Run:
            raise NotInBundle("The bundle does not hold this run.")

    found = gaps(world(recorded(), OfOneRun()))
    assert found["KFP API, run A"] == "The bundle does not hold this run, so its code, image and settings are not compared"


def test_no_api_at_all() -> None:
    cluster = a_cluster(lineage=recorded().recorder.lineage())
    assert gaps(cluster)["KFP API"] == "There is none. Code, images and settings are not compared."


def test_a_mistake_in_the_settings_is_no_gap() -> None:
    with pytest.raises(UsageError, match="credentials"):
        gather_diff(world(recorded(), store=FakeStore(broken=UsageError("These are no credentials."))), RUN_A, RUN_B)


def test_a_run_whose_pipeline_is_not_told() -> None:
    found = gaps(world(recorded(), FakePipelines([Run(RUN_A, "a"), Run(RUN_B, "b")])))
    assert sorted(found) == ["KFP API, run A", "KFP API, run B"]


def test_a_store_that_does_not_answer_is_a_gap() -> None:
    store = FakeStore(broken=Unreachable("The store is down."))
    found = gather_diff(world(recorded(), store=store), RUN_A, RUN_B)
    assert [(gap.source, gap.why) for gap in found.missing] == [
        ("object store", "The store is down. Contents are not compared, or not all.")
    ]
    assert found.objects == {}


@pytest.mark.parametrize(
    "error, expected",
    [
        pytest.param(Unreachable("The store is down."), 8, id="one batch shows that it is down"),
        pytest.param(Forbidden("Not this bucket."), 40, id="another bucket may be allowed"),
    ],
)
def test_a_store_that_is_down_is_not_asked_again_and_again(error: Unreachable, expected: int) -> None:
    class Counting(FakeStore):
        asked = 0

        def stat(self, uri: str) -> StoredObject | None:
            self.asked += 1
            return super().stat(uri)

    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        root = two.begin(run)
        for i in range(20):
            two.task(root, f"task-{i}", None, {"data": two.data("x")})
    store = Counting(broken=error)
    gather_diff(world(two, store=store), RUN_A, RUN_B)
    assert store.asked == expected


def test_no_store_at_all() -> None:
    two = recorded()
    cluster = a_cluster(pipelines=runs(RUN_A, RUN_B), lineage=two.recorder.lineage())
    assert gaps(cluster) == {"object store": "there is none, so contents are not compared"}


def test_no_more_objects_are_asked_about_than_is_bearable() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        root = two.begin(run)
        for i in range(OBJECTS // 2 + 3):
            two.task(root, f"task-{i}", None, {"data": two.data("x")})
    facts = gather_diff(world(two), RUN_A, RUN_B)
    assert [gap.why for gap in facts.missing] == [f"of {OBJECTS + 6} objects the first {OBJECTS} were compared"]
    assert len(facts.objects) == OBJECTS


def test_where_cache_hits_come_from() -> None:
    two = TwoRuns()
    other = "cccccccc-0000-4000-8000-000000000003"
    inner = two.recorder.dag(two.begin(other), "inner")
    origin = two.task(inner, "train")
    for run in (RUN_A, RUN_B):
        two.recorder.cached(two.begin(run), origin)
    facts = gather_diff(world(two), RUN_A, RUN_B)
    assert facts.origins == {origin: other}


def test_an_origin_that_is_gone_is_not_named() -> None:
    two = TwoRuns()
    origin = two.task(two.begin("cccc"), "train")
    for run in (RUN_A, RUN_B):
        two.recorder.cached(two.begin(run), origin)
    two.recorder.forget(execution=origin)
    assert gather_diff(world(two), RUN_A, RUN_B).origins == {}


def test_requests_do_not_grow_with_the_tasks() -> None:
    two = TwoRuns()
    for run in (RUN_A, RUN_B):
        root = two.begin(run)
        for i in range(50):
            two.task(root, f"task-{i}", None, {"data": two.data("x")})
    lineage = two.recorder.lineage()
    gather_diff(a_cluster(pipelines=runs(RUN_A, RUN_B), lineage=lineage), RUN_A, RUN_B)
    assert lineage.asked.total() == 8
