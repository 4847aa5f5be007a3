"""Outputs of one URI with several writers: who counts as one, and in which order they wrote."""

from __future__ import annotations

import pytest

from kfpops.knowledge.overwritten import shared_outputs
from kfpops.model.lineage import Artifact, Execution
from kfpops.model.run_lineage import RunLineage
from tests.diagnose.run_lineages import a_lineage, a_loop, an_execution

URI = "minio://mlpipeline/v2/artifacts/p/run/combined/report.csv"


def report(id: str, uri: str = URI, type: str = "system.Dataset") -> Artifact:
    return Artifact(id, type, uri)


FIRST, SECOND = an_execution("20", parent_id="10"), an_execution("21", parent_id="11", begins=30)
LOOP = a_loop(0, 1)
# Not the cached, and not the importing execution wrote anything.
TOOK = an_execution("21", state="CACHED", parent_id="11")
IMPORTED = an_execution("21", parent_id="11", kind="importer")
METRICS = "system.Metrics"


def wrote(first: Artifact, second: Artifact, port: str = "out", by: Execution = SECOND) -> RunLineage:
    return a_lineage((FIRST, port, first), (by, port, second), around=LOOP)


@pytest.mark.parametrize(
    "lineage",
    [
        pytest.param(RunLineage(), id="nothing"),
        pytest.param(wrote(report("1"), report("2", f"{URI}.2")), id="own URIs"),
        pytest.param(wrote(report("1", ""), report("2", "")), id="no URIs"),
        pytest.param(
            a_lineage((an_execution("20"), "out", report("1")), (an_execution("21", begins=30), "out", report("2"))),
            id="two attempts of one step",
        ),
        pytest.param(wrote(report("1"), report("2"), by=TOOK), id="the second came from the cache"),
        pytest.param(wrote(report("1"), report("2"), by=IMPORTED), id="an importer, which writes nothing"),
        pytest.param(wrote(report("1"), report("1")), id="one artifact"),
        pytest.param(wrote(report("1"), report("2"), "executor-logs"), id="logs"),
        pytest.param(wrote(report("1", type=METRICS), report("2", type=METRICS)), id="metrics, which have no object"),
    ],
)  # fmt: skip
def test_nothing_was_overwritten(lineage: RunLineage) -> None:
    assert shared_outputs(lineage) == ()


def test_iterations_that_share_a_uri_stand_in_the_order_in_which_they_wrote() -> None:
    (shared,) = shared_outputs(a_lineage((SECOND, "out", report("1")), (FIRST, "out", report("2")), around=LOOP))
    assert shared.uri == URI
    assert [w.place.path for w in shared.writers] == ["for-loop-2[0]/train", "for-loop-2[1]/train"]
    assert [w.artifact.id for w in shared.writers] == ["2", "1"]


@pytest.mark.parametrize(("begins", "together"), [(30, False), (70, True)])
def test_whether_they_ran_at_the_same_time(begins: float, together: bool) -> None:
    second = an_execution("21", parent_id="11", begins=begins)
    (shared,) = shared_outputs(a_lineage((FIRST, "out", report("1")), (second, "out", report("2")), around=LOOP))
    assert shared.together is together
