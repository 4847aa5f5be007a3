"""One task that differs → blocks: parameters, settings, code as a diff, artifacts port by port, metrics, duration."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.knowledge.redaction import redact
from kfpops.lineage.diff.contents import SAME, PortDiff
from kfpops.lineage.diff.diff import TaskDiff, moved, state_of
from kfpops.lineage.diff.first import state_word
from kfpops.lineage.diff.present_values import change_rows, metric_rows
from kfpops.lineage.diff.values import percent, relative, shown_name
from kfpops.model.lineage import Artifact
from kfpops.render.document import Block, Code, KeyValues, Paragraph
from kfpops.render.words import duration

_LINES = 40
_WORDS = {
    "same-id": "the same artifact",
    "same-uri": "the same URI",
    "same-content": "the same content",
    "changed": "changed",
    "unknown": "not known whether the same",
    "only-a": "A only",
    "only-b": "B only",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """`whole`: nothing is shortened, and what is the same is told too. `code_told`: by another iteration of the task."""

    whole: bool = False
    code_told: bool = False


def differs_in(task: TaskDiff) -> str:
    """`parameters, code, output model`; "" when nothing does."""
    if task.change == "only-a":
        return "only in A"
    if task.change == "only-b":
        return "only in B"
    parts = ["parameters"] if task.parameters else []
    parts += ["code"] if task.code else []
    parts += [change.name for change in task.component.settings]
    inputs, outputs = moved(task)
    parts += [f"input {name}" for name in dict.fromkeys(shown_name(p.port) for p in inputs)]
    if task.other_state:
        parts.append("state")
    parts += [f"output {name}" for name in dict.fromkeys(shown_name(p.port) for p in outputs)]
    parts += ["output parameters"] if task.results else []
    if task.change == "changed" and not parts:
        parts.append("cache fingerprint")
    return ", ".join(parts)


def task_blocks(task: TaskDiff, detail: Detail) -> list[Block]:
    """What differs, causes first."""
    rows = _states(task)
    rows += [(f"parameter {name}", value) for name, value in change_rows(task.parameters, whole=detail.whole)]
    rows += change_rows(task.component.settings, whole=detail.whole)
    rows += [row for port in task.inputs for row in _port("input", port, detail)]
    rows += [row for port in task.outputs for row in _port("output", port, detail, task.kind == "importer")]
    rows += [(f"output parameter {name}", value) for name, value in change_rows(task.results, whole=detail.whole)]
    rows += metric_rows(task.metrics, whole=detail.whole)
    rows += _took(task)
    blocks: list[Block] = [KeyValues(tuple(rows))] if rows else []
    return blocks + _code(task, detail)


def _states(task: TaskDiff) -> list[tuple[str, str]]:
    a, b = task.a, task.b
    if a is None or b is None:
        return []
    old, new = state_of(a), state_of(b)
    rows = [("state", f"{state_word(old)} → {state_word(new)}")] if old != new else []
    if a.attempts > 1 or b.attempts > 1:
        rows.append(("attempts", f"{a.attempts} → {b.attempts}"))
    return rows


def _port(kind: str, port: PortDiff, detail: Detail, imported: bool = False) -> list[tuple[str, str]]:
    if port.content in SAME and not port.properties and not detail.whole:
        return []
    # Of what a task imports the URI is the point; other URIs differ by nature.
    whole = detail.whole or imported
    name = f"{kind} {shown_name(port.port)}" + (f"[{port.place}]" if port.place else "")
    ends = [_artifact(a, whole) for a in (port.a, port.b) if a is not None]
    told = ends[:1] if port.content == "same-id" else ends
    rows = [(name, f"{_WORDS[port.content]}: {' → '.join(told)}")]
    return rows + [(f"{name}.{field}", value) for field, value in change_rows(port.properties, whole=detail.whole)]


def _artifact(artifact: Artifact, whole: bool) -> str:
    return f"artifact {artifact.id}" + (f" ({redact(artifact.uri)})" if whole and artifact.uri else "")


def _took(task: TaskDiff) -> list[tuple[str, str]]:
    if task.seconds is None or task.kind == "dag":
        return []
    a, b = task.seconds
    if duration(a) == duration(b):
        return [("took", f"{duration(a)}, both")]
    return [("took", f"{duration(a)} → {duration(b)} ({percent(relative(a, b))})".replace(" ()", ""))]


def _code(task: TaskDiff, detail: Detail) -> list[Block]:
    if task.code is None:
        return []
    if detail.code_told:
        return [Paragraph("Its code differs as told above.")]
    lines = task.code.diff.splitlines()
    shown = lines if detail.whole else lines[:_LINES]
    blocks: list[Block] = [Code("diff", "\n".join(shown))]
    if len(shown) < len(lines):
        blocks.append(Paragraph(f"{len(lines) - len(shown):,} more lines of the diff: `-o wide` shows them."))
    return blocks
