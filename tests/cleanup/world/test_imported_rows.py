"""Rows that only importers have made of a place: they are marked as well when what lies there goes, and never left LIVE."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cleanup.world.acting import Schedule
from tests.cleanup.world.explore import tried
from tests.cleanup.world.policies import EVICT, RESPECT
from tests.cleanup.world.scenarios import Scenario
from tests.cleanup.world.shapes import A, P, Q, place_of
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.world import World

FAILS = Spec("train", (Task("use", "", ("model",), fails=True),))


def _same(uri: str) -> str:
    return uri


def _alias(uri: str) -> str:
    return f"{uri.replace('minio://', 's3://')}/?region=eu"


def _folder_above(uri: str) -> str:
    return f"{uri.partition(P)[0]}{P}"


def _one_file(uri: str) -> str:
    return f"{uri}/model"


def brings(uri: str) -> Spec:
    return Spec("other", (Task("bring", imports=uri), Task("use", "", ("model",), ("bring",))))


def partial_output(name: Callable[[str], str]) -> Callable[[World], None]:
    """P failed and left a file that no artifact of its own names; Q imported it, and is given up by now; A imports it."""

    def build(world: World) -> None:
        world.had(P, FAILS, 40)
        uri = name(place_of(world, P, "use"))
        world.had(Q, brings(uri), 30)
        world.will_run(A, brings(uri))

    return build


NAMES = pytest.mark.parametrize(
    "name",
    [
        pytest.param(_same, id="the same URI"),
        pytest.param(_alias, id="another scheme, a slash and a query"),
        pytest.param(_folder_above, id="all that the run has made"),
        pytest.param(_one_file, id="the file itself"),
    ],
)


@NAMES
def test_no_importer_takes_a_row_whose_bytes_are_gone(name: Callable[[str], str]) -> None:
    for policy in (EVICT, RESPECT):
        assert tried(Scenario("a partial output imported", partial_output(name), policy), Schedule()).wrong == ()


@NAMES
def test_nor_when_clean_up_dies_or_the_import_comes_at_any_point(name: Callable[[str], str]) -> None:
    scenario = Scenario("a partial output imported", partial_output(name), EVICT)
    whole = tried(scenario, Schedule())
    for point in range(0, whole.points, 8):
        died = tried(scenario, Schedule(kills=frozenset({point})))
        assert (died.wrong, died.deleted) == ((), whole.deleted), point
        assert tried(scenario, Schedule(steps={point: (0,) * 12})).wrong == (), point
