"""Answer → Document: the verdict in a sentence, then the path that leads to it."""

from __future__ import annotations

from datetime import datetime, timezone

from kfpops.cleanup.verdict import Verdict
from kfpops.cleanup.why.answer import Answer, Group
from kfpops.cleanup.words import REASONS, size
from kfpops.render.document import Block, Bullets, Document, Heading, KeyValues, Paragraph, Table
from kfpops.render.words import count, moment

# So many links of a path are shown.
_MOST = 20


def present_why(answer: Answer, *, full: bool = False) -> Document:
    """`full`: every link of the path."""
    blocks: list[Block] = [KeyValues(_rows(answer))]
    if answer.groups:
        rows = tuple((f"{g.counted.objects:,}", size(g.counted.bytes), _grouped(g)) for g in answer.groups)
        blocks += [Heading("What it holds"), Table(("OBJECTS", "SIZE", "WHY"), rows)]
    if answer.steps:
        most = len(answer.steps) if full else _MOST
        blocks += [Heading("Why"), Bullets(tuple(step.text for step in answer.steps[:most]))]
        if len(answer.steps) > most:
            blocks.append(Paragraph(f"… and {len(answer.steps) - most:,} more; -v tells all."))
    if answer.nearest:
        blocks += [Heading("Near it"), Bullets(answer.nearest)]
    if answer.gaps:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{gap.source}: {gap.why}" for gap in answer.gaps))]
    if not answer.policy:
        blocks.append(Paragraph("Asked without a policy, as if nothing were given up: --policy FILE says what it takes."))
    goes = answer.verdict.goes if answer.verdict else any(g.verdict.goes for g in answer.groups)
    return Document(f"Why {answer.uri}", verdict_of(answer), "waiting" if goes else "plain", tuple(blocks))


def verdict_of(answer: Answer) -> str:
    """In one sentence."""
    if answer.verdict is not None:
        return f"It {'may go' if answer.verdict.goes else 'stays'}: {_why(answer.verdict)}{_unsure(answer)}."
    if answer.what == "nothing":
        return "Nothing lies there: no object has this key, and none lies below it."
    goes = [g.counted for g in answer.groups if g.verdict.goes]
    total = sum(g.counted.objects for g in answer.groups)
    if not goes:
        return f"All of it stays: {count(total, 'object')}{_unsure(answer)}."
    number = sum(c.objects for c in goes)
    if number == total:
        return f"All of it may go: {count(total, 'object')}{_unsure(answer)}."
    return f"{number:,} of its {count(total, 'object')} may go{_unsure(answer)}."


def _unsure(answer: Answer) -> str:
    return "; not everything is known, so a plan would be refused" if any(gap.fatal for gap in answer.gaps) else ""


def _why(verdict: Verdict) -> str:
    by = f" (rule {verdict.rule})" if verdict.rule else ""
    return f"{REASONS[verdict.reason]}{by}"


def _grouped(group: Group) -> str:
    who = f", {group.verdict.who}" if group.verdict.who else ""
    rule = f", rule {group.verdict.rule}" if group.verdict.rule else ""
    return f"{'may go' if group.verdict.goes else 'stays'}: {group.verdict.reason}{who}{rule}"


def _rows(answer: Answer) -> tuple[tuple[str, str], ...]:
    rows = [("Bucket", answer.bucket), ("Key", answer.key)]
    if answer.object is not None:
        changed = datetime.fromtimestamp(answer.object.modified_at, timezone.utc)
        rows += [("Size", size(answer.object.size)), ("Changed", moment(changed))]
    if answer.verdict is not None:
        rows.append(("Verdict", f"{answer.verdict.label}, {answer.verdict.reason}"))
        rows += [("Of", answer.verdict.who)] if answer.verdict.who else []
    return tuple(rows)
