"""Inventories in all three formats as sorted pages; what must not be listed comes first."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kfpops.cluster.inventory_files.listing import InventoryListing
from kfpops.errors import BadAnswer, UsageError
from kfpops.model.bucket import BucketObject
from tests.cluster.inventory_files.building import NOON, VERSIONED, Row, write_inventory

FORMATS = pytest.mark.parametrize("format", ["CSV", "Parquet", "ORC"])
ODD = [
    "a b",
    "a+b",
    "a%2Bb",
    "a/é",
    "a/日本",
    "a/😀",
    'a"b',
    "a,b",
    "a//b",
    "/a",
    "a\nb",
    "model-v2/f",
    "model/f",
    "model.bin",
]


def listed(manifest: Path, tmp_path: Path, prefix: str = "", after: str = "") -> list[BucketObject]:
    listing = InventoryListing(str(manifest), None, tmp_path)
    try:
        return [found for page in listing.pages(prefix, start_after=after) for found in page]
    finally:
        listing.close()


@FORMATS
def test_old_versions_and_delete_markers_are_not_listed(format: str, tmp_path: Path) -> None:
    rows = [
        Row("kept", version_id="v2"),
        Row("kept", version_id="v1", is_latest=False),
        Row("deleted", is_delete_marker=True, size=None, e_tag=None),
        Row("deleted", version_id="v0", is_latest=False),
    ]
    assert [o.key for o in listed(write_inventory(tmp_path, [rows], format, VERSIONED), tmp_path)] == ["kept"]


@FORMATS
@pytest.mark.parametrize("lacking", ["size", "e_tag", "last_modified_date"])
def test_a_row_that_lacks_something_refuses_the_whole_inventory(format: str, lacking: str, tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("a"), Row("b")._replace(**{lacking: None})]], format)
    with pytest.raises(BadAnswer, match="1 objects without a key, size, ETag or date"):
        listed(manifest, tmp_path)


@FORMATS
def test_a_file_that_was_changed_is_refused(format: str, tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("a")]], format)
    [path] = (manifest.parent.parent / "data").iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(BadAnswer, match="is not what its manifest says"):
        listed(manifest, tmp_path)


@FORMATS
def test_every_key_comes_as_it_is_and_in_the_order_of_bytes(format: str, tmp_path: Path) -> None:
    keys = [k for k in ODD if format == "CSV" or "\n" not in k]
    shuffled = random.Random(5).sample(keys, len(keys))
    manifest = write_inventory(tmp_path, [[Row(k) for k in shuffled[:5]], [Row(k) for k in shuffled[5:]]], format)
    found = listed(manifest, tmp_path)
    assert [o.key for o in found] == sorted(keys, key=str.encode)
    assert set(found) == {BucketObject(k, 7, Row(k).e_tag or "", NOON.timestamp()) for k in keys}


@FORMATS
def test_times_are_utc_whatever_the_zone_of_this_machine(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    manifest = write_inventory(tmp_path, [[Row("a", last_modified_date=NOON.replace(microsecond=123_000))]], format)
    assert [o.modified_at for o in listed(manifest, tmp_path)] == [NOON.timestamp() + 0.123]


PARTS = [*ODD, "\U0010ffffx", "\ud7ffx", "x"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InventoryListing]:
    folder = tmp_path_factory.mktemp("inventory")
    listing = InventoryListing(str(write_inventory(folder, [[Row(k) for k in PARTS]])), None, folder)
    yield listing
    listing.close()


@pytest.mark.parametrize("prefix", ["", "a", "a/", "m", "model", "model-", "é", "z", "\U0010ffff", "\ud7ff"])
@pytest.mark.parametrize("after", ["", "a b", "a/é", "model/f", "zz"])
def test_a_part_of_it(prefix: str, after: str, whole: InventoryListing) -> None:
    expected = sorted((k for k in PARTS if k.startswith(prefix) and k > after), key=str.encode)
    assert [o.key for page in whole.pages(prefix, start_after=after) for o in page] == expected


def test_quotes_around_an_etag_are_no_part_of_it(tmp_path: Path) -> None:
    assert [o.etag for o in listed(write_inventory(tmp_path, [[Row("a", e_tag='"x-2"')]]), tmp_path)] == ["x-2"]


def test_a_key_that_is_no_utf_8_is_refused_not_guessed(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("a")]], "CSV")
    [path] = (manifest.parent.parent / "data").iterdir()
    broken = replace_in_gzip(path, b'"a"', b'"a%ff"')
    with pytest.raises(BadAnswer, match="cannot be read"):
        listed(resign(manifest, path, broken), tmp_path)


def replace_in_gzip(path: Path, old: bytes, new: bytes) -> bytes:
    return gzip.compress(gzip.decompress(path.read_bytes()).replace(old, new))


def resign(manifest: Path, path: Path, body: bytes) -> Path:
    """The manifest for a file with this body."""
    import hashlib
    import json

    from tests.cluster.inventory_files.building import write_manifest

    path.write_bytes(body)
    document = json.loads(manifest.read_text())
    document["files"][0] |= {"size": len(body), "MD5checksum": hashlib.md5(body).hexdigest()}
    return write_manifest(manifest.parent, document)


def test_it_says_whose_it_is_and_of_when(tmp_path: Path) -> None:
    listing = InventoryListing(str(write_inventory(tmp_path, [[Row("a")], [Row("b")]])), None, tmp_path)
    assert (listing.bucket, listing.made_at, listing.objects) == ("mlpipeline", NOON.timestamp(), 2)
    listing.close()


def test_without_duckdb_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError) as refused:
        InventoryListing(str(write_inventory(tmp_path, [[Row("a")]])), None, tmp_path)
    assert "kfpops[inventory]" in refused.value.hint
