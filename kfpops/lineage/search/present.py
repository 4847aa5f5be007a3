"""Found artifacts → Document: one table, newest first; nothing found: what was searched, and what there is."""

from __future__ import annotations

from datetime import datetime

from kfpops.knowledge.redacted_values import redacted
from kfpops.knowledge.redaction import redact
from kfpops.lineage.diff.values import short, written
from kfpops.lineage.hints import listed
from kfpops.lineage.search.search import Found, SearchQuery, SearchResult
from kfpops.model.lineage import JsonValue
from kfpops.render.document import Block, Bullets, Document, Heading, Paragraph, Table
from kfpops.render.words import age, count, moment

_SHORT_ID = 8


def present_search(result: SearchResult, now: datetime, *, wide: bool = False) -> Document:
    """`wide` adds URIs, whole run ids and times."""
    blocks: list[Block] = []
    if result.rows:
        blocks.append(_table(result, now, wide))
        uris = "" if wide else " `-o wide` adds the URIs."
        blocks.append(Paragraph(f"`kfpops lineage artifact ID` says where one came from and what used it.{uris}"))
    if result.truncated and not result.broke_off:
        blocks.append(Paragraph(_how_on(result)))
    blocks += [Paragraph(hint) for hint in _hints(result)]
    if result.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in result.not_checked))]
    return Document("Artifacts", _verdict(result), "plain", tuple(blocks))


def _verdict(result: SearchResult) -> str:
    asked = asked_for(result.query)
    if not result.rows:
        what = f"No artifact {asked}" if asked else "No artifact"
        return f"{what} was found." if asked else "The lineage store holds no artifact."
    shown = count(len(result.rows), "artifact")
    return f"{'The newest ' if result.truncated else ''}{shown} {asked}".rstrip() + "."


def asked_for(query: SearchQuery) -> str:
    """`of type system.Model with accuracy>0.9, made since 2026-11-14 12:00:00 UTC`; "" for all."""
    asked = query.artifacts
    parts = [f"of type {asked.type}"] if asked.type else []
    parts += [f'with "{asked.name}" in its name'] if asked.name else []
    parts += [f"below {redact(asked.uri_prefix)}"] if asked.uri_prefix else []
    tests = [f"{t.name} {t.operator} {written(redacted(t.name, t.value))}" for t in asked.properties]
    parts += [f"with {' and '.join(tests)}"] if tests else []
    parts += [f"of the pipeline {query.pipeline}"] if query.pipeline else []
    parts += [f"made since {moment(asked.since)}"] if asked.since else []
    parts += [f"made until {moment(asked.until)}"] if asked.until else []
    return " ".join(parts)


def _hints(result: SearchResult) -> list[str]:
    """The nearest names first."""
    hints = [f"There are artifacts of the types {listed(result.types)}."] if result.types else []
    hints += [f"Such artifacts are of the pipelines {listed(result.pipelines)}."] if result.pipelines else []
    whose = "the newest artifacts" + (f" of type {result.query.artifacts.type}" if result.query.artifacts.type else "")
    return hints + ([f"The properties of {whose} are {listed(result.properties)}."] if result.properties else [])


def _how_on(result: SearchResult) -> str:
    oldest = result.rows[-1].artifact.created_at
    earlier = f", or go on before these with --until {oldest.isoformat().replace('+00:00', 'Z')}" if oldest else ""
    return f"There are more: `--limit {10 * result.query.limit}` shows them{earlier}."


def _table(result: SearchResult, now: datetime, wide: bool) -> Table:
    names = tuple(dict.fromkeys(t.name for t in result.query.artifacts.properties))
    rows = tuple(_row(row, names, now, wide) for row in result.rows)
    made = "CREATED" if wide else "AGE"
    head = ("ID", "TYPE", "NAME", *(n.upper() if n.isidentifier() else n for n in names), made, "RUN", "PIPELINE")
    return Table((*head, "TASK", *(("URI",) if wide else ())), rows)


def _row(row: Found, names: tuple[str, ...], now: datetime, wide: bool) -> tuple[str, ...]:
    artifact, place = row.artifact, row.place
    at = artifact.created_at
    made = "-" if at is None else moment(at) if wide else age((now - at).total_seconds())
    run = place.run_id if wide else place.run_id[:_SHORT_ID]
    values = tuple(_value(name, row.matched.get(name)) for name in names)
    who = (run or "-", row.run.pipeline or "-" if row.run else "-", place.path or "-")
    what = (artifact.id, artifact.type.removeprefix("system."), artifact.name or "-")
    return (*what, *values, made, *who, *((redact(artifact.uri) or "-",) if wide else ()))


def _value(name: str, value: JsonValue) -> str:
    return short(redacted(name, value))
