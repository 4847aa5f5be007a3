"""The inventory as a whole: what it says, what it refuses to know, and in which order it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.inventory import ArtifactFact, Inventory, Pin, Use
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import Forbidden, NotInBundle, Unreachable, UsageError
from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import Event
from kfpops.model.run import KfpHealth, Run
from kfpops.ports import Cluster
from tests.builders import NOW
from tests.cleanup.gather.lines import (
    GONE,
    MADE,
    ROOT,
    USED,
    a_kfp,
    a_lineage,
    a_run,
    artifact,
    into,
    out,
    step,
    the_cluster,
)
from tests.cleanup.gather.test_kfp_runs import Users
from tests.cleanup.gather.test_namespaces import launcher
from tests.fakes import FakeKubernetes, FakePipelines
from tests.lineage.memory import MemoryLineage

DOWN = Unreachable("It is down.", "Start it.")


def gathered(cluster: Cluster, path: Path, policy: Policy | None = None) -> Inventory:
    return gather_inventory(cluster, policy or Policy(), (), path)


def by_id(inventory: Inventory) -> dict[str, ArtifactFact]:
    return {fact.id: fact for fact in inventory.artifacts}


def test_a_small_kfp(tmp_path: Path) -> None:
    found = gathered(the_cluster(), tmp_path)
    assert found.gaps == ()
    assert {id: (run.known, run.caches) for id, run in found.runs.items()} == {
        MADE: (True, True),
        USED: (True, False),
        GONE: (False, False),
    }
    assert by_id(found)["1"].uses == (Use(MADE, "made"), Use(USED, "cached"), Use(GONE, "read"))
    assert (found.roots, found.began_at, found.workflows_known) == ((ROOT,), NOW.timestamp(), True)
    assert found.counts == {"runs": 3, "known": 2, "artifacts": 2, "cache_entries": 1}
    assert list(found.artifacts) == list(found.artifacts), "it can be read again"


def test_pins_are_passed_on(tmp_path: Path) -> None:
    pin = Pin("s3://a/b", "keep.txt", "prod")
    lineage = a_lineage(known_executions=(step("9", "404"),), events=(into("1", "9"),))
    found = gather_inventory(the_cluster(lineage), Policy(), (pin,), tmp_path)
    assert found.pins == (pin, Pin(artifact("1").uri, "lineage", "execution 9 of no known run"))


def test_only_attributions_of_runs_that_kfp_has_count(tmp_path: Path) -> None:
    found = gathered(the_cluster(a_lineage(attributed={MADE: ("1", "2"), USED: ("2",), GONE: ("1",)})), tmp_path)
    assert by_id(found)["1"].uses == (Use(MADE, "made"), Use(USED, "cached"), Use(GONE, "read"))
    assert by_id(found)["2"].uses == (Use(GONE, "made"), Use(USED, "imported"), Use(MADE, "attributed"))


def test_accelerators_of_the_producer(tmp_path: Path) -> None:
    container = {"image": "x", "resources": {"accelerator": {"resourceType": "nvidia.com/gpu", "resourceCount": "2"}}}
    ir = pipeline_ir(
        {
            "root": {"dag": {"tasks": {"load": {"componentRef": {"name": "comp-load"}}}}},
            "components": {"comp-load": {"executorLabel": "exec-load"}},
            "deploymentSpec": {"executors": {"exec-load": {"container": container}}},
        }
    )
    kfp = a_kfp(known=(a_run(MADE, pipeline=ir), a_run(USED)))
    producer = by_id(gathered(the_cluster(kfp=kfp), tmp_path))["1"].producer
    assert producer is not None
    assert (producer.seconds, producer.accelerators) == (20.0, 2.0)


def test_a_run_that_begins_while_the_store_is_read_does_not_look_deleted(tmp_path: Path) -> None:
    new = "44444444-aaaa-4aaa-8aaa-000000000001"
    kfp = a_kfp()

    class Moving(MemoryLineage):
        """Run `new` takes artifact 1 from the cache after the store's runs were read."""

        def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
            kfp.known = (a_run(new, "RUNNING"), *kfp.known)
            return [*super().events_of_artifacts(ids), out("1", "9")]

    base = a_lineage()
    executions = (*base.known_executions, step("8", "", kind="dag", run_id=new), step("9", "8", "CACHED"))
    lineage = Moving(base.known_artifacts, executions, base.events, base.known_runs)
    found = gathered(the_cluster(lineage, kfp), tmp_path)
    assert Use(new, "cached") in by_id(found)["1"].uses
    assert found.runs[new].known
    assert not found.runs[new].finished


@pytest.mark.parametrize(
    "cluster, source",
    [
        pytest.param(lambda: the_cluster(pipelines=None), "KFP API", id="no KFP"),
        pytest.param(lambda: replace(the_cluster(), lineage=None), "lineage", id="no lineage store"),
        pytest.param(lambda: the_cluster(complete=False), "capture", id="a capture of single runs"),
        pytest.param(lambda: the_cluster(kfp=a_kfp(broken=DOWN)), "KFP API", id="KFP is down"),
        pytest.param(lambda: the_cluster(kfp=a_kfp(broken=Forbidden("No."))), "step cache of KFP", id="KFP refuses"),
        pytest.param(
            lambda: the_cluster(kubernetes=FakeKubernetes(refusals={"configmaps": DOWN})),
            "ConfigMap kfp-launcher",
            id="roots",
        ),
    ],
)
def test_a_source_that_is_missing_is_a_fatal_gap(cluster: Callable[[], Cluster], source: str, tmp_path: Path) -> None:
    found = gathered(cluster(), tmp_path)
    assert source in {gap.source for gap in found.gaps if gap.fatal}
    assert all(gap.hint for gap in found.gaps)


@pytest.mark.parametrize("calls", range(10))
def test_a_lineage_store_that_dies_at_any_request_is_a_fatal_gap(calls: int, tmp_path: Path) -> None:
    whole = a_lineage()
    gathered(the_cluster(whole), tmp_path / "whole")
    lineage = a_lineage(error=DOWN, breaks_after=calls)
    found = gathered(the_cluster(lineage), tmp_path / "broken")
    assert [gap.fatal for gap in found.gaps] == ([True] if calls < whole.asked.total() else [])


def test_wrong_settings_are_no_gap(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        gathered(the_cluster(a_lineage(error=UsageError("wrong"))), tmp_path)


def test_a_bundle_that_left_old_runs_out_is_refused(tmp_path: Path) -> None:
    class OnlyNew(FakePipelines):
        def run(self, run_id: str) -> Run:
            raise NotInBundle(f"The bundle holds no run {run_id}.")

    kfp = OnlyNew((a_run(MADE), a_run(USED)))
    found = gathered(the_cluster(kfp=kfp, source=Source("bundle", "x")), tmp_path)
    assert [(gap.source, gap.fatal) for gap in found.gaps] == [("KFP API", True)]


def test_a_run_that_kfp_has_but_did_not_list_is_a_fatal_gap(tmp_path: Path) -> None:
    class Hiding(FakePipelines):
        def run(self, run_id: str) -> Run:
            self.asked.append("run")
            return a_run(run_id)

    kfp = Hiding((a_run(MADE), a_run(USED)))
    (gap,) = gathered(the_cluster(kfp=kfp), tmp_path).gaps
    assert gap.fatal
    assert gap.why == f"it has run {GONE}, but did not list it"
    assert kfp.asked.count("run") == 1


def test_a_deleted_run_that_used_nothing_of_others_is_not_asked_for(tmp_path: Path) -> None:
    base = a_lineage()
    kfp = a_kfp()
    lineage = a_lineage(events=tuple(event for event in base.events if event.kind == "output"))
    assert gathered(the_cluster(lineage, kfp), tmp_path).gaps == ()
    assert "run" not in kfp.asked


def test_a_kfp_with_users(tmp_path: Path) -> None:
    class Multi(Users):
        def health(self) -> KfpHealth:
            return KfpHealth("2.17.0", multi_user=True)

    kfp = Multi((a_run(MADE, namespace="team-a"), a_run(USED, namespace="kubeflow")))
    objects = (launcher("team-a", defaultPipelineRoot="s3://a/x"), launcher("team-b"))
    found = gathered(the_cluster(kfp=kfp, objects=objects), tmp_path)
    assert {id for id, run in found.runs.items() if run.known} == {MADE, USED}
    assert [gap.source for gap in found.gaps] == ["KFP API, namespace team-b"]
    assert found.roots[-1] == "minio://mlpipeline/private-artifacts/team-b/v2/artifacts"


def test_what_is_asked_grows_with_pages_and_runs_not_with_artifacts(tmp_path: Path) -> None:
    def asked(count: int) -> int:
        base = a_lineage()
        steps = tuple(step(str(n), "1") for n in range(100, 100 + count))
        made = tuple(artifact(str(n)) for n in range(10, 10 + count))
        events = tuple(out(str(10 + n), str(100 + n)) for n in range(count))
        lineage = MemoryLineage(made, (*base.known_executions, *steps), events, base.known_runs)
        kfp = a_kfp()
        assert gathered(the_cluster(lineage, kfp), tmp_path).counts["artifacts"] == count
        return lineage.asked.total() + len(kfp.asked)

    assert asked(400) <= asked(4) + 1
    assert asked(4000) < asked(4) + 30


def test_few_artifacts_are_in_memory_at_once(tmp_path: Path) -> None:
    alive = 0
    most = 0

    class Counting(MemoryLineage):
        def find_artifacts(self, query: Any) -> Iterator[Any]:
            nonlocal alive
            for number in range(3000, 0, -1):
                alive += 1
                yield artifact(str(number))

        def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
            nonlocal alive, most
            most, alive = max(most, alive), 0
            return ()

    found = gathered(the_cluster(Counting()), tmp_path)
    assert found.counts["artifacts"] == 3000
    assert most <= 500
