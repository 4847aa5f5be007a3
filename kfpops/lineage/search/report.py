"""Found artifacts as the JSON object `kfpops/lineage-search/v1` (docs/schemas/lineage-search.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.knowledge.redacted_values import redacted
from kfpops.knowledge.redaction import redact
from kfpops.lineage.search.search import Found, SearchResult

SCHEMA = "kfpops/lineage-search/v1"


def search_report(result: SearchResult, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None."""
    asked, query = result.query.artifacts, result.query
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": result.source.kind, "name": result.source.name or None},
        "query": {
            "type": asked.type or None,
            "name": asked.name or None,
            "uri": redact(asked.uri_prefix) or None,
            "pipeline": query.pipeline or None,
            "properties": [
                {"name": t.name, "operator": t.operator, "value": redacted(t.name, t.value)} for t in asked.properties
            ],
            "since": asked.since,
            "until": asked.until,
            "limit": query.limit,
        },
        "artifacts": [_row(row) for row in result.rows],
        "truncated": result.truncated,
        "types": list(result.types),
        "pipelines": list(result.pipelines),
        "properties": list(result.properties),
        "not_checked": [{"source": n.source, "why": n.why} for n in result.not_checked],
    }


def _row(row: Found) -> dict[str, object]:
    artifact = row.artifact
    return {
        "id": artifact.id,
        "type": artifact.type,
        "name": artifact.name or None,
        "uri": redact(artifact.uri) or None,
        "created_at": artifact.created_at,
        "run_id": row.place.run_id or None,
        "pipeline": row.run.pipeline or None if row.run else None,
        "task": row.place.path or None,
        "properties": {name: redacted(name, value) for name, value in row.matched.items()},
    }
