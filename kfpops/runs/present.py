"""Listing → Document: one table, newest first."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from kfpops.render.document import Block, Bullets, Document, Heading, Paragraph, Table, Tone
from kfpops.render.words import age, count, duration, moment
from kfpops.runs.listing import Listing, Row

# KFP's causes whose name alone says nothing: without its family "not found" could be anything.
_WORDS = 3


def present(listing: Listing, *, wide: bool = False) -> Document:
    """`wide` adds whole ids, namespaces, pipelines and times."""
    blocks: list[Block] = []
    if listing.rows:
        blocks.append(_wide(listing) if wide else _narrow(listing))
    if listing.more:
        blocks.append(Paragraph("There are more; --limit shows them."))
    if any(r.cause for r in listing.rows):
        blocks.append(Paragraph("`kfpops diagnose run RUN` says what to change."))
    if listing.missing:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in listing.missing))]
    return Document("Runs", _verdict(listing), _tone(listing), tuple(blocks))


def _verdict(listing: Listing) -> str:
    if not listing.rows:
        return "No runs fit."
    states = Counter(row.state for row in listing.rows)
    parts = [f"{number:,} {state}" for state, number in states.most_common()]
    return f"{count(len(listing.rows), 'run')}: {', '.join(parts)}."


def _tone(listing: Listing) -> Tone:
    return "bad" if any(r.state == "failed" for r in listing.rows) else "plain"


def _narrow(listing: Listing) -> Table:
    rows = tuple(
        (r.run.id[:8], r.run.name, r.state, _ago(r, listing.now), _took(r), three_words(r.cause)) for r in listing.rows
    )
    return Table(("RUN", "NAME", "STATE", "AGE", "TOOK", "CAUSE"), rows)


def _wide(listing: Listing) -> Table:
    rows = tuple(
        (
            r.run.id,
            r.run.name,
            r.run.namespace or "-",
            r.run.pipeline_name or "-",
            r.state,
            _created(r),
            _took(r),
            r.cause or "-",
        )
        for r in listing.rows
    )
    return Table(("RUN", "NAME", "NAMESPACE", "PIPELINE", "STATE", "CREATED", "TOOK", "CAUSE"), rows)


def _ago(row: Row, now: datetime) -> str:
    return age((now - row.run.created_at).total_seconds()) if row.run.created_at else "-"


def _created(row: Row) -> str:
    return moment(row.run.created_at) if row.run.created_at else "-"


def _took(row: Row) -> str:
    return duration(row.seconds) if row.seconds is not None else "-"


def three_words(cause: str | None) -> str:
    """`memory/oom-killed` → `memory oom killed`; the family is left out where the name has three words of its own."""
    if cause is None:
        return ""
    family, _, name = cause.partition("/")
    words = name.split("-")
    return " ".join(words if len(words) >= _WORDS or family in words else [family, *words])
