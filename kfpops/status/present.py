"""Status → Document: the parts, then what cannot be read and what that costs."""

from __future__ import annotations

from kfpops.model.lineage import LineageHealth
from kfpops.render.document import Block, Bullets, Code, Document, Heading, Paragraph, Table, Tone
from kfpops.render.words import count
from kfpops.status.findings import Access, Status


def present(status: Status) -> Document:
    """What is readable is told in one line; what is not, with its cost."""
    refused = [a for a in status.access if not a.readable]
    parts = tuple((p.name, p.version or "-", p.state, p.detail) for p in status.parts)
    blocks: list[Block] = [Table(("PART", "VERSION", "STATE", ""), parts)]
    readable = ", ".join(a.source for a in status.access if a.readable)
    if readable:
        blocks += [Heading("Can be read"), Paragraph(readable)]
    if refused:
        rows = tuple((a.source, f"{_why(a)} Without it: {a.costs}.") for a in refused)
        blocks += [Heading("Cannot be read"), Table(("SOURCE", "WHY, AND WHAT IT COSTS"), rows)]
    blocks += _lineage(status.lineage)
    return Document("Status", _verdict(status, len(refused)), _tone(status, len(refused)), tuple(blocks))


def _lineage(health: LineageHealth | None) -> list[Block]:
    """What makes it slow, and the statements that mend that; nothing when nothing does."""
    if health is None or not health.problems:
        return []
    blocks: list[Block] = [Heading("What slows lineage down"), Bullets(health.problems)]
    if health.remedies:
        who = "Somebody who may change that database runs this once:"
        blocks += [Paragraph(who), Code("sql", "\n".join(health.remedies))]
    return blocks


def _why(access: Access) -> str:
    why = access.why if access.why.endswith(".") else f"{access.why}."
    return f"{why} Needs: {access.needs}." if access.needs else why


def _verdict(status: Status, refused: int) -> str:
    kfp = status.parts[0]
    version = f" {kfp.version}" if kfp.version else ""
    bad = [p.name for p in status.parts if p.state == "not ready"]
    health = f"{', '.join(bad)} {'is' if len(bad) == 1 else 'are'} not ready" if bad else "everything found is ready"
    rights = "all sources can be read" if not refused else f"{count(refused, 'source')} cannot be read"
    return f"KFP{version} in the namespace {status.kfp_namespace}: {health}; {rights}."


def _tone(status: Status, refused: int) -> Tone:
    if any(p.state == "not ready" for p in status.parts):
        return "bad"
    return "waiting" if refused else "good"
