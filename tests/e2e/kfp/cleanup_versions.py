"""Clean-up in a bucket with versions: old versions, delete markers, uploads that nobody completed; and undo."""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleaning_live import Cleaning, state_of, training
from live import Live, client_of_the_store

POLICY = "orphans: true\nuploads: true\nversions: {noncurrent_older_than: 0s, markers_older_than: 0s}\n"


def versions_and_uploads(live: Live, folder: Path) -> None:
    store, bucket = client_of_the_store(), f"kfpops-versions-{uuid.uuid4().hex[:8]}"
    store.create_bucket(Bucket=bucket)
    try:
        store.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        cleaning = Versioned(live, folder, bucket)
        there = make(cleaning)
        it_comes_back(cleaning, there, it_goes(cleaning, there))
        live.client.runs.run_service_delete_run(there.kept)
    finally:
        empty(store, bucket)


class Versioned(Cleaning):
    """What lies in the bucket, beside its current objects: pairs of a key and an id."""

    def rows(self, what: str) -> set[tuple[str, str]]:
        pages = self.store.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.prefix)
        return {(row["Key"], row["VersionId"]) for page in pages for row in page.get(what, ())}

    def versions(self) -> set[tuple[str, str]]:
        return self.rows("Versions")

    def markers(self) -> set[tuple[str, str]]:
        return self.rows("DeleteMarkers")

    def uploads(self) -> set[tuple[str, str]]:
        found = self.store.list_multipart_uploads(Bucket=self.bucket).get("Uploads", ())
        return {(row["Key"], row["UploadId"]) for row in found}

    def current(self, key: str) -> tuple[str, str]:
        return key, str(self.store.head_object(Bucket=self.bucket, Key=key)["VersionId"])

    def put(self, key: str, body: bytes) -> str:
        return str(self.store.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"])

    def remove(self, key: str, **version: str) -> str:
        return str(self.store.delete_object(Bucket=self.bucket, Key=key, **version).get("VersionId"))

    def begin(self, key: str) -> str:
        """An upload with one part, that nobody completes."""
        where = {"Bucket": self.bucket, "Key": key}
        id = self.store.create_multipart_upload(**where)["UploadId"]
        self.store.upload_part(**where, UploadId=id, PartNumber=1, Body=b"x" * 1000)
        return str(id)


@dataclass
class There:
    """A run `kept`, the keys of one that was `dropped` in KFP, and what was left beside them.

    `old`: versions that were written over. `hidden`: a marker before an object that a run needs. `alone`: before nothing.
    """

    kept: str
    dropped: set[str]
    old: set[tuple[str, str]]
    hidden: tuple[str, str]
    alone: tuple[str, str]
    abandoned: set[tuple[str, str]]
    outside: tuple[str, str]


def make(cleaning: Versioned) -> There:
    live = cleaning.live
    runs = [live.start(training, root=cleaning.root, salt=f"{cleaning.bucket}-{n}") for n in range(2)]
    for run in runs:
        live.check("a run in a bucket with versions succeeds", live.wait(run) == "SUCCEEDED", run)
    kept, dropped = (min(key for key in cleaning.of(run) if key.endswith("/data")) for run in runs)
    live.client.runs.run_service_delete_run(runs[1])
    old = {cleaning.current(kept), cleaning.current(dropped)}
    for key in (kept, dropped):
        cleaning.put(key, b"written again")
    needed = max(key for key in cleaning.of(runs[0]) if "/model/" in key)
    hidden = (needed, cleaning.remove(needed))
    nothing = f"{dropped}-2"
    only = cleaning.put(nothing, b"soon nothing")
    alone = (nothing, cleaning.remove(nothing))
    cleaning.remove(nothing, VersionId=only)
    abandoned = {(key, cleaning.begin(key)) for key in (f"{kept}-3", f"{dropped}-3")}
    outside = ("elsewhere/x", cleaning.begin("elsewhere/x"))
    return There(runs[0], cleaning.of(runs[1]), old, hidden, alone, abandoned, outside)


def it_goes(cleaning: Versioned, there: There) -> Path:
    live, before = cleaning.live, cleaning.versions()
    path, _ = cleaning.plan("versions", POLICY)
    rows = [row for row in rows_of(path) if "key" in row]
    old = {(row["key"], row["version_id"]) for row in rows if row["kind"] == "versions"}
    live.check("old versions and the marker of nothing may go", old == {*there.old, there.alone}, old)
    begun = {(row["key"], row["upload_id"]) for row in rows if row["kind"] == "uploads"}
    live.check("uploads that nobody completes may go", begun == there.abandoned, begun)
    left = {row["key"] for row in rows if row["kind"] == "orphans"}
    live.check("what the deleted run left may go", left == there.dropped, left)
    done = cleaning.kfpops("cleanup", "apply", str(path), "--yes")
    live.check("apply deletes it", done.returncode == 0, done.stdout + done.stderr)
    live.check("old versions are gone, no others", cleaning.versions() == before - there.old, before ^ cleaning.versions())
    live.check("uploads are gone, no others", cleaning.uploads() == {there.outside}, cleaning.uploads())
    live.check("the marker of nothing is gone", there.alone not in cleaning.markers(), cleaning.markers())
    put = {key for key, _ in cleaning.markers() - {there.hidden}}
    live.check("what the deleted run left is hidden by markers", put == there.dropped, put)
    live.check("what hides a needed object stays", there.hidden in cleaning.markers())
    return path


def it_comes_back(cleaning: Versioned, there: There, plan: Path) -> None:
    live = cleaning.live
    model = min(key for key in there.dropped if "/model/" in key).rpartition("/")[0]
    data = min(key for key in there.dropped if key.endswith("/data"))
    uris = [f"minio://{cleaning.bucket}/{key}" for key in (data, model)]
    states = [state_of(live, uri) for uri in uris]
    live.check("artifacts without bytes are DELETED, folders too", states == ["DELETED"] * 2, states)
    undone = cleaning.kfpops("cleanup", "undo", str(plan))
    live.check("undo brings back what the run left", cleaning.keys() >= there.dropped, undone.stdout + undone.stderr)
    states = [state_of(live, uri) for uri in uris]
    live.check("and its artifacts", states == ["LIVE"] * 2, states)
    live.check("other markers are as they were", cleaning.markers() == {there.hidden}, cleaning.markers())


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def empty(store: Any, bucket: str) -> None:
    """All of the bucket, and the bucket."""
    for row in store.list_multipart_uploads(Bucket=bucket).get("Uploads", ()):
        store.abort_multipart_upload(Bucket=bucket, Key=row["Key"], UploadId=row["UploadId"])
    for page in store.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for row in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            store.delete_object(Bucket=bucket, Key=row["Key"], VersionId=row["VersionId"])
    store.delete_bucket(Bucket=bucket)
