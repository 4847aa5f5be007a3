"""A recording behind servers of its own: KFP's REST API, what Kubernetes tells of it, ML Metadata, and an S3 server.

What the command line is given are their addresses, as it would be given those of a cluster. Deletes go to a store that looks
into a journal before it obeys.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kfpops.sandbox.object_store import ACCESS_KEY, SECRET_KEY, ObjectStore
from kfpops.sandbox.s3.asked import Answer as StoreAnswer
from kfpops.sandbox.s3.asked import Request
from tests.cluster.loopback import Answer, Asked, Loopback, says
from tests.lineage.raw import Raw
from tests.mlmd_rows import KINDS, PAIRS, Rows

KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


class RecordedKfp(Loopback):
    """The REST API of a recording, and Kubernetes beside it: ConfigMaps, and no Leases.

    `ended`: runs that were unfinished have succeeded since then. `deleted`: runs that were asked to be deleted.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.ended = False
        self.deleted: list[str] = []
        super().__init__()

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        path = asked.path
        if found := re.fullmatch(r"/apis/v2beta1/runs/([^/]+)", path):
            return self._run(asked, found[1])
        if path == "/apis/v2beta1/runs":
            runs = self._runs()
            return says({"runs": runs, "total_size": len(runs)})
        if found := re.fullmatch(r"/apis/(v[12].*)", path):
            name = "healthz" if path.endswith("/healthz") else found[1]
            return self._file(f"kfp/{name}.json")
        if path.endswith("/services/ml-pipeline"):
            return says({"metadata": {"name": "ml-pipeline", "namespace": "kubeflow"}, "spec": {"ports": [{"port": 8888}]}})
        if found := re.fullmatch(r"/apis?/(.+?)(?:/namespaces/[^/]+)?/([a-z]+)", path):
            return self._listed(asked, f"kubernetes/{found[1]}/{found[2]}.json")
        return _NOT_FOUND

    def _runs(self) -> list[dict[str, Any]]:
        runs = json.loads(self._files["kfp/v2beta1/runs.json"])["runs"]
        return [run | {"state": "SUCCEEDED"} if self.ended and run.get("state") not in _ENDED else run for run in runs]

    def _run(self, asked: Asked, id: str) -> Answer:
        if asked.verb == "DELETE":
            self.deleted.append(id)
        run = next((run for run in self._runs() if run["run_id"] == id), None)
        return says(run) if run else says({"code": 5, "message": f"ResourceNotFoundError: Run {id} not found"}, 404)

    def _file(self, name: str) -> Answer:
        return Answer(self._files[name]) if name in self._files else _NOT_FOUND

    def _listed(self, asked: Asked, name: str) -> Answer:
        """A list of Kubernetes, of one namespace or all: what was recorded lies in one."""
        if name not in self._files:
            return _NOT_FOUND
        wanted = asked.query.get("fieldSelector", "").removeprefix("metadata.name=")
        items = json.loads(self._files[name])["items"]
        return says({"items": [one for one in items if wanted in ("", one["metadata"]["name"])]})


_ENDED = ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED")
_NOT_FOUND = says({"code": 5, "message": "Not Found"}, 404)


class WatchedStore(ObjectStore):
    """`unannounced`: keys that it was asked to delete before an intent for them was in the journal, on the disk."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.unannounced: list[str] = []
        super().__init__()

    def _reply(self, request: Request) -> StoreAnswer:
        keys = [key for key in _deleted_by(request) if not key.startswith("_kfpops/")]
        if keys:
            announced = {key for bucket, key in _intended(self.journal) if bucket == request.bucket}
            self.unannounced += [key for key in keys if key not in announced]
        return super()._reply(request)

    def bodies(self) -> dict[tuple[str, str], bytes]:
        """Of all current objects, by bucket and key."""
        return {(name, key): self._body(name, key) for name in self.names() for key in self.keys(name)}

    def _body(self, name: str, key: str) -> bytes:
        found = self.make(name).current(key)
        assert found
        return found.body


def _deleted_by(request: Request) -> list[str]:
    if request.method == "DELETE":
        return [request.key]
    if request.method != "POST" or "delete" not in request.query:
        return []
    return [node.text or "" for node in ElementTree.fromstring(request.body).iter() if node.tag.rpartition("}")[2] == "Key"]


def _intended(journal: Path) -> set[tuple[str, str]]:
    rows = map(json.loads, journal.read_text().splitlines()) if journal.exists() else ()
    return {(one[0], one[1]) for row in rows if row["kind"] == "intent" for one in row["objects"]}


def as_if(recorded: Raw, later: timedelta) -> Raw:
    """The same, with every time in it so much later: so that it is always the same while ago."""

    def stamp(found: re.Match[bytes]) -> bytes:
        at = datetime.strptime(found[0].decode()[:19], "%Y-%m-%dT%H:%M:%S") + later
        return at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()

    def epoch(found: re.Match[bytes]) -> bytes:
        return found[1] + str(int(found[2]) + later // timedelta(milliseconds=1)).encode()

    return Raw({name: _EPOCH.sub(epoch, _STAMP.sub(stamp, text)) for name, text in recorded.files.items()})


_STAMP = re.compile(rb"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_EPOCH = re.compile(rb'(_since_epoch": ?"?)(\d{13})\b')


def metadata_of(recorded: Raw, path: Path) -> Path:
    """ML Metadata as it was, as an SQLite file."""
    kept = {kind: recorded.rows(kind) if f"mlmd/{kind}.jsonl" in recorded.files else [] for kind in (*KINDS, *PAIRS)}
    return Rows(kept).write(path)


def states_in(path: Path) -> dict[str, set[str]]:
    """URI → states of its rows, by MLMD's numbers (Artifact.State in ml_metadata/proto/metadata_store.proto)."""
    found: dict[str, set[str]] = {}
    database = sqlite3.connect(path)
    for uri, state in database.execute("SELECT uri, state FROM Artifact"):
        found.setdefault(uri, set()).add(_STATES[state])
    database.close()
    return found


_STATES = {None: "", 0: "UNKNOWN", 1: "PENDING", 2: "LIVE", 3: "MARKED_FOR_DELETION", 4: "DELETED"}


@contextmanager
def recorded_kfp(recorded: Raw) -> Iterator[RecordedKfp]:
    server = RecordedKfp(recorded.files)
    try:
        yield server
    finally:
        server.close()
