from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.errors import KfpopsError, NotInBundle, Unreachable, UsageError
from kfpops.lineage.gather.start_run import with_run
from kfpops.lineage.graph import StartRun
from kfpops.model.run import Run, StateChange
from kfpops.ports import Cluster
from tests.fakes import FakePipelines, a_cluster
from tests.lineage.worlds import a_graph, places_of

GRAPH = a_graph((), (), (), start=("execution:1",), places=places_of("r-1", {"1": ""}))


def told(pipelines: FakePipelines | None) -> tuple[StartRun | None, list[tuple[str, str]]]:
    cluster: Cluster = replace(a_cluster(), pipelines=pipelines)
    found = with_run(cluster, GRAPH)
    return found.run, [(gap.source, gap.why) for gap in found.not_checked]


def test_without_a_run_nobody_is_asked() -> None:
    pipelines = FakePipelines()
    nowhere = replace(GRAPH, places={})
    assert with_run(replace(a_cluster(), pipelines=pipelines), nowhere) is nowhere
    assert pipelines.asked == []


def test_how_it_went() -> None:
    assert told(FakePipelines((Run("r-1", "nightly", "FAILED"),))) == (StartRun("r-1", "nightly", "failed", False), [])
    stopped = Run("r-1", "nightly", "FAILED", state_history=(StateChange(None, "CANCELING"),))
    assert told(FakePipelines((stopped,)))[0] == StartRun("r-1", "nightly", "cancelled", False)


def test_a_run_that_kfp_does_not_know_was_deleted() -> None:
    assert told(FakePipelines()) == (StartRun("r-1", deleted=True), [])


@pytest.mark.parametrize("error", [NotInBundle("The bundle holds no run."), Unreachable("KFP is down.")])
def test_what_is_not_told_is_a_gap_and_no_end(error: KfpopsError) -> None:
    pipelines = FakePipelines(broken=error)
    assert told(pipelines) == (StartRun("r-1"), [("KFP API", error.message)])
    assert len(pipelines.asked) == 1


def test_without_kfp_it_is_not_known() -> None:
    run, ((source, why),) = told(None)
    assert run == StartRun("r-1")
    assert (source, "whether it was deleted" in why) == ("KFP API", True)


def test_a_wrong_address_is_an_error() -> None:
    with pytest.raises(UsageError):
        told(FakePipelines(broken=UsageError("--kfp-url is no URL.")))
