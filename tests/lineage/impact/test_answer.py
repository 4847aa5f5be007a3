from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.knowledge.model_use import Use
from kfpops.lineage.impact.answer import verdict
from kfpops.lineage.impact.impact import Around, impact
from kfpops.lineage.impact.recompute import Recompute
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Artifact, Execution
from tests.lineage.impact_world import down_from
from tests.lineage.worlds import a_graph, input_of, output_of


@pytest.mark.parametrize("gap", [{"truncated": True, "left": 3}, {"not_checked": (NotChecked("inferenceservices", "no"),)}])
def test_what_was_not_wholly_looked_at_is_not_called_harmless(gap: dict[str, Any]) -> None:
    nothing = impact(down_from("artifact:5"), Around())
    assert verdict(nothing) == "Nothing depends on it."
    assert verdict(replace(nothing, **gap)) == "Nothing was found that depends on it, but not all was looked at."


@pytest.mark.parametrize(
    "cost, said",
    [
        (Recompute(), "depend on it."),
        (Recompute(2, 90, 60, 0.0), "; 1 min 30 s to recompute."),
        (Recompute(2, 15_120, 60, 3.14), "; 4 h 12 min to recompute, 3.1 GPU-hours."),
        (Recompute(2, 90, 60, 3.0, unknown=1, unknown_accelerators=1),
         "; 1 min 30 s to recompute (without 1 step of unknown time), at least 3.0 GPU-hours."),
        (Recompute(2, 90, 60, 0.0, unknown_accelerators=1), "; 1 min 30 s to recompute, GPU-hours unknown."),
        (Recompute(2, None, None, None, 2, 2), "; how long 2 steps would take again is not known, GPU-hours unknown."),
        (Recompute(2, 90, 60, 0.0123), "; 1 min 30 s to recompute, 0.012 GPU-hours."),
    ],
)  # fmt: skip
def test_the_price(cost: Recompute, said: str) -> None:
    assert said in verdict(replace(impact(down_from(), Around()), recompute=cost))


def test_a_model_in_use_alone() -> None:
    graph = down_from("artifact:5")
    found = impact(graph, Around(uses=(Use("pin", "x", "5", artifacts=("5",)),)))
    assert verdict(found) == "1 model in use depends on it."


def test_artifacts_of_one_object_are_counted_as_one_too() -> None:
    """Without places nothing is known of runs or steps."""
    table, twice, again = Artifact("1", "t"), Artifact("2", "t", "s3://b/x"), Artifact("3", "t", "s3://b/x")
    dag = Execution("4", "system.DAGExecution", "dag", "COMPLETE")
    graph = a_graph([table, twice, again], [dag], [input_of("1", "4"), output_of("4", "2"), output_of("4", "3")])
    assert verdict(impact(graph, Around())) == "2 artifacts (1 object) depend on it."
