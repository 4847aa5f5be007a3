"""States by compare-and-set, in the real C++ store: nothing else of a row may change, whatever stands in it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kfpops.cluster.mlmd.changes import MlmdChanges
from kfpops.cluster.mlmd.schema import message
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.errors import BadAnswer, Unreachable
from kfpops.model.lineage import Artifact
from tests.cluster.mlmd.direct import PEER, Direct
from tests.mlmd_store import Faults, Mlmd, Rows, needs_mlmd

pytestmark = needs_mlmd


@dataclass
class Store:
    """The C++ store with a few artifacts, each with all that a row can hold."""

    path: Path
    direct: Direct

    def __init__(self, tmp_path: Path, number: int = 3, **faults: Any) -> None:
        rows = Rows()
        maker = rows.execution(rows.run("p", "run-1"), "make")
        for n in range(number):
            uri = f"minio://b/p/run-1/make/{n}/dätä".encode()
            note: dict[str, Any] = {
                "text": "höhe",
                "n": n,
                "share": 0.1 + n,
                "yes": True,
                "struct": {"a": [1, {"b": None}]},
                "": "empty",
            }
            rows.event(rows.artifact(uri, name=f"data {n}", **note), maker, port=f"out-{n}")
        self.path = rows.write(tmp_path / "mlmd.db")
        self.direct = Direct(Mlmd(self.path), Faults(**faults))

    @property
    def lineage(self) -> MlmdRpc:
        return MlmdRpc(self.direct, "direct")

    def changes(self) -> MlmdChanges:
        return MlmdChanges(self.direct)

    def dump(self, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table; of `Artifact` without these columns."""
        with sqlite3.connect(self.path) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
            columns = [row[1] for row in db.execute("PRAGMA table_info(Artifact)") if row[1] not in without]
            found["Artifact"] = db.execute(f"SELECT {', '.join(columns)} FROM Artifact ORDER BY id").fetchall()
        return found


def all_of(store: Store) -> list[Artifact]:
    return list(store.lineage.artifacts([str(n) for n in range(1, 301)]))


def states(store: Store) -> list[str]:
    return [one.state for one in all_of(store)]


def test_a_row_that_was_written_since_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    before = all_of(store)
    assert store.changes().set_state(before[1:2], "MARKED_FOR_DELETION") == (True,)
    assert store.changes().set_state(before, "DELETED") == (True, False, True)
    assert states(store) == ["DELETED", "MARKED_FOR_DELETION", "DELETED"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"id": "999"}, id="a row that is not there"),
        pytest.param({"id": "x"}, id="an id that is none of the store's"),
        pytest.param({"state": "MARKED_FOR_DELETION"}, id="another state than the one that was read"),
        pytest.param({"uri": "minio://b/elsewhere"}, id="another place"),
        pytest.param({"updated_at": None}, id="a row of which nobody knows when it was read"),
    ],
)
def test_what_was_read_must_be_there(tmp_path: Path, other: dict[str, Any]) -> None:
    store = Store(tmp_path)
    before = store.dump()
    assert store.changes().set_state([replace(all_of(store)[0], **other)], "DELETED") == (False,)
    assert store.dump() == before


def test_nothing_is_asked_for_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.changes().set_state((), "DELETED") == ()
    assert store.direct.served.asked == []


def test_only_the_state_changes_and_when_it_was_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    before = store.dump(without=("state", "last_update_time_since_epoch"))
    for state in ("MARKED_FOR_DELETION", "LIVE", "MARKED_FOR_DELETION", "DELETED"):
        assert store.changes().set_state(all_of(store), state) == (True,) * 3
        assert states(store) == [state] * 3
        assert store.dump(without=("state", "last_update_time_since_epoch")) == before


def test_a_store_that_knows_no_masks_loses_nothing(tmp_path: Path) -> None:
    """Up to 1.3 ML Metadata skipped the field: a bare row would have erased all properties."""
    store = Store(tmp_path)
    before = store.dump(without=("state", "last_update_time_since_epoch"))

    class Old(Direct):
        def call(self, method: str, request: bytes) -> bytes:
            if method == "PutArtifacts":
                sent = message("PutArtifactsRequest").FromString(request)
                sent.ClearField("update_mask")
                request = sent.SerializeToString()
            return super().call(method, request)

    assert MlmdChanges(Old(store.direct.store)).set_state(all_of(store), "MARKED_FOR_DELETION") == (True,) * 3
    assert states(store) == ["MARKED_FOR_DELETION"] * 3
    assert store.dump(without=("state", "last_update_time_since_epoch")) == before


def test_many_take_few_requests_and_one_that_changed_does_not_stop_the_others(tmp_path: Path) -> None:
    store = Store(tmp_path, 250)
    before = all_of(store)
    store.direct.served.clear()
    assert all(store.changes().set_state(before, "MARKED_FOR_DELETION"))
    assert store.direct.served.asked == ["GetArtifactsByID", "PutArtifacts"] * 3


def test_a_change_between_our_reading_and_our_writing_is_seen(tmp_path: Path) -> None:
    store = Store(tmp_path)
    before = all_of(store)

    class Interfering(Direct):
        done = False

        def call(self, method: str, request: bytes) -> bytes:
            if method == "PutArtifacts" and not self.done:
                self.done = True
                assert MlmdChanges(store.direct).set_state(before[:1], "LIVE") == (True,)
            return super().call(method, request)

    assert MlmdChanges(Interfering(store.direct.store)).set_state(before, "DELETED") == (False, True, True)
    assert states(store) == ["LIVE", "DELETED", "DELETED"]


def test_an_answer_that_was_lost_is_an_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    found = all_of(store)
    store.direct.faults = Faults(status={len(store.direct.served.asked) + 1: 14})
    with pytest.raises(Unreachable):
        store.changes().set_state(found, "DELETED")


def test_a_server_that_writes_other_rows_is_not_believed(tmp_path: Path) -> None:
    store = Store(tmp_path)

    @dataclass
    class Liar(Direct):
        def call(self, method: str, request: bytes) -> bytes:
            if method == "PutArtifacts":
                return bytes(message("PutArtifactsResponse")(artifact_ids=[7]).SerializeToString())
            return super().call(method, request)

    with pytest.raises(BadAnswer, match=PEER.subject):
        MlmdChanges(Liar(store.direct.store)).set_state(all_of(store), "DELETED")
