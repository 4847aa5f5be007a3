"""What came of a plan → Document: how far it is, what was freed, what stayed and why, and what to do next."""

from __future__ import annotations

import shlex
from datetime import datetime, timezone
from typing import cast

from kfpops.cleanup.apply.outcome import Result
from kfpops.cleanup.verdict import Reason
from kfpops.cleanup.words import REASONS, size
from kfpops.render.document import Block, Bullets, Code, Document, Heading, KeyValues, Paragraph, Table, Tone
from kfpops.render.words import count, moment, some

_FATES = (
    ("gone", "deleted"),
    ("absent", "was not there any more"),
    ("changed", "changed since the plan, so it stays"),
    ("kept", "needed by now, so it stays"),
    ("refused", "the store refused to delete it"),
    ("failed", "could not be deleted; can be tried again"),
)


def present_outcome(result: Result) -> Document:
    blocks: list[Block] = [*_numbers(result), *_kept(result), *_troubles(result), *_notes(result), *_next(result)]
    return Document("Clean-up", _verdict(result), _tone(result), tuple(blocks))


def _verdict(result: Result) -> str:
    state, planned = result.state, result.planned
    match state.phase:
        case "new":
            return f"Nothing was done yet: {count(planned.objects, 'object')} ({size(planned.bytes)}) may go."
        case "undone":
            return _undone(result)
        case "finished":
            return f"Done: {_deleted(result)}."
        case "waiting" | "evicting":
            return f"Not yet deleted: {_waiting(result)}."
    return f"Not done: {_deleted(result)}, {count(result.left, 'object')} left."


def _deleted(result: Result) -> str:
    gone = result.state.sum("gone")
    freed = result.state.bytes_freed
    text = f"{count(gone.objects, 'object')} deleted, {size(freed)} freed"
    behind = result.state.sum("markers").bytes
    return f"{text} ({size(behind)} more lie behind delete markers)" if behind else text


def _waiting(result: Result) -> str:
    waits = result.waits_for
    if result.stopped:
        return result.stopped.message.rstrip(".")
    if waits:
        verb = "has" if len(waits) == 1 else "have"
        return f"{count(len(waits), 'run')} {verb} to end first ({some(list(waits))})"
    if waits is not None and result.state.until:
        return f"the quarantine lasts until {moment(datetime.fromtimestamp(result.state.until, timezone.utc))}"
    return "runs and artifacts are being made unreachable"


def _undone(result: Result) -> str:
    state = result.state
    parts = [f"{count(len(state.unmarked), 'artifact')} live again"]
    parts += [f"{count(result.restored, 'object')} brought back"] if result.restored else []
    parts += [f"{count(result.gone, 'object')} gone for good"] if result.gone else []
    parts += [f"{count(result.lost, 'artifact')} not whole any more"] if result.lost else []
    return f"Undone: {', '.join(parts)}. The plan is never carried out."


def _tone(result: Result) -> Tone:
    if (
        result.stopped
        or result.lost
        or result.gone
        or result.state.sum("refused").objects
        or result.state.sum("failed").objects
    ):
        return "bad"
    if result.state.phase == "finished" and result.state.to_unmark:
        return "bad"
    return "good" if result.state.phase in ("finished", "undone") else "waiting"


def _numbers(result: Result) -> list[Block]:
    state = result.state
    rows = [(f"{s.objects:,}", size(s.bytes), text) for fate, text in _FATES if (s := state.sum(fate)).objects]
    return [Table(("OBJECTS", "SIZE", "WHAT CAME OF IT"), tuple(rows))] if rows else []


def _kept(result: Result) -> list[Block]:
    reasons = result.state.kept_for.most_common()
    if not reasons:
        return []
    rows = tuple((f"{number:,}", REASONS.get(cast(Reason, reason), reason)) for reason, number in reasons)
    return [Heading("What stays after all", 2), Table(("OBJECTS", "BECAUSE IT"), rows)]


def _troubles(result: Result) -> list[Block]:
    rows = tuple((fate, why or "?", key) for fate, why, key in result.state.examples.values())
    return [Heading("What could not be deleted", 2), Table(("FATE", "ERROR", "KEY"), rows)] if rows else []


def _notes(result: Result) -> list[Block]:
    state = result.state
    facts = [("Plan", f"{result.plan.path} ({result.plan.header.id})"), ("Journal", result.journal)]
    if result.locked_by:
        facts.append(("Held", "; ".join(result.locked_by)))
    if state.evicting:
        verb = "was" if len(state.evicting) == 1 else "were"
        facts.append(("KFP", f"{count(len(state.evicting), 'run')} {verb} deleted, with the cache entries"))
    if state.marked or state.confirmed:
        marked = f"{len(state.marked):,} marked for deletion, {state.confirmed:,} deleted"
        facts.append(("Artifacts", f"{marked}, {len(state.unmarked):,} live again"))
    if state.phase == "finished" and state.to_unmark:
        verb = "is" if len(state.to_unmark) == 1 else "are"
        what = f"{count(len(state.to_unmark), 'artifact')} {verb} needed, but not whole ({some(sorted(state.to_unmark))})"
        facts.append(("Incomplete", f"{what}: what is left stays, and stays marked for deletion"))
    return [KeyValues(tuple(facts))]


def _next(result: Result) -> list[Block]:
    state, plan = result.state, shlex.quote(str(result.plan.path))
    if state.phase in ("finished", "undone"):
        return []
    blocks: list[Block] = []
    if result.stopped:
        blocks.append(Paragraph(" ".join(filter(None, (result.stopped.message, result.stopped.hint)))))
    if state.sum("refused").objects:
        blocks.append(Bullets(("Give the account the right s3:DeleteObject, or remove the lock on these objects.",)))
    text = "To begin:" if state.phase == "new" else "To go on where it was:"
    return [*blocks, Paragraph(text), Code("shell", f"kfpops cleanup apply {plan}")]
