"""What KFP tells of its runs, one list for each namespace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.kfp_runs import read_kfp
from kfpops.errors import Forbidden, NotFound, Unreachable
from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.model.run import CacheRow, Experiment, RecurringRun, Run
from tests.builders import a_workflow
from tests.cleanup.gather.lines import MADE, USED, a_kfp, a_run
from tests.fakes import FakePipelines


class Users(FakePipelines):
    """Runs by their namespace; `team-b` may not be seen."""

    def runs(
        self,
        namespace: str,
        *,
        name: str = "",
        id_part: str = "",
        state: str = "",
        experiment_id: str = "",
        since: datetime | None = None,
        limit: int | None = None,
        whole: bool = False,
    ) -> Iterator[Run]:
        if namespace == "team-b":
            raise Forbidden("No.", "Ask for it.", needs="list runs in team-b")
        return iter([run for run in self.known if run.namespace == namespace])


def test_an_empty_kfp() -> None:
    gaps = Gaps()
    found = read_kfp(FakePipelines(), ("",), gaps)
    assert (found.runs, found.entries, found.workflows_known, gaps.found) == ({}, 0, True, [])


def test_runs_names_and_entries_of_the_cache() -> None:
    kfp = a_kfp(
        groups=(Experiment("e1", "Default"),),
        recurring=(RecurringRun("rr1", "nightly", True),),
        cached=(CacheRow("a", MADE), CacheRow("b", MADE), CacheRow("c", "x")),
    )
    gaps = Gaps()
    found = read_kfp(kfp, ("",), gaps)
    assert set(found.runs) == {MADE, USED}
    assert (found.experiments, found.recurring) == ({"e1": "Default"}, {"rr1": "nightly"})
    assert (found.caching, found.entries) == ({MADE, "x"}, 3)
    assert gaps.found == []


def test_a_namespace_that_cannot_be_listed_is_a_fatal_gap_and_hides_no_other() -> None:
    gaps = Gaps()
    kfp = Users((a_run(MADE, namespace="team-a"), a_run(USED, namespace="team-b")))
    found = read_kfp(kfp, ("team-a", "team-b"), gaps)
    assert set(found.runs) == {MADE}
    (gap,) = gaps.found
    assert (gap.source, gap.fatal) == ("KFP API, namespace team-b", True)
    assert "list runs in team-b" in gap.why


def test_a_cache_that_cannot_be_read_is_a_fatal_gap() -> None:
    class WithoutTasks(FakePipelines):
        def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
            yield CacheRow("a", MADE)
            raise NotFound("There is no such path.")

    gaps = Gaps()
    found = read_kfp(WithoutTasks((a_run(MADE),)), ("",), gaps)
    assert set(found.runs) == {MADE}
    assert [(gap.source, gap.fatal) for gap in gaps.found] == [("step cache of KFP", True)]


def test_equal_pipelines_are_kept_once() -> None:
    def ir(name: str) -> object:
        return pipeline_ir({"pipelineInfo": {"name": name}, "root": {"dag": {"tasks": {}}}})

    runs = tuple(a_run(str(n), pipeline=ir("a" if n < 3 else "b")) for n in range(4))
    found = read_kfp(FakePipelines((*runs, a_run("9"))), ("",), Gaps())
    assert len({id(pipeline) for pipeline in found.pipelines.values()}) == 2
    assert set(found.pipelines) == {"0", "1", "2", "3"}
    assert all(run.pipeline is None for run in found.runs.values())


def test_a_run_without_nodes_is_asked_for_its_workflow() -> None:
    kfp = FakePipelines((a_run(MADE, workflow=""), a_run(USED)), workflows={MADE: a_workflow()})
    found = read_kfp(kfp, ("",), Gaps())
    assert found.runs[MADE].workflow == "train-x7k2p"
    assert found.workflows_known
    assert kfp.asked.count("workflow") == 1


@pytest.mark.parametrize(
    "kfp",
    [
        pytest.param(FakePipelines((a_run(MADE, workflow=""),)), id="KFP kept none"),
        pytest.param(FakePipelines(tuple(a_run(str(n), workflow="") for n in range(300))), id="too many to ask for"),
    ],
)
def test_a_workflow_that_nobody_names(kfp: FakePipelines) -> None:
    gaps = Gaps()
    assert not read_kfp(kfp, ("",), gaps).workflows_known
    assert gaps.found == []
    assert kfp.asked.count("workflow") <= 1


def test_kfp_that_is_down() -> None:
    gaps = Gaps()
    found = read_kfp(a_kfp(broken=Unreachable("It is down.", "Start it.")), ("",), gaps)
    assert found.runs == {}
    assert {gap.source for gap in gaps.found} == {"KFP API", "step cache of KFP"}
    assert all(gap.fatal and gap.hint == "Start it." for gap in gaps.found)
