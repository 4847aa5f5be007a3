"""Each run that has to do with an artifact uses it in one way, the strongest."""

from __future__ import annotations

import pytest

from kfpops.cleanup.gather.owners import Owners
from kfpops.cleanup.gather.uses import uses_in, with_attributed
from kfpops.cleanup.inventory import Use
from kfpops.model.lineage import Event
from tests.cleanup.gather.lines import into, out, root, step
from tests.lineage.memory import MemoryLineage

STORE = MemoryLineage(
    known_executions=(
        *(root("1", "r"), root("2", "s")),
        *(step("10", "1"), step("11", "1"), step("12", "1", kind="dag"), step("13", "1", kind="importer")),
        *(step("20", "2", "CACHED"), step("21", "2", "FAILED"), step("30", "404")),
    )
)


def used(*events: Event) -> tuple[tuple[Use, ...], tuple[str, ...]]:
    return uses_in(events, Owners(STORE).of([e.execution_id for e in events]))


def test_without_events_nobody_uses_it() -> None:
    assert used() == ((), ())


@pytest.mark.parametrize(
    "events, uses",
    [
        pytest.param([out("7", "10")], [Use("r", "made")], id="made"),
        pytest.param([out("7", "20")], [Use("s", "cached")], id="taken from the cache"),
        pytest.param([out("7", "13")], [Use("r", "imported")], id="imported"),
        pytest.param([into("7", "21")], [Use("s", "read")], id="read, also by a step that failed"),
        pytest.param([out("7", "12")], [Use("r", "attributed")], id="a DAG alone says little"),
        pytest.param([into("7", "20")], [Use("s", "read")], id="the input of a step from the cache"),
        pytest.param([into("7", "11"), out("7", "12"), out("7", "10")], [Use("r", "made")], id="one use for each run"),
        pytest.param(
            [into("7", "21"), out("7", "20"), out("7", "10")], [Use("r", "made"), Use("s", "cached")], id="two runs"
        ),
    ],
)
def test_uses(events: list[Event], uses: list[Use]) -> None:
    assert used(*events) == (tuple(uses), ())


def test_an_execution_of_no_run_is_told() -> None:
    assert used(out("7", "10"), into("7", "30"), into("7", "99")) == ((Use("r", "made"),), ("30", "99"))


def test_an_attribution_counts_where_nothing_else_tells() -> None:
    uses = (Use("r", "made"),)
    assert with_attributed(uses, ()) == uses
    assert with_attributed(uses, ["r", "r"]) == uses
    assert with_attributed(uses, ["t", "r", "t"]) == (*uses, Use("t", "attributed"))
