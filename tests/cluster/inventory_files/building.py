"""An S3 Inventory on disk, as S3 writes it: the manifest, its checksum, and files in one of the three formats."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote_plus

import pyarrow as pa
from pyarrow import orc, parquet

NOON = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
NAMES = {
    "bucket": "Bucket",
    "key": "Key",
    "version_id": "VersionId",
    "is_latest": "IsLatest",
    "is_delete_marker": "IsDeleteMarker",
    "size": "Size",
    "last_modified_date": "LastModifiedDate",
    "e_tag": "ETag",
}
PLAIN = ("bucket", "key", "size", "last_modified_date", "e_tag")
VERSIONED = ("bucket", "key", "version_id", "is_latest", "is_delete_marker", "size", "last_modified_date", "e_tag")


class Row(NamedTuple):
    key: str
    size: int | None = 7
    e_tag: str | None = "d41d8cd98f00b204e9800998ecf8427e"
    last_modified_date: datetime | None = NOON
    version_id: str = "v1"
    is_latest: bool = True
    is_delete_marker: bool = False
    bucket: str = "mlpipeline"


def write_inventory(
    folder: Path,
    files: Sequence[Sequence[Row]],
    format: str = "Parquet",
    columns: tuple[str, ...] = PLAIN,
    bucket: str = "mlpipeline",
) -> Path:
    """Returns the manifest's path. Keys of the files begin with the destination's prefix, as in the bucket."""
    home = folder / "lists" / bucket / "daily"
    (home / "data").mkdir(parents=True)
    listed = []
    for number, rows in enumerate(files):
        path = home / "data" / f"{number}.{ {'CSV': 'csv.gz', 'Parquet': 'parquet', 'ORC': 'orc'}[format] }"
        _write(path, rows, format, columns)
        md5 = hashlib.md5(path.read_bytes()).hexdigest()
        listed.append({"key": str(path.relative_to(folder)), "size": path.stat().st_size, "MD5checksum": md5})
    document = {
        "sourceBucket": bucket,
        "destinationBucket": "arn:aws:s3:::lists",
        "version": "2016-11-30",
        "creationTimestamp": str(int(NOON.timestamp() * 1000)),
        "fileFormat": format,
        "fileSchema": schema(format, columns),
        "files": listed,
    }
    return write_manifest(home / "2026-11-20T12-00Z", document)


def write_manifest(folder: Path, document: dict[str, object]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.json"
    path.write_text(json.dumps(document))
    (folder / "manifest.checksum").write_text(hashlib.md5(path.read_bytes()).hexdigest())
    return path


def schema(format: str, columns: tuple[str, ...]) -> str:
    """`fileSchema` as the user guide shows it for each format."""
    if format == "CSV":
        return ", ".join(NAMES[c] for c in columns)
    if format == "ORC":
        kinds = {"size": "bigint", "last_modified_date": "timestamp", "is_latest": "boolean", "is_delete_marker": "boolean"}
        return f"struct<{','.join(c + ':' + kinds.get(c, 'string') for c in columns)}>"
    kinds = {
        "bucket": "required binary bucket (STRING)",
        "key": "required binary key (STRING)",
        "size": "optional int64 size",
        "last_modified_date": "optional int64 last_modified_date (TIMESTAMP(MILLIS,true))",
        "is_latest": "optional boolean is_latest",
        "is_delete_marker": "optional boolean is_delete_marker",
    }
    return f"message s3.inventory {{ {' '.join(kinds.get(c, f'optional binary {c} (STRING)') + ';' for c in columns)} }}"


def _write(path: Path, rows: Sequence[Row], format: str, columns: tuple[str, ...]) -> None:
    if format == "CSV":
        with gzip.open(path, "wt", newline="") as opened:
            writer = csv.writer(opened, quoting=csv.QUOTE_ALL)
            writer.writerows([[_text(row, c) for c in columns] for row in rows])
        return
    kinds = {
        "size": pa.int64(),
        "last_modified_date": pa.timestamp("ms", "UTC"),
        "is_latest": pa.bool_(),
        "is_delete_marker": pa.bool_(),
    }
    table = pa.table({c: pa.array([getattr(r, c) for r in rows], kinds.get(c, pa.string())) for c in columns})
    if format == "Parquet":
        parquet.write_table(table, path)
    else:
        orc.write_table(table, path)


def _text(row: Row, column: str) -> str:
    value = getattr(row, column)
    if column == "key":
        return quote_plus(row.key, safe="/")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
