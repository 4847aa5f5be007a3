"""Lineage in a bundle: all of it, or what is around a run; what is read back is what the store said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry
from kfpops.capture.gather import gather
from kfpops.capture.gather.lineage import Runs, read_lineage
from kfpops.capture.lineage import BundleLineage
from kfpops.capture.open import open_bundle, open_cluster
from kfpops.capture.write import About, write
from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.model.lineage import Artifact, ArtifactQuery, Execution, ExecutionQuery
from kfpops.ports import Lineage
from tests.builders import NOW
from tests.capture.bundles import RUN, folder
from tests.capture.server import FakeServer, live
from tests.cluster.kfp_lineage_stub import native
from tests.ports import lineage_conformance as suite
from tests.ports.lineage_world import ABSENT, FIRST, LOOP, SECOND, THIRD, WIDE, Known, World, a_world
from tests.ports.test_lineage import over_kfps_api


def stored(path: Path, world: World | None = None) -> BundleLineage:
    (world or a_world()).write_bundle(folder(path / "stored", {}, scope={"everything": True}))
    return BundleLineage(open_bundle(path / "stored"))


def captured(lineage: Lineage, path: Path, *runs: str) -> Lineage:
    """The bundle that a capture writes, read again."""
    target = path / "bundle"
    write(read_lineage(lineage, Runs(runs), lambda text: None), target, About("kubeflow", "kubeflow", runs), lambda: NOW)
    found = open_cluster(target).lineage
    assert found is not None
    return found


def known() -> Known:
    return Known(a_world().ids, lambda id: id.partition(":")[2])


@pytest.mark.parametrize("check", [*suite.CHECKS, *suite.EXACT])
def test_all_of_it_answers_as_the_store_does(check: suite.Check, tmp_path: Path) -> None:
    check(captured(stored(tmp_path), tmp_path), known())


def test_all_of_it_has_the_same_values(tmp_path: Path) -> None:
    store = stored(tmp_path)
    bundle = captured(store, tmp_path)
    assert suite.everything(bundle) == suite.everything(store)
    for run_id in (FIRST, SECOND, THIRD, LOOP, WIDE):
        assert bundle.runs([run_id]) == store.runs([run_id])
        assert bundle.executions_of_run(run_id) == store.executions_of_run(run_id)


def test_all_of_kfps_own_api_can_be_captured_too(tmp_path: Path) -> None:
    with over_kfps_api(a_world(), tmp_path) as store:
        bundle = captured(store, tmp_path)
        for artifacts, executions, events in (suite.everything(store), suite.everything(bundle)):
            assert len(artifacts) == 144
            assert native("execution:5") in {e.id for e in executions}
            assert native("artifact:4") in {e.artifact_id for e in events}
        (model,) = store.artifacts([native("artifact:4")])
        assert bundle.artifacts([model.id]) == (model,)
        (train,) = store.executions([native("execution:5")])
        # Only the root tells the run: the others lead there.
        assert bundle.executions([train.id]) == (replace(train, run_id=""),)
        assert [e.task for e in bundle.executions_of_run(SECOND)] == [e.task for e in store.executions_of_run(SECOND)]
        assert [r.pipeline for r in bundle.runs([FIRST])] == ["train-daily"]


def test_around_a_run_stands_what_touched_its_artifacts(tmp_path: Path) -> None:
    store, names = stored(tmp_path), known()
    bundle = captured(store, tmp_path, SECOND)
    assert bundle.executions_of_run(SECOND) == store.executions_of_run(SECOND)
    near = names.all("e.load", "e.cached", "e.twice", "e.train", "e.failed", "e.importer", "e.same", "e.other")
    assert bundle.executions(near) == store.executions(near)
    artifacts = names.all("a.data", "a.metrics", "a.raw", "a.reimported")
    assert bundle.artifacts(artifacts) == store.artifacts(artifacts)
    assert set(bundle.events_of_artifacts(artifacts)) == set(store.events_of_artifacts(artifacts))
    assert bundle.runs([FIRST, SECOND, THIRD]) == store.runs([FIRST, SECOND, THIRD])


def test_around_a_run_stands_nothing_else(tmp_path: Path) -> None:
    bundle, names = captured(stored(tmp_path), tmp_path, SECOND), known()
    assert bundle.artifacts(names.all("a.model", "a.popular", "a.lost")) == ()
    assert bundle.executions(names.all("e.merge", "e.use3", "e.score0")) == ()
    assert bundle.runs([LOOP, WIDE]) == ()


def test_a_neighbouring_run_is_not_taken_for_whole(tmp_path: Path) -> None:
    bundle = captured(stored(tmp_path), tmp_path, SECOND)
    with pytest.raises(Unreachable, match="made of other runs"):
        bundle.executions_of_run(FIRST)
    with pytest.raises(NotFound):
        bundle.executions_of_run(LOOP)


def test_the_chain_of_cached_executions_is_followed_to_its_end(tmp_path: Path) -> None:
    world = a_world()
    # The copies in between have lost their events.
    world.rows.rows["events"] = [e for e in world.rows.rows["events"] if e["execution_id"] != world.ids["e.cached"]]
    bundle = captured(stored(tmp_path, world), tmp_path, THIRD)
    chain = bundle.executions(known().all("e.twice", "e.cached", "e.load"))
    assert [e.cached_from for e in chain] == [*known().all("e.cached", "e.load"), ""]


def test_a_run_that_the_store_does_not_know_is_a_gap(tmp_path: Path) -> None:
    parts = list(read_lineage(stored(tmp_path), Runs((ABSENT, SECOND)), lambda text: None))
    (gap,) = [part for part in parts if isinstance(part, Gap)]
    assert gap.source == f"lineage of run {ABSENT}"
    assert [part.items for part in parts if isinstance(part, Entry) and "events" in part.path] == [12]


@dataclass
class Broken(BundleLineage):
    """Fails in the middle."""

    error: KfpopsError

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        return iter((Artifact("1", "system.Dataset"),))

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        raise self.error


@pytest.mark.parametrize("error", [Unreachable("ML Metadata went away."), Forbidden("Not allowed to read.", needs="x")])
def test_a_store_that_fails_is_a_gap_and_leaves_no_half_files(error: KfpopsError, tmp_path: Path) -> None:
    (gap,) = read_lineage(Broken(error), Runs(), lambda text: None)
    assert isinstance(gap, Gap)
    assert (gap.source, error.message in gap.why) == ("lineage", True)
    with pytest.raises(type(error), match=r"could not be read when the bundle was made: .*" + error.message[:-1]):
        captured(Broken(error), tmp_path).artifacts(["1"])


def test_a_run_that_failed_before_its_first_task_is_there_when_kfp_lists_it(tmp_path: Path) -> None:
    world = a_world()
    world.rows.run("early", "run-without-tasks")
    store = stored(tmp_path, world)
    parts = read_lineage(store, Runs(known=(ABSENT, "run-without-tasks")), lambda text: None)
    write(parts, tmp_path / "bundle", About("kubeflow", "kubeflow"), lambda: NOW)
    found = open_cluster(tmp_path / "bundle").lineage
    assert found is not None
    assert found.executions_of_run("run-without-tasks") == store.executions_of_run("run-without-tasks")
    assert [run.pipeline for run in found.runs(["run-without-tasks"])] == ["early"]


def test_more_than_a_bundle_keeps_is_a_gap(tmp_path: Path) -> None:
    parts = list(read_lineage(stored(tmp_path), Runs(), lambda text: None, most=20))
    gaps = {part.source: part.why for part in parts if isinstance(part, Gap)}
    assert gaps["artifacts of the lineage"] == "only 20 artifacts are kept, the newest"
    assert gaps["executions of the lineage"] == "only 20 executions are kept, the newest"
    assert gaps["other executions of the lineage"] == "103 that touched these artifacts are left out"
    kept = next(part for part in parts if isinstance(part, Entry) and part.path == "mlmd/artifacts.jsonl")
    assert kept.items == 20


def test_credentials_among_properties_and_inputs_are_hidden(tmp_path: Path) -> None:
    world = World()
    root = world.rows.run("p", FIRST)
    world.rows.execution(root, "load", inputs={"api_key": "Can4ry0", "rows": 3}, cache_fingerprint="a1" * 32)
    made = world.rows.artifact("s3://user:Can4ry1@host/data", password="Can4ry2", rows=3)
    world.rows.event(made, 2)
    bundle = captured(stored(tmp_path, world), tmp_path)
    text = b"".join(path.read_bytes() for path in (tmp_path / "bundle" / "mlmd").iterdir())
    assert b"Can4ry" not in text
    (artifact,), (load,) = bundle.artifacts([str(made)]), bundle.executions(["2"])
    assert artifact.properties == {"password": "[redacted]", "rows": 3}
    assert (load.inputs, load.fingerprint) == ({"api_key": "[redacted]", "rows": 3.0}, "a1" * 32)


@pytest.mark.parametrize("runs", [(), (RUN,)], ids=["everything", "a run"])
def test_a_capture_holds_lineage(runs: tuple[str, ...], tmp_path: Path) -> None:
    world = World()
    world.rows.run("train-daily", RUN)
    texts = {"/apis/v2beta1/runs": f'{{"runs":[{{"run_id":"{RUN}"}}]}}'.encode()}
    texts[f"/apis/v2beta1/runs/{RUN}"] = f'{{"run_id":"{RUN}"}}'.encode()
    there = live(FakeServer({}, texts))
    there = replace(there, cluster=replace(there.cluster, lineage=stored(tmp_path, world)))
    write(gather(there, runs), tmp_path / "bundle", About("kubeflow", "kubeflow", runs), lambda: NOW)
    found = open_cluster(tmp_path / "bundle").lineage
    assert found is not None
    assert [e.run_id for e in found.executions_of_run(RUN)] == [RUN]
    table = open_bundle(tmp_path / "bundle").recording
    assert not any("ML Metadata" in text for text in table.left_out)
    assert any("lineage farther away" in text for text in table.left_out) is bool(runs)


def test_earlier_executions_of_a_task_in_runs_that_are_here_in_part_are_found_by_their_pipeline(tmp_path: Path) -> None:
    """`cache explain` compares a miss with them."""
    store = stored(tmp_path)
    query = ExecutionQuery(pipeline="train-daily", task="load")
    bundle = captured(store, tmp_path, SECOND)
    assert {e.id for e in bundle.find_executions(query)} >= set(known().all("e.load", "e.cached"))
