"""A directory that keeps what the buckets hold: for each entry a file with its bytes and one, in JSON, that describes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from kfpops.sandbox.s3.kept import Entry


class Folder:
    """`<folder>/<bucket>/<number>.json` and `.bytes`; the number is that of key and version, so that any key is possible."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def buckets(self) -> list[str]:
        return sorted(found.name for found in self._path.iterdir() if found.is_dir()) if self._path.is_dir() else []

    def make(self, bucket: str) -> None:
        (self._path / bucket).mkdir(parents=True, exist_ok=True)

    def read(self, bucket: str) -> Iterator[Entry]:
        """All entries of a bucket, the oldest first."""
        found = [json.loads(path.read_text()) | {"path": path} for path in (self._path / bucket).glob("*.json")]
        for said in sorted(found, key=lambda entry: float(entry["modified_at"])):
            body = said.pop("path").with_suffix(".bytes").read_bytes()
            yield Entry(**{**said, "body": body})

    def write(self, bucket: str, entry: Entry) -> None:
        path = self._file(bucket, entry)
        path.with_suffix(".bytes").write_bytes(entry.body)
        path.write_text(json.dumps({**entry._asdict(), "body": None}))

    def remove(self, bucket: str, entry: Entry) -> None:
        path = self._file(bucket, entry)
        path.unlink(missing_ok=True)
        path.with_suffix(".bytes").unlink(missing_ok=True)

    def _file(self, bucket: str, entry: Entry) -> Path:
        name = sha256(f"{entry.key}\0{entry.version_id}".encode("utf-8", "surrogateescape")).hexdigest()
        return self._path / bucket / f"{name}.json"
