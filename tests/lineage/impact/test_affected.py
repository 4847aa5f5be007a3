from __future__ import annotations

import pytest

from kfpops.lineage.impact.affected import AffectedRun
from kfpops.lineage.impact.impact import Around, impact
from kfpops.model.diagnosis import State
from kfpops.model.lineage import Artifact, Execution
from tests.lineage.worlds import a_graph, input_of, output_of


@pytest.mark.parametrize("state, running", [("succeeded", False), ("unknown", False), ("running", True), ("waiting", True)])
def test_a_run_that_waits_still_runs(state: State, running: bool) -> None:
    assert AffectedRun("1", "", "", "", state, None, None, 1, "", 1, 0).running is running


@pytest.mark.parametrize(
    "kind, is_model", [("system.Model", True), ("google.VertexModel", True), ("my.Modelling", False), ("", False)]
)
def test_models_by_their_type(kind: str, is_model: bool) -> None:
    graph = a_graph(
        [Artifact("1", "t"), Artifact("2", kind)],
        [Execution("1", "t", "container")],
        [input_of("1", "1"), output_of("1", "2")],
    )
    assert [a.is_model for a in impact(graph, Around()).artifacts] == [is_model]
