"""What a capture keeps of the object store: logs, and which artifacts were there, absent, or not looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Part
from kfpops.capture.gather.store import artifact_uris, read_store
from kfpops.capture.open import open_bundle
from kfpops.capture.store import ASKED, BundleStore
from kfpops.errors import Forbidden, Unreachable
from tests.capture import bundles
from tests.capture.bundles import RUN
from tests.fakes import FakeStore

ROOT = f"minio://mlpipeline/v2/artifacts/p/{RUN}"
LOG, DATA, TABLE, GONE = (
    f"{ROOT}/train/1/executor-logs-0",
    f"{ROOT}/make/1/data",
    f"{ROOT}/make/1/table",
    f"{ROOT}/make/1/gone",
)
STORE = FakeStore({LOG: "Killed", DATA: "1,2,3", f"{TABLE}/part-0": "x"})


def entries(parts: list[Part]) -> dict[str, bytes]:
    return {p.path: p.body for p in parts if isinstance(p, Entry)}


def reread(path: Path, parts: list[Part]) -> BundleStore:
    """The bundle that these parts make, as a store."""
    return BundleStore(open_bundle(bundles.folder(path, entries(parts), scope={"runs": [RUN]})))


def test_what_was_asked_about_is_answered_the_same_from_the_bundle(tmp_path: Path) -> None:
    store = reread(tmp_path, list(read_store(STORE, [LOG], [DATA, TABLE, GONE])))
    assert [store.exists(uri) for uri in (LOG, DATA, TABLE, f"{TABLE}/", GONE)] == [True, True, True, True, False]
    asked = STORE.stat(DATA)
    assert asked is not None
    assert store.stat(DATA) == asked
    assert store.stat(TABLE) is None
    assert store.tail(LOG, 6) == b"Killed"


def test_an_artifact_of_the_run_that_was_not_asked_about_is_not_called_missing(tmp_path: Path) -> None:
    store = reread(tmp_path, list(read_store(STORE, [LOG])))
    with pytest.raises(Unreachable):
        store.exists(DATA)


@pytest.mark.parametrize("error", [Unreachable("The store does not answer."), Forbidden("No.", needs="s3:GetObject")])
def test_a_store_that_breaks_is_one_gap(error: Unreachable) -> None:
    parts = list(read_store(FakeStore(broken=error), [LOG, f"{LOG}1"], [DATA, TABLE]))
    assert [p.source for p in parts if isinstance(p, Gap)] == ["object store"]
    assert entries(parts)[ASKED] == b""


def test_more_artifacts_than_are_asked_about_are_a_gap() -> None:
    parts = list(read_store(STORE, [], [f"{ROOT}/many/{n}" for n in range(201)]))
    (gap,) = [p for p in parts if isinstance(p, Gap)]
    assert gap.why == "only 200 of 201 were asked about"


def test_the_uris_of_a_bundles_lineage() -> None:
    lines: list[dict[str, Any]] = [
        {"id": "1", "uri": DATA},
        {"id": "2"},
        {"id": "3", "uri": DATA},
        {"id": "4", "uri": TABLE},
    ]
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    parts = [
        Entry("mlmd/artifacts.jsonl", body, "lineage"),
        Entry("mlmd/events.jsonl", body, "lineage"),
        Gap("lineage", "no"),
    ]
    assert artifact_uris(parts) == (DATA, TABLE)
