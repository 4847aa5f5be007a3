"""The two indexes that MLMD's schema lacks: whether they are there, what it costs, and the statements that make them."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.cluster.mlmd_database.database import SQLITE, Database, text


@dataclass(frozen=True, slots=True)
class Index:
    """`slow` is who asks for it, and what for."""

    table: str
    column: str
    name: str
    slow: str


# The unique keys of both tables begin with context_id. The calls: kubeflow/pipelines, backend/src/v2/metadata/client.go,
# GetPipelineFromExecution and matchedArtifactOrNot.
WANTED = (
    Index(
        "Association", "execution_id", "kfpops_association_execution", "KFP asks which run an execution is of in every task"
    ),
    Index(
        "Attribution", "artifact_id", "kfpops_attribution_artifact", "KFP asks which pipeline an artifact is of in importers"
    ),
)


def problems_and_remedies(database: Database) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is slow and why, and the DDL for each; reads only the catalogue and the largest ids."""
    have = _first_columns(database)
    lacking = [index for index in WANTED if (index.table.lower(), index.column) not in have]
    return tuple(_problem(database, i) for i in lacking), tuple(_ddl(database, i) for i in lacking)


def _problem(database: Database, index: Index) -> str:
    rows = database.rows(f"SELECT max(id) FROM {index.table}")[0][0] or 0
    return (
        f"{index.table} has no index on {index.column}: {index.slow}, and each time the database reads all of the table's"
        f" rows, about {rows:,} now."
    )


def _ddl(database: Database, index: Index) -> str:
    return f"CREATE INDEX {index.name} ON {index.table} ({index.column}){database.dialect.online};"


def _first_columns(database: Database) -> set[tuple[str, str]]:
    """Table in small letters and column, of each index that covers all rows."""
    if database.dialect is SQLITE:
        statement = (
            "SELECT m.name, c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c"
            " WHERE m.type = 'table' AND c.seqno = 0 AND i.partial = 0"
        )
    else:
        statement = (
            "SELECT table_name, column_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() AND seq_in_index = 1"
        )
    return {(text(table).lower(), text(column)) for table, column in database.rows(statement)}
