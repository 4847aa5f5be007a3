"""Where an inventory's files come from."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kfpops.cluster.inventory_files.fetch import Files
from kfpops.cluster.inventory_files.listing import InventoryListing
from kfpops.errors import BadAnswer, NotFound, UsageError
from tests.cluster.inventory_files.building import Row, write_inventory


@dataclass
class Bucket:
    """An object store over a folder: `s3://lists/KEY` is `folder/KEY`."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    def download(self, uri: str, to: Path) -> None:
        self.asked.append(uri)
        found = self.folder / uri.removeprefix("s3://lists/")
        if not found.is_file():
            raise NotFound(f"There is no object {uri}.")
        shutil.copy(found, to)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no manifest"):
        Files(str(tmp_path / "manifest.json"), None, tmp_path)


def test_another_file_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no manifest"):
        Files("s3://lists/daily/hive/symlink.txt", Bucket(tmp_path), tmp_path)


def test_a_bucket_without_a_store_to_read_it_with(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no object store here"):
        Files("s3://lists/daily/manifest.json", None, tmp_path)


def test_a_file_that_was_left_out_of_the_copy(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("a")]])
    shutil.rmtree(manifest.parent.parent / "data")
    with pytest.raises(NotFound, match=r"There is no file lists/mlpipeline/daily/data/0\.parquet"):
        InventoryListing(str(manifest), None, tmp_path)


def test_files_are_fetched_one_by_one_and_removed(tmp_path: Path) -> None:
    source, work = tmp_path / "bucket", tmp_path / "work"
    work.mkdir()
    manifest = write_inventory(source, [[Row("a")], [Row("b")]])
    bucket = Bucket(source)
    listing = InventoryListing(f"s3://lists/{manifest.relative_to(source)}", bucket, work)
    assert listing.objects == 2
    assert [u.rpartition("/")[2] for u in bucket.asked] == ["manifest.json", "manifest.checksum", "0.parquet", "1.parquet"]
    listing.close()
    assert [p.name for p in work.iterdir()] == ["inventory.duckdb"]


def test_a_file_that_was_fetched_incompletely_is_refused_and_removed(tmp_path: Path) -> None:
    source, work = tmp_path / "bucket", tmp_path / "work"
    work.mkdir()
    manifest = write_inventory(source, [[Row("a")]])
    [data] = (manifest.parent.parent / "data").iterdir()
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(BadAnswer, match="100 bytes instead of"):
        InventoryListing(f"s3://lists/{manifest.relative_to(source)}", Bucket(source), work)
    assert not list(work.glob("fetched-*"))


def test_a_copy_without_the_beginning_of_the_keys(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path / "bucket", [[Row("a")]])
    shutil.copytree(manifest.parent.parent, tmp_path / "copy")
    listing = InventoryListing(f"file://{tmp_path}/copy/{manifest.parent.name}/manifest.json", None, tmp_path)
    assert listing.objects == 1
    listing.close()
