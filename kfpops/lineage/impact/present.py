"""Impact → Document: the answer in a line, then models in use, runs by pipeline, cached steps, artifacts, and the cost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfpops.knowledge.redaction import redact
from kfpops.lineage.graph import ARTIFACT, by_id, id_of
from kfpops.lineage.impact.affected import AffectedRun, AffectedTask, Impact
from kfpops.lineage.impact.answer import gpu_hours, verdict
from kfpops.lineage.impact.models_in_use import How, ModelInUse
from kfpops.lineage.show.cut import wider
from kfpops.lineage.show.naming import Naming, short_type
from kfpops.lineage.show.tree import made_by
from kfpops.model.lineage import CACHED, FAILED
from kfpops.render.document import Block, Bullets, Document, Heading, KeyValues, Paragraph, Table
from kfpops.render.words import age, count, duration, some

# Up to so many nodes everything is told; beyond, so many of each kind.
_ALL, _SOME, _STEPS = 200, 8, 6
_HOW: dict[How, str] = {
    "id": "names",
    "exact": "is exactly",
    "inside": "lies inside",
    "holds": "is the directory that holds",
}
_WORDS = {CACHED: "cached", FAILED: "failed", "RUNNING": "not finished", "CANCELED": "not triggered"}


@dataclass(frozen=True, slots=True)
class _Told:
    """`most`: how many rows of a kind are shown."""

    impact: Impact
    naming: Naming
    now: datetime
    wide: bool

    @property
    def most(self) -> int:
        impact = self.impact
        small = len(impact.runs) + len(impact.tasks) + len(impact.artifacts) <= _ALL
        return len(impact.tasks) + len(impact.runs) + len(impact.models) if small or self.wide else _SOME


def present_impact(impact: Impact, now: datetime, *, wide: bool = False) -> Document:
    """`now` is the moment that ages are counted to. `wide`: whole ids, and nothing folded."""
    told = _Told(impact, Naming(impact.graph, now, wide), now, wide)
    blocks = [
        *_truncation(impact),
        *_start(told),
        *_models(told),
        *_runs(told),
        *_cached(told),
        *_artifacts(told),
        *_cost(impact),
    ]
    if impact.not_checked:
        blocks += [Heading("Not checked"), Bullets(tuple(f"{n.source}: {n.why}" for n in impact.not_checked))]
    return Document(_title(impact), verdict(impact), "waiting" if impact.models else "plain", tuple(blocks))


def _title(impact: Impact) -> str:
    return f"Impact of {impact.start[0]}" if len(impact.start) == 1 else f"Impact of {count(len(impact.start), 'node')}"


def _truncation(impact: Impact) -> list[Block]:
    if not impact.truncated:
        return []
    read = len(impact.graph.artifacts) + len(impact.graph.executions)
    left = f"{count(impact.left, 'node')} were known but not followed, and there may be more behind them"
    on = f"`{wider(read, impact.left)}` goes on"
    text = f"NOT COMPLETE: stopped at the limit of {count(read, 'node')}; {left}. {on}."
    return [Paragraph(text)]


def _start(told: _Told) -> list[Block]:
    """What was asked about, where that is a single thing."""
    impact = told.impact
    nodes = impact.start
    if len(nodes) != 1 or not nodes[0].startswith(f"{ARTIFACT}:"):
        return []
    artifact = impact.graph.artifacts[id_of(nodes[0])]
    producer = impact.graph.producers.get(artifact.id, "")
    made = f", {made_by([producer], told.naming)}" if told.naming.run_of(producer) else ""
    rows = [("Asked about", told.naming.artifact(artifact.id) + made)]
    rows += [("URI", redact(artifact.uri))] if artifact.uri else []
    return [KeyValues(tuple(rows))]


def _models(told: _Told) -> list[Block]:
    models = told.impact.models
    if not models:
        return []
    return [
        Heading("Models in use"),
        Bullets(tuple(_model(m, told) for m in models[: told.most])),
        *_more(len(models) - told.most, "model in use", "models in use"),
    ]


def _model(model: ModelInUse, told: _Told) -> str:
    use = model.use
    where = f"{use.namespace}/" if use.namespace else ""
    thing = f"{use.object_kind} {where}{use.name}" if use.object_kind else f'Pin "{redact(use.name)}"'
    source = f", {use.source}" if use.source else ""
    target = "" if use.target == use.name and not use.object_kind else f" {redact(use.target)}"
    ids = model.artifacts
    several = f"{count(len(ids), 'artifact')} ({some(ids, len(ids) if told.wide else 3)})"
    what = told.naming.artifact(ids[0]) if len(ids) == 1 else several
    return f"{thing}{source}:{target} {_HOW[model.how]} {what}"


def _runs(told: _Told) -> list[Block]:
    impact = told.impact
    steps: dict[str, list[AffectedTask]] = defaultdict(list)
    for task in impact.tasks:
        steps[task.place.run_id].append(task)
    blocks: list[Block] = []
    for pipeline in impact.pipelines[: told.most]:
        runs = [run for run in impact.runs if run.pipeline == pipeline]
        number = count(len(runs), "run")
        rows = tuple(_row(run, steps[run.run_id], told) for run in runs[: told.most])
        blocks += [
            Heading(f"Pipeline {pipeline}: {number}" if pipeline else f"{number} of unknown pipelines"),
            Table(("RUN", "NAME", "STATE", "AGE", "STEPS"), rows),
            *_more(len(runs) - told.most, "run"),
        ]
    blocks += _more(len(impact.pipelines) - told.most, "pipeline")
    if lost := steps.get(""):
        blocks += [Heading("Steps of unknown runs"), Paragraph(_steps(lost, told))]
    return blocks


def _row(run: AffectedRun, steps: Sequence[AffectedTask], told: _Told) -> tuple[str, ...]:
    state = "deleted" if run.deleted else "-" if run.state == "unknown" else run.state
    made = age((told.now - run.created_at).total_seconds()) if run.created_at else "-"
    name = f"{run.namespace}/{run.name or '-'}" if told.wide and run.namespace else run.name or "-"
    return told.naming.short(run.run_id), name, state, made, _steps(steps, told)


def _steps(steps: Sequence[AffectedTask], told: _Told) -> str:
    """`gather (cached), score ×12`: equal steps of a loop, and equal ways in which they went, are one. Of several attempts
    the last one counts."""
    attempts = Counter(t.place.path for t in steps if t.place.run_id and t.place.path)
    last = {(t.place.path if attempts[t.place.path] > 1 else t.execution.id): t for t in sorted(steps, key=_age)}
    folded = Counter(
        (t.place.task_path or t.execution.task or t.execution.name, _how(t, attempts[t.place.path])) for t in last.values()
    )
    words = [
        path + (f" ×{number:,}" if number > 1 else "") + (f" ({how})" if how else "")
        for (path, how), number in folded.items()
    ]
    return some(words, len(words) if told.most > _SOME else _STEPS) or "-"


def _age(task: AffectedTask) -> tuple[float, tuple[int, int, str]]:
    at = task.execution.created_at
    return (at.timestamp() if at else 0.0, by_id(task.execution.id))


def _how(task: AffectedTask, attempts: int) -> str:
    how = _WORDS.get(task.execution.state, "")
    return ", ".join(w for w in (count(attempts, "attempt") if attempts > 1 else "", how) if w)


def _cached(told: _Told) -> list[Block]:
    cached = told.impact.cached
    if not cached:
        return []
    rows = []
    for step in cached[: told.most]:
        origin = step.origin.run_id
        whence = (
            f"{step.origin.path or '?'} in {told.naming.run(origin)}"
            if origin
            else f"execution {step.origin_id}, whose run is not known"
        )
        rows.append((told.naming.short(step.place.run_id) or "-", step.place.path or step.execution.task, whence))
    heading = Heading(f"Taken from the cache: {count(len(cached), 'step')}")
    return [heading, Table(("RUN", "STEP", "TAKEN FROM"), tuple(rows)), *_more(len(cached) - told.most, "step")]


def _artifacts(told: _Told) -> list[Block]:
    artifacts = told.impact.artifacts
    if not artifacts:
        return []
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for found in artifacts:
        kind = "log" if found.is_log else short_type(found.artifact.type)
        names[kind][found.artifact.name or redact(found.artifact.uri.rstrip("/").rpartition("/")[2]) or "-"] += 1
    rows = []
    for kind, named in sorted(names.items(), key=lambda item: (item[0] == "log", -item[1].total(), item[0])):
        words = [name + (f" ×{number:,}" if number > 1 else "") for name, number in named.most_common()]
        rows.append((kind, f"{named.total():,}", some(words, _SOME)))
    objects = told.impact.objects
    number = f"{len(artifacts):,}" + (f", {count(objects, 'object')}" if objects < len(artifacts) else "")
    return [Heading(f"Artifacts: {number}"), Table(("TYPE", "NUMBER", "NAMES"), tuple(rows))]


def _cost(impact: Impact) -> list[Block]:
    cost = impact.recompute
    if not cost.tasks:
        return []
    own = f", {impact.of_start:,} of them its own" if impact.of_start else ""
    rows = [("Steps", f"{cost.tasks:,} that really ran{own}")]
    if cost.wall_seconds is not None and cost.critical_path_seconds is not None:
        rows.append(("One by one", duration(cost.wall_seconds)))
        rows.append(
            ("Side by side", f"{duration(cost.critical_path_seconds)}: the longest chain of steps that need each other")
        )
    partly = (
        f"; unknown of {count(cost.unknown_accelerators, 'step')}" if cost.gpu_hours and cost.unknown_accelerators else ""
    )
    rows.append(("GPU-hours", gpu_hours(cost) + partly))
    if cost.estimated_times:
        rows.append(("Estimated", f"the time of {count(cost.estimated_times, 'step')}, by other executions of the task"))
    if cost.guessed_accelerators:
        whose = f"the accelerators of {count(cost.guessed_accelerators, 'step')}"
        rows.append(("Guessed", f"{whose}, by another run of the pipeline"))
    if cost.unknown:
        rows.append(("Unknown", f"{count(cost.unknown, 'step')} without a time, not in these sums"))
    return [Heading("To recompute"), KeyValues(tuple(rows))]


def _more(number: int, singular: str, plural: str = "") -> list[Block]:
    what = count(number, f"more {singular}", f"more {plural or singular + 's'}")
    return [Paragraph(f"And {what}: -o wide shows all.")] if number > 0 else []
