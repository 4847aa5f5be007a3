"""Manifests of S3 Inventory: those by which nothing may be deleted first."""

from __future__ import annotations

import hashlib
import json

import pytest

from kfpops.errors import UsageError
from kfpops.knowledge.s3_inventory import ListFile, columns_of, parse_manifest

NAME = "s3://lists/daily/2026-11-20T12-00Z/manifest.json"
CSV = "Bucket, Key, Size, LastModifiedDate, ETag"


def a_manifest(**changes: object) -> bytes:
    document = {
        "sourceBucket": "mlpipeline",
        "destinationBucket": "arn:aws:s3:::lists",
        "creationTimestamp": "1795176000000",
        "fileFormat": "CSV",
        "fileSchema": CSV,
        "files": [{"key": "daily/data/0.csv.gz", "size": 12, "MD5checksum": "0" * 32}],
    }
    return json.dumps(document | changes).encode()


def checksum(body: bytes) -> bytes:
    return hashlib.md5(body).hexdigest().encode()


@pytest.mark.parametrize(
    "changes, says",
    [
        pytest.param(
            {"fileSchema": "Bucket, Key, Size, ETag"}, "no column last_modified_date", id="nothing tells what is young"
        ),
        pytest.param({"fileSchema": "Bucket, Key, Size, LastModifiedDate"}, "no column e_tag", id="nothing to delete under"),
        pytest.param(
            {"fileSchema": "Bucket, Key, LastModifiedDate, ETag"}, "no column size", id="nothing to count bytes by"
        ),
        pytest.param(
            {"fileSchema": f"{CSV}, VersionId"}, "which version is the current one", id="versions that are all alike"
        ),
        pytest.param({"fileFormat": "Avro"}, "format Avro", id="a format that is not known"),
        pytest.param({"files": []}, "lists no files", id="an empty inventory"),
        pytest.param(
            {"files": [{"key": "a", "size": 1, "MD5checksum": ""}] * 2}, "names a file twice", id="a file named twice"
        ),
        pytest.param({"creationTimestamp": "yesterday"}, "is no manifest", id="a time that is none"),
        pytest.param({"files": 3}, "is no manifest", id="JSON of another shape"),
    ],
)
def test_what_is_refused(changes: dict[str, object], says: str) -> None:
    body = a_manifest(**changes)
    with pytest.raises(UsageError, match=says):
        parse_manifest(body, checksum(body), NAME)


def test_a_manifest_without_its_checksum_is_not_finished() -> None:
    with pytest.raises(UsageError, match=r"no manifest\.checksum") as refused:
        parse_manifest(a_manifest(), None, NAME)
    assert "writes it last" in refused.value.hint


def test_a_manifest_that_was_changed_is_refused() -> None:
    with pytest.raises(UsageError, match=r"not what its manifest\.checksum says"):
        parse_manifest(a_manifest(sourceBucket="other"), checksum(a_manifest()), NAME)


def test_what_a_manifest_says() -> None:
    body = a_manifest(files=[{"key": "daily/data/0.csv.gz", "size": 12, "MD5checksum": "AB" * 16}])
    manifest = parse_manifest(body, checksum(body) + b"\n", NAME)
    assert (manifest.bucket, manifest.made_at, manifest.format) == ("mlpipeline", 1795176000.0, "CSV")
    assert manifest.files == (ListFile("daily/data/0.csv.gz", 12, "ab" * 16),)
    assert not manifest.versions


@pytest.mark.parametrize(
    "format, schema",
    [
        ("CSV", "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag"),
        (
            "Parquet",
            "message s3.inventory { required binary bucket (STRING); required binary key (STRING); "
            "optional binary version_id (STRING); optional boolean is_latest; optional boolean is_delete_marker; "
            "optional int64 size; optional binary e_tag (STRING);}",
        ),
        (
            "ORC",
            "struct<bucket:string,key:string,version_id:string,is_latest:boolean,is_delete_marker:boolean,size:bigint,e_tag:string>",
        ),
    ],
)
def test_columns_have_the_same_names_in_every_format(format: str, schema: str) -> None:
    expected = ("bucket", "key", "version_id", "is_latest", "is_delete_marker", "size", "e_tag")
    assert columns_of(schema, format) == expected  # type: ignore[arg-type]


def test_a_column_whose_name_is_no_word_cannot_reach_sql() -> None:
    assert columns_of("Key, a'b) --, Owner", "CSV") == ("key", "column_1", "Owner")
