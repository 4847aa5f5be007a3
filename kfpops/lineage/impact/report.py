"""An impact as the JSON object `kfpops/lineage-impact/v1` (docs/schemas/lineage-impact.json)."""

from __future__ import annotations

from datetime import datetime

from kfpops.knowledge.redaction import redact
from kfpops.lineage.graph import ARTIFACT, Place, id_of
from kfpops.lineage.impact.affected import AffectedArtifact, AffectedRun, AffectedTask, CachedStep, Impact
from kfpops.lineage.impact.models_in_use import ModelInUse
from kfpops.lineage.impact.reached import Reached
from kfpops.lineage.impact.recompute import Recompute

SCHEMA = "kfpops/lineage-impact/v1"


def impact_report(impact: Impact, generated_at: datetime) -> dict[str, object]:
    """Report values; what is unknown is None. Seconds, hours, ids of nodes as in `kfpops/lineage/v1`."""
    return {
        "schema": SCHEMA,
        "generated_at": generated_at,
        "source": {"kind": impact.source.kind, "name": impact.source.name or None},
        "start": [_start(impact, node) for node in impact.start],
        "counts": _counts(impact),
        "runs": [_run(run) for run in impact.runs],
        "tasks": [_task(task) for task in impact.tasks],
        "artifacts": [_artifact(artifact) for artifact in impact.artifacts],
        "cached": [_cached(step) for step in impact.cached],
        "models": [_model(model) for model in impact.models],
        "recompute": _recompute(impact.recompute, impact.of_start),
        "truncated": impact.truncated,
        "left": impact.left,
        "not_checked": [{"source": n.source, "why": n.why} for n in impact.not_checked],
    }


def _start(impact: Impact, node: str) -> dict[str, object]:
    """Run and task are those that made it."""
    graph, id = impact.graph, id_of(node)
    if node.startswith(f"{ARTIFACT}:"):
        artifact = graph.artifacts[id]
        place = graph.places.get(graph.producers.get(id, ""), Place())
        about = {"type": artifact.type or None, "name": artifact.name or None, "uri": redact(artifact.uri) or None}
        return {"id": node, "kind": "artifact", **about, "run_id": place.run_id or None, "task": place.path or None}
    execution, place = graph.executions[id], graph.places.get(id, Place())
    about = {"type": execution.type or None, "name": execution.name or None, "uri": None}
    return {"id": node, "kind": "execution", **about, "run_id": place.run_id or None, "task": place.path or None}


def _counts(impact: Impact) -> dict[str, int]:
    return {
        "runs": len(impact.runs),
        "running_runs": sum(run.running for run in impact.runs),
        "deleted_runs": sum(bool(run.deleted) for run in impact.runs),
        "pipelines": sum(bool(name) for name in impact.pipelines),
        "tasks": len(impact.tasks),
        "cached": len(impact.cached),
        "artifacts": len(impact.artifacts),
        "objects": impact.objects,
        "model_artifacts": impact.model_artifacts,
        "models_in_use": len(impact.models),
    }


def _way(reached: Reached) -> dict[str, object]:
    return {"distance": reached.distance, "via": reached.via or None}


def _run(run: AffectedRun) -> dict[str, object]:
    return {
        "id": run.run_id,
        "name": run.name or None,
        "pipeline": run.pipeline or None,
        "namespace": run.namespace or None,
        "state": run.state,
        "running": run.running,
        "deleted": run.deleted,
        "created_at": run.created_at,
        "distance": run.distance,
        "via": run.via or None,
        "tasks": run.tasks,
        "cached": run.cached,
    }


def _task(task: AffectedTask) -> dict[str, object]:
    execution = task.execution
    return {
        "id": f"execution:{execution.id}",
        "kind": execution.kind,
        "run_id": task.place.run_id or None,
        "task": task.place.path or execution.task or None,
        "state": execution.state or None,
        "reused": task.reached.reused,
        **_way(task.reached),
    }


def _artifact(found: AffectedArtifact) -> dict[str, object]:
    artifact = found.artifact
    return {
        "id": f"artifact:{artifact.id}",
        "type": artifact.type or None,
        "name": artifact.name or None,
        "uri": redact(artifact.uri) or None,
        "run_id": found.run_id or None,
        "is_model": found.is_model,
        "is_log": found.is_log,
        **_way(found.reached),
    }


def _cached(step: CachedStep) -> dict[str, object]:
    return {
        "id": f"execution:{step.execution.id}",
        "run_id": step.place.run_id or None,
        "task": step.place.path or step.execution.task or None,
        "from_execution": f"execution:{step.origin_id}" if step.origin_id else None,
        "from_run_id": step.origin.run_id or None,
        "from_task": step.origin.path or None,
        **_way(step.reached),
    }


def _model(model: ModelInUse) -> dict[str, object]:
    use = model.use
    return {
        "kind": use.kind,
        "name": redact(use.name),
        "namespace": use.namespace or None,
        "object_kind": use.object_kind or None,
        "target": redact(use.target),
        "source": use.source or None,
        "match": model.how,
        "artifacts": [f"artifact:{id}" for id in model.artifacts],
    }


def _recompute(cost: Recompute, of_start: int) -> dict[str, object]:
    return {
        "tasks": cost.tasks,
        "tasks_of_start": of_start,
        "wall_seconds": cost.wall_seconds,
        "critical_path_seconds": cost.critical_path_seconds,
        "gpu_hours": cost.gpu_hours,
        "unknown": cost.unknown,
        "unknown_gpu": cost.unknown_accelerators,
        "estimated": cost.estimated,
        "estimated_times": cost.estimated_times,
        "guessed_gpu": cost.guessed_accelerators,
    }
