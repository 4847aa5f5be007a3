"""Files that are not what their manifest says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from kfpops.cluster.inventory_files.load import STAGING, load
from kfpops.errors import BadAnswer
from kfpops.knowledge.s3_inventory import Format, Manifest
from tests.cluster.inventory_files.building import PLAIN, Row, write_inventory


@pytest.mark.parametrize("format", ["CSV", "Parquet", "ORC"])
def test_a_file_of_another_format_is_a_broken_answer(format: Format, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x00\x01 no such thing \xff" * 9)
    connection = duckdb.connect()
    connection.execute(STAGING)
    with pytest.raises(BadAnswer, match=r"data\.bin of the inventory cannot be read"):
        load(connection, Manifest("b", 0.0, format, PLAIN, ()), path)


@pytest.mark.parametrize("format", ["Parquet", "ORC"])
def test_a_column_that_only_the_manifest_has(format: Format, tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, [[Row("a")]], format, ("bucket", "key", "size", "e_tag"))
    [path] = (manifest.parent.parent / "data").iterdir()
    connection = duckdb.connect()
    connection.execute(STAGING)
    with pytest.raises(BadAnswer, match="cannot be read"):
        load(connection, Manifest("b", 0.0, format, PLAIN, ()), path)
