"""Rows that only importers have made of a place: they are to be marked as well when what lies there goes."""

from __future__ import annotations

from tests.cleanup.world.explore import tried
from tests.cleanup.world.policies import EVICT
from tests.cleanup.world.scenarios import Scenario
from tests.cleanup.world.shapes import A, P, Q, importing
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.world import Schedule, World


def _partial_output_imported(world: World) -> None:
    """P failed and left a file that no artifact of its own names; Q imported it, and is given up by now; A imports it."""
    world.had(P, Spec("train", (Task("use", "", ("model",), fails=True),)), 40)
    world.had(Q, importing(world, "use"), 30)
    world.will_run(A, importing(world, "use"))


def test_no_importer_takes_a_row_whose_bytes_are_gone() -> None:
    assert tried(Scenario("a partial output imported", _partial_output_imported, EVICT), Schedule()).wrong == ()
