"""The labelled store behind real servers: what `cleanup plan` and `cleanup apply` delete of it, and that it is nothing else.

The command line itself runs, a month later, against an S3 server that holds every object, the ML Metadata store with every
row, and a KFP that tells what it told.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import pytest

from kfpops.cli import door
from tests.cleanup.recorded_kfp import KEYS, RecordedKfp, WatchedStore, as_if, metadata_of, recorded_kfp, states_in
from tests.cleanup.test_leftovers import LATER, objects
from tests.cli.lineage_world import kubeconfig
from tests.lineage.recorded import raw
from tests.mlmd_store import Mlmd, needs_mlmd, serving

pytestmark = needs_mlmd

CASE = "leftovers"
LIMITS = "limits: {share_of_objects: 0.5, share_of_bytes: 0.5}\n"
ORPHANS = f"{LIMITS}orphans: {{older_than: 2d, unknown_runs: {{older_than: 2d}}}}\nargo_logs: true\n"
PARTIAL = f"{LIMITS}partial_outputs: true\n"
Where = tuple[str, str]


@dataclass
class There:
    """The recorded cluster, and the command line in front of it. `told`: what the last plan printed."""

    kfp: RecordedKfp
    store: WatchedStore
    metadata: Path
    folder: Path
    addresses: tuple[str, ...]
    told: str = ""

    def without_writing_lineage(self) -> There:
        """The same, with the lineage read from its database."""
        return replace(self, addresses=(*self.addresses[:-2], "--metadata-db", f"sqlite:///{self.metadata}"))

    @property
    def plan(self) -> Path:
        return self.folder / "plan.jsonl"

    def kfpops(self, *words: str) -> tuple[int, str]:
        """The exit code, and all that was printed."""
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = door.run(["cleanup", *words, *self.addresses])
        return code, out.getvalue()

    def planned(self, policy: str) -> set[Where]:
        """Plans, and gives what the plan lets go, by bucket and key."""
        (self.folder / "policy.yaml").write_text(policy)
        words = ("--policy", str(self.folder / "policy.yaml"), "--output", str(self.plan))
        code, told = self.kfpops("plan", *words)
        assert code == 0, told
        self.told = told
        rows = [json.loads(line) for line in self.plan.read_text().splitlines()]
        return {(row["bucket"], row["key"]) for row in rows if "key" in row}

    def apply(self, *more: str) -> tuple[int, str]:
        return self.kfpops("apply", str(self.plan), "--yes", *more)


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[There]:
    for name, value in {**KEYS, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_RUNTIME_DIR": ""}.items():
        monkeypatch.setenv(name, value)
    later = datetime.now(timezone.utc) - datetime.fromtimestamp(LATER, timezone.utc)
    recorded = as_if(raw(CASE), later)
    metadata = metadata_of(recorded, tmp_path / "mlmd.db")
    store = WatchedStore(tmp_path / "plan.jsonl.journal")
    with recorded_kfp(recorded) as kfp, store, serving(Mlmd(metadata)) as served:
        for one in objects():
            found = one.object
            store.put(one.bucket, found.key, _body(found.key, found.size), found.modified_at + later.total_seconds())
        monkeypatch.setenv("KUBECONFIG", kubeconfig(tmp_path, kfp.url))
        lineage = ("--metadata-url", f"grpc://{served.address}")
        where = ("--kfp-url", kfp.url, "--store-endpoint", store.endpoint, *lineage)
        yield There(kfp, store, metadata, tmp_path, where)


def _body(key: str, size: int) -> bytes:
    """Bytes that no other key has."""
    text = f"{key}\n".encode()
    return (text * (size // len(text) + 1))[:size]


def labelled(*labels: str) -> set[Where]:
    return {(one.bucket, one.object.key) for one in objects() if one.label in labels}


@pytest.mark.parametrize(
    "policy, labels",
    [
        pytest.param(PARTIAL, ("unreferenced",), id="what interrupted uploads left"),
        pytest.param(ORPHANS + PARTIAL.removeprefix(LIMITS), ("orphan", "unreferenced"), id="and orphans"),
    ],
)
def test_exactly_what_the_labels_let_go_is_deleted(there: There, policy: str, labels: tuple[str, ...]) -> None:
    before, rows = there.store.bodies(), states_in(there.metadata)
    goes = there.planned(policy)
    assert goes - labelled("other") == labelled(*labels)
    assert "cannot be written to" not in there.told
    code, told = there.apply("--no-wait")
    assert (code, "runs have to end first" in told) == (5, True), told
    assert there.store.bodies() == before
    there.kfp.ended = True
    code, told = there.apply()
    assert code == 0, told
    after = there.store.bodies()
    assert after == {where: body for where, body in before.items() if where not in goes}
    assert (there.store.unannounced, there.kfp.deleted) == ([], [])
    gone = {uri for uri in rows if uri and held(uri, goes) and not held(uri, after)}
    assert states_in(there.metadata) == {uri: {"DELETED"} if uri in gone else states for uri, states in rows.items()}
    assert bool(gone) == ("orphan" in labels)


def held(uri: str, objects: Iterable[Where]) -> bool:
    """Whether any of these objects lies at a URI or below it."""
    key = uri.partition("://")[2].partition("?")[0].rstrip("/")
    return any(f"{bucket}/{found}/".startswith(f"{key}/") for bucket, found in objects)


def test_the_same_goes_where_lineage_cannot_be_written_to(there: There) -> None:
    before, rows = there.store.bodies(), states_in(there.metadata)
    reading = there.without_writing_lineage()
    reading.kfp.ended = True
    goes = reading.planned(ORPHANS)
    assert "The lineage store cannot be written to" in " ".join(reading.told.split())
    code, told = reading.apply()
    assert (code, "The lineage store cannot be written to" in told) == (0, True), told
    assert reading.store.bodies() == {where: body for where, body in before.items() if where not in goes}
    assert (goes - labelled("other"), there.store.unannounced) == (labelled("orphan"), [])
    assert states_in(there.metadata) == rows
