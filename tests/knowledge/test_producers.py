"""Who really made an artifact, among all that wrote an output event."""

from __future__ import annotations

import pytest

from kfpops.knowledge.producers import producer_of
from kfpops.model.lineage import CACHED, COMPLETE, Event, Execution, ExecutionKind
from tests.lineage.worlds import at


def out(execution: str, when: float | None = 1) -> Event:
    return Event("7", execution, "output", "data", None if when is None else at(when))


def row(id: str, state: str = COMPLETE, kind: ExecutionKind = "container") -> Execution:
    return Execution(id, "t", kind, state)


STEP, STEP_2, HIT, HIT_2 = row("1"), row("2"), row("3", CACHED), row("4", CACHED)
IMPORTER, IMPORTER_2, DAG, FOREIGN = (
    row("5", kind="importer"),
    row("6", kind="importer"),
    row("8", kind="dag"),
    row("9", kind="other"),
)
ROWS = {e.id: e for e in (STEP, STEP_2, HIT, HIT_2, IMPORTER, IMPORTER_2, DAG, FOREIGN)}


@pytest.mark.parametrize(
    "events, producer",
    [
        pytest.param([], None, id="no event, no producer"),
        pytest.param([Event("7", "1", "input")], None, id="who used it did not make it"),
        pytest.param([out("404")], None, id="an execution without a row has no say"),
        pytest.param([out("3", 1), out("1", 9)], "1", id="a cache hit never made it, however early its event"),
        pytest.param([out("404", 1), out("4", 3), out("3", 2)], "3", id="when only hits are left, the earliest"),
        pytest.param([out("5", 1), out("1", 9)], "1", id="an importer found what a step had made"),
        pytest.param([out("6", 2), out("5", 3)], "6", id="two importers: the earliest made the row"),
        pytest.param([out("3", 1), out("5", 2)], "5", id="an importer rather than a cache hit"),
        pytest.param([out("8", 1), out("1", 9)], "1", id="a DAG repeats what a step in it put out"),
        pytest.param([out("8", 9), out("5", 1)], "5", id="a DAG repeats what an importer in it put out"),
        pytest.param([out("8", 1), out("5", 1)], "5", id="of the same moment too"),
        pytest.param([out("8", 1), out("5", 9)], "8", id="a later importer found what a DAG put out"),
        pytest.param([out("8", 2)], "8", id="a DAG when there is nobody else"),
        pytest.param([out("2", 1), out("1", 2)], "2", id="of two steps the earlier event"),
        pytest.param([out("2", 1), out("1", 1)], "1", id="of the same moment the smaller id"),
        pytest.param([out("2", None), out("9", 5)], "9", id="an event without a time comes last"),
    ],
)
def test_the_producer(events: list[Event], producer: str | None) -> None:
    assert producer_of(events, ROWS) == producer
    assert producer_of(reversed(events), ROWS) == producer, "the order of events says nothing"


def test_ids_are_compared_as_numbers() -> None:
    rows = {"9": row("9"), "10": row("10")}
    assert producer_of([out("10"), out("9")], rows) == "9"
