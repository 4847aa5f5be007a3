"""What an impact needs beside its graph: the runs as KFP tells them, what their steps took, and the models in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from kfpops.errors import KfpopsError, NotFound, NotInBundle, UsageError
from kfpops.knowledge.model_use import Use
from kfpops.knowledge.pins import Pin
from kfpops.knowledge.run_state import state_of_run
from kfpops.knowledge.step_cost import accelerators_of, own_seconds, typical_seconds
from kfpops.lineage.gather.models_in_use import gather_uses, said
from kfpops.lineage.graph import Graph
from kfpops.lineage.impact.impact import ENDED, Around
from kfpops.lineage.impact.reached import reached_from
from kfpops.lineage.impact.recompute import Cost, to_run_again
from kfpops.model.finding import NotChecked
from kfpops.model.lineage import Execution, ExecutionQuery, Place
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.model.run import Run
from kfpops.ports import Cluster, Lineage, Pipelines

KFP_API, HISTORY = "KFP API", "execution history"
# One request each; the KFP API answers about a hundred a second.
MOST_RUNS = 400
# Tasks whose history is asked for, and how many of each task's executions: a median needs no more.
MOST_HISTORIES, MOST_EARLIER = 40, 20
_PARALLEL = 8

Resolve = Callable[[str], Sequence[str]]
"""What a pin or mark names (an id, RUN/TASK/OUTPUT) → artifact ids. Raises `KfpopsError` when there is none."""


@dataclass(frozen=True, slots=True)
class Told:
    """What KFP tells of runs."""

    runs: Mapping[str, Run] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    not_checked: tuple[NotChecked, ...] = ()


def gather_around(cluster: Cluster, lineage: Lineage, graph: Graph, pins: Sequence[Pin], resolve: Resolve) -> Around:
    """Reads what there is; what cannot be read stands in `not_checked`."""
    reached = reached_from(graph)
    told = _runs(cluster.pipelines, _run_ids(graph))
    ended = told.deleted | {i for i, run in told.runs.items() if state_of_run(run) in ENDED}
    costs, unread = _costs(lineage, graph, told.runs, to_run_again(graph, reached, ended))
    uses, gaps = gather_uses(cluster, pins)
    named, unnamed = _named(uses, resolve)
    missing = (*told.not_checked, *unread, *gaps, *unnamed)
    return Around(told.runs, told.deleted, costs, named, missing)


def _run_ids(graph: Graph) -> list[str]:
    """Of the executions that are nodes: what these name beside them belongs to runs that nobody asked about."""
    return sorted({p.run_id for i, p in graph.places.items() if p.run_id and i not in graph.named})


def _runs(pipelines: Pipelines | None, ids: Sequence[str]) -> Told:
    """Several at once. After the first error that is not about one run, no more are asked for: it would be the same."""
    if pipelines is None or not ids:
        why = "there is none, so names and states of runs and the accelerators of their steps are not known"
        return Told(not_checked=(NotChecked(KFP_API, why),) if ids else ())
    errors: list[KfpopsError] = []

    def ask(run_id: str) -> Run | NotFound | None:
        if errors:
            return None
        try:
            return pipelines.run(run_id)
        except NotFound as error:
            return error
        except UsageError:
            raise
        except KfpopsError as error:
            errors.append(error)
            return None

    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="impact") as pool:
        answers = dict(zip(ids, pool.map(ask, ids[:MOST_RUNS])))
    runs = {i: a for i, a in answers.items() if isinstance(a, Run)}
    gone = frozenset(i for i, a in answers.items() if isinstance(a, NotFound) and not isinstance(a, NotInBundle))
    return Told(runs, gone, tuple(_gaps_of_runs(errors, len(ids), len(runs) + len(gone))))


def _gaps_of_runs(errors: Sequence[KfpopsError], wanted: int, known: int) -> Iterator[NotChecked]:
    if errors:
        yield NotChecked(KFP_API, said(errors[0]))
    elif wanted > known:
        yield NotChecked(KFP_API, f"of {wanted:,} runs, {wanted - known:,} were not asked for or are not in the bundle")


def _costs(
    lineage: Lineage, graph: Graph, runs: Mapping[str, Run], ids: Sequence[str]
) -> tuple[tuple[Cost, ...], tuple[NotChecked, ...]]:
    executions = [graph.executions[i] for i in ids]
    places = {i: graph.places.get(i, Place()) for i in ids}
    typical, gaps = _typical(lineage, graph, [e for e in executions if own_seconds(e) is None], places)
    likely = _newest_of_each_pipeline(graph, runs.values())
    return tuple(_cost(graph, e, runs, likely, typical.get(e.id)) for e in executions), gaps


def _newest_of_each_pipeline(graph: Graph, runs: Iterable[Run]) -> Mapping[str, PipelineIR]:
    """By the name that the lineage store has for the pipeline: a deleted run of it was probably compiled alike."""
    found: dict[str, PipelineIR] = {}
    for run in sorted(runs, key=lambda r: (r.created_at.timestamp() if r.created_at else 0.0, r.id)):
        context = graph.runs.get(run.id)
        if run.pipeline is not None and context is not None and context.pipeline:
            found[context.pipeline] = run.pipeline
    return found


def _cost(
    graph: Graph, execution: Execution, runs: Mapping[str, Run], likely: Mapping[str, PipelineIR], typical: float | None
) -> Cost:
    own, place = own_seconds(execution), graph.places.get(execution.id, Place())
    run, context = runs.get(place.run_id), graph.runs.get(place.run_id)
    known = run.pipeline if run else None
    pipeline = known or likely.get(context.pipeline if context else "")
    accelerators = accelerators_of(pipeline, place.task_path, execution.inputs)
    guessed = own is None and typical is not None
    return Cost(
        execution.id, typical if own is None else own, guessed, accelerators, known is None and accelerators is not None
    )


def _typical(
    lineage: Lineage, graph: Graph, executions: Iterable[Execution], places: Mapping[str, Place]
) -> tuple[Mapping[str, float], tuple[NotChecked, ...]]:
    """Execution id → the median of its task's earlier executions, one request for each task of a pipeline."""
    groups: dict[tuple[str, str], list[Execution]] = defaultdict(list)
    for execution in executions:
        context = graph.runs.get(places[execution.id].run_id)
        if context and context.pipeline and execution.task:
            groups[context.pipeline, execution.task].append(execution)
    found: dict[str, float] = {}
    try:
        for (pipeline, task), group in islice(groups.items(), MOST_HISTORIES):
            query = ExecutionQuery(pipeline=pipeline, task=task, before=_newest(group))
            if (seconds := typical_seconds(islice(lineage.find_executions(query), MOST_EARLIER))) is not None:
                found.update((e.id, seconds) for e in group)
    except KfpopsError as error:
        return found, (NotChecked(HISTORY, said(error)),)
    left = len(groups) - MOST_HISTORIES
    why = f"how long {left:,} tasks usually take was not looked up: it is for {MOST_HISTORIES} at most"
    return found, (NotChecked(HISTORY, why),) if left > 0 else ()


def _newest(group: Sequence[Execution]) -> datetime | None:
    return max((e.created_at for e in group if e.created_at), default=None)


def _named(uses: Iterable[Use], resolve: Resolve) -> tuple[tuple[Use, ...], tuple[NotChecked, ...]]:
    """The uses, with the artifacts that those without a URI mean. One that means none is told: it protects nothing."""
    found: list[Use] = []
    gaps: list[NotChecked] = []
    for use in uses:
        if "://" in use.target or not use.target:
            found.append(use)
            continue
        try:
            found.append(replace(use, artifacts=tuple(resolve(use.target))))
        except KfpopsError as error:
            gaps.append(NotChecked(f"{use.kind} {use.target}", f"{use.source}: {error.message}".removeprefix(": ")))
    return tuple(found), tuple(gaps)
