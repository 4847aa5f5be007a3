"""One file of an inventory → rows (key, size, etag, modified) of DuckDB, only those of current objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kfpops.errors import BadAnswer
from kfpops.knowledge.s3_inventory import Manifest

_USED = ("key", "size", "e_tag", "last_modified_date", "is_latest", "is_delete_marker")
STAGING = "CREATE TABLE staging (key VARCHAR, size BIGINT, etag VARCHAR, modified DOUBLE)"


def load(connection: Any, manifest: Manifest, path: Path) -> None:
    """Appends to `staging`. Raises `BadAnswer` for a file that is not of the manifest's format and columns."""
    import duckdb

    try:
        match manifest.format:
            case "CSV":
                names = ", ".join(f"'{column}': 'VARCHAR'" for column in manifest.columns)
                source = (
                    "read_csv(?, header=false, auto_detect=false, delim=',', quote='\"', escape='\"', "
                    f"compression='auto', columns={{{names}}})"
                )
                connection.execute(_insert(source, manifest), [str(path)])
            case "Parquet":
                connection.execute(_insert("read_parquet(?)", manifest), [str(path)])
            case "ORC":
                _load_orc(connection, manifest, path)
    except duckdb.Error as error:
        raise BadAnswer(f"{path.name} of the inventory cannot be read: {_first_line(error)}.") from None


def _load_orc(connection: Any, manifest: Manifest, path: Path) -> None:
    """By pyarrow, stripe by stripe: DuckDB reads no ORC without an extension from the network."""
    import pyarrow
    from pyarrow import orc

    wanted = [column for column in _USED if column in manifest.columns]
    try:
        opened = orc.ORCFile(str(path))
        for number in range(opened.nstripes):
            stripe = pyarrow.Table.from_batches([opened.read_stripe(number, columns=wanted)])
            at = stripe.schema.get_field_index("last_modified_date")
            # ORC has nanoseconds, which DuckDB 2 reckons with only as microseconds; both are UTC.
            times = stripe.column("last_modified_date").cast(pyarrow.timestamp("us"), safe=False)
            stripe = stripe.set_column(at, "last_modified_date", times)
            connection.register("stripe", stripe)
            connection.execute(_insert("stripe", manifest))
            connection.unregister("stripe")
    except (pyarrow.ArrowException, OSError, KeyError) as error:
        raise BadAnswer(f"{path.name} of the inventory cannot be read: {_first_line(error)}.") from None


def _insert(source: str, manifest: Manifest) -> str:
    """Columns of CSV are text. Names in manifests are words (they were matched), so none can break out of the SQL."""
    csv = manifest.format == "CSV"
    # CSV's keys are URL-encoded as forms are: a space is a plus, a plus is %2B.
    key = "url_decode(replace(key, '+', ' '))" if csv else "key"
    size = "TRY_CAST(nullif(size, '') AS BIGINT)" if csv else "size"
    # Without a zone: DuckDB's own zone of the session must not move it.
    modified = "CAST(replace(nullif(last_modified_date, ''), 'Z', '') AS TIMESTAMP)" if csv else "last_modified_date"
    etag = "nullif(replace(e_tag, '\"', ''), '')"
    latest, marker = ("is_latest", "is_delete_marker") if not csv else (_true("is_latest"), _true("is_delete_marker"))
    # What does not say that it is the current one is not.
    current = f" WHERE coalesce({latest}, false) AND NOT coalesce({marker}, true)" if manifest.versions else ""
    return f"INSERT INTO staging SELECT {key}, {size}, {etag}, epoch_us({modified}) / 1e6 FROM {source}{current}"


def _true(column: str) -> str:
    return f"(lower({column}) = 'true')"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
