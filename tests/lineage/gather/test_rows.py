"""Rows and events are read once."""

from __future__ import annotations

from kfpops.lineage.gather.rows import Rows
from kfpops.model.lineage import Event
from tests.lineage.worlds import MemoryLineage, Recorder


def test_what_is_not_there_is_asked_for_once() -> None:
    port = MemoryLineage()
    rows = Rows(port)
    for _ in range(2):
        rows.read_executions(["1"])
        rows.read_artifacts(["2"])
        assert rows.events_of_artifacts(["2"]) == []
        assert rows.at(["s3://b/x"]) == [[]]
    assert set(port.asked.values()) == {1}
    assert rows.missing == {"execution:1", "artifact:2"}


def test_nothing_is_asked_for_nothing() -> None:
    port = MemoryLineage()
    rows = Rows(port)
    rows.read_artifacts([])
    assert rows.at(["", ""]) == []
    assert not port.asked


def test_events_that_nobody_asked_for_are_dropped() -> None:
    class Generous(MemoryLineage):
        def events_of_executions(self, ids):  # type: ignore[no-untyped-def]
            return self.events

    rows = Rows(Generous(events=[Event("1", "1", "input"), Event("1", "2", "input")]))
    assert rows.events_of_executions(["1"]) == [Event("1", "1", "input")]


def test_artifacts_of_a_uri_are_known_from_then_on() -> None:
    store = Recorder()
    store.artifact("s3://b/x"), store.artifact("s3://b/x")
    port = store.lineage()
    rows = Rows(port)
    assert rows.at(["s3://b/x", "s3://b/x"]) == [["1", "2"]]
    rows.read_artifacts(["1", "2"])
    assert port.asked["artifacts"] == 0
