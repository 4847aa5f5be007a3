"""S3 Inventory's manifest: whose bucket it lists, when, in which files, and which columns they have.

Upstream: Amazon S3 User Guide, "Locating your inventory list", "Amazon S3 Inventory list".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from kfpops.errors import UsageError

Format: TypeAlias = Literal["CSV", "Parquet", "ORC"]
FORMATS: dict[str, Format] = {"csv": "CSV", "parquet": "Parquet", "orc": "ORC"}

# Names as Parquet and ORC have them, by those of the manifest of a CSV inventory.
_NAMES = {
    "Bucket": "bucket",
    "Key": "key",
    "VersionId": "version_id",
    "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker",
    "Size": "size",
    "LastModifiedDate": "last_modified_date",
    "ETag": "e_tag",
}
_PARQUET_FIELD = re.compile(r"(?:required|optional)\s+\w+(?:\(\d+\))?\s+(\w+)")
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_ORC_FIELD = re.compile(r"[<,]\s*(\w+)\s*:")

NEEDED = {
    "key": "the name of each object",
    "size": "the limits in bytes",
    "last_modified_date": "the grace of what is young",
    "e_tag": "the condition under which each object is deleted",
}
"""Columns without which nothing may be deleted by an inventory, and what for."""

_OF_VERSIONS = dict.fromkeys(("is_latest", "is_delete_marker"), "which version is the current one")


@dataclass(frozen=True, slots=True)
class ListFile:
    """One file of an inventory. `key` is in the destination bucket; `md5` in hex."""

    key: str
    size: int
    md5: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at`: when S3 began to list, seconds since the epoch: what is younger is not in it. `columns`: in their order."""

    bucket: str
    made_at: float
    format: Format
    columns: tuple[str, ...]
    files: tuple[ListFile, ...]

    @property
    def versions(self) -> bool:
        """Whether it lists old versions and delete markers, too."""
        return "version_id" in self.columns


class _File(msgspec.Struct):
    key: str
    size: int
    md5: str = msgspec.field(name="MD5checksum")


class _Document(msgspec.Struct):
    source_bucket: str = msgspec.field(name="sourceBucket")
    created: str = msgspec.field(name="creationTimestamp")
    format: str = msgspec.field(name="fileFormat")
    schema: str = msgspec.field(name="fileSchema")
    files: list[_File]


def parse_manifest(body: bytes, checksum: bytes | None, name: str) -> Manifest:
    """`checksum` is the content of `manifest.checksum`, None when it is not there: S3 writes it last.

    Raises `UsageError` naming what is wrong; also for an inventory that lacks a column by which is judged.
    """
    if checksum is None:
        raise UsageError(
            f"There is no manifest.checksum beside {name}.",
            "S3 writes it last, so this inventory is not finished: take the one before it.",
        )
    if hashlib.md5(body, usedforsecurity=False).hexdigest() != checksum.decode("ascii", "replace").strip().lower():
        raise UsageError(f"{name} is not what its manifest.checksum says.", "Fetch both again, or take an older inventory.")
    try:
        document = msgspec.json.decode(body, type=_Document)
        made_at = int(document.created) / 1000
    except (msgspec.DecodeError, ValueError) as error:
        raise UsageError(f"{name} is no manifest of an S3 Inventory: {error}.", "Name its manifest.json.") from None
    if document.format.lower() not in FORMATS:
        raise UsageError(f"{name} lists files of the format {document.format}.", f"Known are {', '.join(FORMATS.values())}.")
    format = FORMATS[document.format.lower()]
    files = tuple(ListFile(f.key, f.size, f.md5.lower()) for f in document.files)
    manifest = Manifest(document.source_bucket, made_at, format, columns_of(document.schema, format), files)
    _refuse_if_unfit(manifest, name)
    return manifest


def columns_of(schema: str, format: Format) -> tuple[str, ...]:
    """The columns of `fileSchema` under their names in Parquet and ORC; those that are not known here keep their own.

    Each is a word that may stand in SQL: what is none becomes `column_3`.
    """
    match format:
        case "CSV":
            names = [part.strip() for part in schema.split(",")]
        case "Parquet":
            names = _PARQUET_FIELD.findall(schema)
        case "ORC":
            names = _ORC_FIELD.findall(schema)
    return tuple(_NAMES.get(n, n if _WORD.fullmatch(n) else f"column_{at}") for at, n in enumerate(names))


def _refuse_if_unfit(manifest: Manifest, name: str) -> None:
    needed = NEEDED | (_OF_VERSIONS if manifest.versions else {})
    lacking = [f"{column} ({why})" for column, why in needed.items() if column not in manifest.columns]
    if lacking:
        raise UsageError(
            f"The inventory {name} has no column {', '.join(lacking)}.",
            "Add Size, LastModifiedDate and ETag to the inventory's configuration, and take the next one.",
        )
    keys = [file.key for file in manifest.files]
    if len(set(keys)) < len(keys):
        raise UsageError(f"{name} names a file twice.", "S3 writes no such manifest: take another inventory.")
    if not keys:
        raise UsageError(f"{name} lists no files.", "An empty inventory says nothing of the bucket: take another one.")
