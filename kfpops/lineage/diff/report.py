"""The difference of two runs as the JSON object `kfpops/lineage-diff/v1` (docs/schemas/lineage-diff.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.knowledge.redaction import redact
from kfpops.lineage.diff.align import RunFacts, TaskRun
from kfpops.lineage.diff.component import CodeChange
from kfpops.lineage.diff.contents import PortDiff
from kfpops.lineage.diff.diff import Compared, TaskDiff
from kfpops.lineage.diff.first import First
from kfpops.lineage.diff.values import Change, NumberChange, relative
from kfpops.model.lineage import CACHED, Artifact

SCHEMA = "kfpops/lineage-diff/v1"


def diff_report(compared: Compared, first: First | None, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None. Nothing is shortened."""
    facts = compared.facts
    with_code = {task.task_path: task.path for task in reversed(compared.tasks) if task.code}
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": facts.source.kind, "name": facts.source.name or None},
        "a": _run(facts.a),
        "b": _run(facts.b),
        "first": _first(first),
        "parameters": _changes(compared.parameters),
        "settings": _changes(compared.settings),
        "tasks": [_task(t, compared, with_code.get(t.task_path) == t.path) for t in compared.tasks],
        "not_checked": [{"source": n.source, "why": n.why} for n in facts.missing],
    }


def _run(run: RunFacts) -> dict[str, object]:
    return {
        "run_id": run.run_id,
        "name": run.name or None,
        "pipeline": run.pipeline or None,
        "state": run.state or None,
        "created_at": run.created_at,
    }


def _first(first: First | None) -> dict[str, object] | None:
    if first is None:
        return None
    return {"task": first.task or None, "kind": first.kind, "text": first.text, "certain": first.certain}


def _task(task: TaskDiff, compared: Compared, code_told: bool) -> dict[str, object]:
    return {
        "task": task.path,
        "task_path": task.task_path,
        "kind": task.kind,
        "change": task.change,
        "times": task.times,
        "a": _task_run(task.a, compared),
        "b": _task_run(task.b, compared),
        "duration": _duration(task),
        "same_fingerprint": task.same_cause,
        "parameters": _changes(task.parameters),
        "settings": _changes(task.component.settings),
        "component_compared": task.component.compared,
        "code": _code(task.code, code_told) if task.code else None,
        "inputs": [_port(port) for port in task.inputs],
        "outputs": [_port(port) for port in task.outputs],
        "output_parameters": _changes(task.results),
        "metrics": [_metric(metric) for metric in task.metrics],
    }


def _code(code: CodeChange, told: bool) -> dict[str, object]:
    """The iterations of a loop run the same code: only the first tells the diff, or it would be repeated without end."""
    return {"diff": code.diff if told else None, "added": code.added, "removed": code.removed}


def _task_run(run: TaskRun | None, compared: Compared) -> dict[str, object] | None:
    if run is None:
        return None
    execution = run.execution
    return {
        "execution": execution.id,
        "state": execution.state or None,
        "cached": execution.state == CACHED,
        "cached_from": execution.cached_from or None,
        "cached_from_run": compared.facts.origins.get(execution.cached_from) if execution.cached_from else None,
        "attempts": run.attempts,
        "created_at": execution.created_at,
        "seconds": run.seconds,
    }


def _duration(task: TaskDiff) -> dict[str, object] | None:
    if task.seconds is None:
        return None
    a, b = task.seconds
    return {"absolute_seconds": b - a, "relative": relative(a, b)}


def _port(port: PortDiff) -> dict[str, object]:
    return {
        "port": port.port,
        "place": port.place,
        "content": port.content,
        "a": _artifact(port.a),
        "b": _artifact(port.b),
        "properties": _changes(port.properties),
    }


def _artifact(artifact: Artifact | None) -> dict[str, object] | None:
    if artifact is None:
        return None
    return {"id": artifact.id, "type": artifact.type, "name": artifact.name or None, "uri": redact(artifact.uri) or None}


def _changes(found: tuple[Change, ...]) -> list[dict[str, object]]:
    return [{"name": c.name, "change": f"only-{c.only}" if c.only else "changed", "a": c.a, "b": c.b} for c in found]


def _metric(metric: NumberChange) -> dict[str, object]:
    return {
        "artifact": metric.artifact,
        "name": metric.name,
        "a": metric.a,
        "b": metric.b,
        "absolute": metric.absolute,
        "relative": metric.relative,
    }
