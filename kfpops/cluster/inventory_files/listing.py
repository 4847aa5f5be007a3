"""An S3 Inventory as pages of objects in the order of their keys' bytes, sorted on disk in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kfpops.cluster.inventory_files.fetch import Downloads, Files
from kfpops.cluster.inventory_files.load import STAGING, load
from kfpops.errors import BadAnswer, UsageError
from kfpops.model.bucket import BucketObject

PAGE = 10_000
MEMORY = "256MB"
"""What DuckDB may hold; what is more goes to disk. Its process takes about 150 MB beside."""

# Text is compared by its UTF-8 bytes: DuckDB's collation unless one is named.
_SORT = "CREATE TABLE listing AS SELECT key, size, etag, modified FROM staging ORDER BY key"
_LACKING = "SELECT count(*) FROM staging WHERE key IS NULL OR size IS NULL OR etag IS NULL OR modified IS NULL"
_LAST = chr(0x10FFFF)


class InventoryListing:
    """The objects that one inventory lists. `bucket`: whose; `made_at`: as of when (seconds since the epoch)."""

    def __init__(self, uri: str, store: Downloads | None, folder: Path, *, memory: str = MEMORY) -> None:
        """Reads and sorts it all: `folder` needs room for about twice the objects' keys.

        Raises `UsageError` for an inventory by which nothing may be deleted, `BadAnswer` for a broken file of it.
        """
        files = Files(uri, store, folder)
        self.uri, self.bucket, self.made_at = uri, files.manifest.bucket, files.manifest.made_at
        self._database = _opened(folder, memory)
        self._database.execute(STAGING)
        for file in files.manifest.files:
            with files.here(file) as path:
                load(self._database, files.manifest, path)
        lacking = self._one(_LACKING)
        if lacking:
            why = f"{uri} lists {lacking:,} objects without a key, size, ETag or date"
            raise BadAnswer(f"{why}: nothing can be judged by it.", "Take another inventory.")
        self._database.execute(_SORT)
        self._database.execute("DROP TABLE staging")
        self.objects: int = self._one("SELECT count(*) FROM listing")

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        """As ports.Bucket.pages, and in byte order. Safe for use by several threads."""
        # The table is stored in order and read in order; of a range of keys only what may hold it is read.
        conditions, values = ["starts_with(key, $prefix)", "key >= $prefix"], {"prefix": prefix}
        if start_after:
            conditions, values["after"] = [*conditions, "key > $after"], start_after
        if below := _after_all(prefix):
            conditions, values["below"] = [*conditions, "key < $below"], below
        cursor = self._database.cursor()
        try:
            cursor.execute(f"SELECT key, size, etag, modified FROM listing WHERE {' AND '.join(conditions)}", values)
            while rows := cursor.fetchmany(PAGE):
                yield [BucketObject(*row) for row in rows]
        finally:
            cursor.close()

    def close(self) -> None:
        self._database.close()

    def _one(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])


def _after_all(prefix: str) -> str:
    """The first text after all that begin with `prefix`; "" when there is none."""
    stem = prefix.rstrip(_LAST)
    if not stem:
        return ""
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)


def _opened(folder: Path, memory: str) -> Any:
    try:
        import duckdb
    except ImportError:
        hint = "pip install 'kfpops[inventory]'"
        raise UsageError("An S3 Inventory is read with DuckDB, which is not installed.", hint) from None
    # Two threads: more hold more memory at once, and sorting waits for the disk anyhow.
    settings: dict[str, Any] = {"memory_limit": memory, "threads": 2, "temp_directory": str(folder / "spill")}
    return duckdb.connect(str(folder / "inventory.duckdb"), config=settings)
