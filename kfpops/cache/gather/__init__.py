"""Everything that explains the cache of one run. Only this package of `cache` talks to ports."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from kfpops.cache.facts import CacheFacts, Earlier
from kfpops.cache.gather.earlier import compared_with, earlier_of
from kfpops.cache.gather.reading import Reading
from kfpops.cache.gather.steps import pipeline_of, steps_of
from kfpops.cache.gather.tasks import attempts_of, closed_by, unstarted_of
from kfpops.cache.step import Step
from kfpops.errors import NotFound
from kfpops.model.lineage import CACHED, Artifact, Execution
from kfpops.model.pipeline_ir import PipelineIR
from kfpops.ports import Cluster

# A chain of cache hits that is longer has closed on itself.
_LONGEST = 32


def gather_cache(cluster: Cluster, run_id: str, *, task: str = "", against: str = "") -> CacheFacts:
    """The facts about a run, or about one `task` of it (its name or path). `against`: the run to compare misses with.

    Raises `NotFound` when the lineage store has no such run, or the run no such task, and `Unreachable` without a store.
    """
    reading = Reading(cluster)
    executions = reading.executions_of_run(run_id)
    reading.remember(executions)
    run = reading.run(run_id)
    pipeline = pipeline_of(reading, run_id)
    around = steps_of(reading, [e for e in executions if e.kind in ("container", "importer")])
    attempts = attempts_of(s for s in around if s.execution.kind == "container")
    known = {s.execution.id: s for s in around}
    steps = tuple(known[last] for last in attempts)
    unstarted = unstarted_of(pipeline, steps)
    if task:
        steps, unstarted = _only(task, steps, unstarted)
    misses = [s for s in steps if s.execution.fingerprint and s.execution.state != CACHED]
    origins = _origins(reading, (*steps, *_makers(misses, around)), pipeline)
    own = [e for e in executions if e.kind != "container" or e.id in attempts]
    retried = frozenset(e.id for e in executions) - {e.id for e in own}
    earlier = compared_with(reading, misses, against) if against else earlier_of(reading, misses, own, retried, pipeline)
    imports = _imports(reading, [s for s in steps if s.execution.id in origins])
    _look_at_objects(reading, steps, origins, earlier)
    context = reading.context(run_id)
    namespace = (run.namespace if run else "") or (context.namespace if context else "") or cluster.namespace
    return CacheFacts(
        run_id=run_id,
        run_name=run.name if run else "",
        namespace=namespace,
        source=cluster.source,
        now=cluster.now,
        complete=cluster.complete,
        steps=steps,
        around=around,
        attempts={last: len(ids) for last, ids in attempts.items()},
        unstarted=unstarted,
        closed=closed_by(reading, executions, unstarted),
        origins=origins,
        earlier=earlier,
        artifacts=reading.artifacts,
        objects=reading.objects,
        imports=imports,
        run_states=reading.run_states,
        against=against,
        missing=reading.missing,
    )


def _only(task: str, steps: tuple[Step, ...], unstarted: tuple[str, ...]) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    def fits(step: Step) -> bool:
        return task in (step.execution.task, step.execution.name, step.place.path, step.place.task_path)

    chosen = tuple(step for step in steps if fits(step))
    waiting = tuple(path for path in unstarted if task in (path, path.rpartition("/")[2]))
    if not chosen and not waiting:
        names = sorted({s.place.task_path for s in steps} | set(unstarted))
        near = get_close_matches(task, names, n=1)
        guess = f"Did you mean {near[0]}? " if near else ""
        raise NotFound(f"The run has no task {task}.", f"{guess}Its tasks are: {', '.join(names[:20]) or 'none'}.")
    return chosen, waiting


def _makers(misses: Sequence[Step], around: Sequence[Step]) -> list[Step]:
    """What made the inputs of misses in this run: of a hit it is told where that was taken from."""
    wanted = {id for step in misses for ids in step.inputs.values() for id in ids}
    return [s for s in around if any(id in wanted for ids in s.outputs.values() for id in ids)]


def _origins(reading: Reading, steps: Sequence[Step], spare: PipelineIR | None) -> dict[str, tuple[Step, ...]]:
    """For each hit the executions it was taken from, one after the other. Those that the store has not are left out."""
    hits = {s.execution.id: s.execution.cached_from for s in steps if s.execution.state == CACHED}
    chains: dict[str, list[str]] = {id: [source] if source else [] for id, source in hits.items()}
    known: dict[str, Execution] = {}
    for _ in range(_LONGEST):
        wanted = [chain[-1] for chain in chains.values() if chain and chain[-1] not in known]
        if not wanted:
            break
        known.update((e.id, e) for e in reading.lineage.executions(list(dict.fromkeys(wanted))))
        for chain in chains.values():
            last = known.get(chain[-1]) if chain else None
            if last and last.cached_from and last.cached_from not in chain:
                chain.append(last.cached_from)
        known.update((id, Execution(id, "")) for id in wanted if id not in known)
    real = [e for e in known.values() if e.type]
    made = {step.execution.id: step for step in steps_of(reading, real, spare)}
    return {id: tuple(made[i] for i in chain if i in made) for id, chain in chains.items()}


def _imports(reading: Reading, hits: Sequence[Step]) -> dict[str, Execution]:
    """The latest importer of each artifact that a hit read."""
    ids = list(dict.fromkeys(a for step in hits for port in step.inputs.values() for a in port))
    events = [e for e in reading.lineage.events_of_artifacts(ids) if e.kind == "output"] if ids else []
    makers = {e.id: e for e in reading.lineage.executions(list(dict.fromkeys(e.execution_id for e in events)))}
    found: dict[str, Execution] = {}
    for event in events:
        maker = makers.get(event.execution_id)
        if maker is not None and maker.kind == "importer":
            found[event.artifact_id] = maker
    return found


def _look_at_objects(
    reading: Reading, steps: Sequence[Step], origins: dict[str, tuple[Step, ...]], earlier: dict[str, Earlier]
) -> None:
    """Outputs and inputs of hits; of misses the inputs that differ from those they are compared with."""
    ids: list[str] = []
    for step in steps:
        nearest = earlier[step.execution.id].nearest if step.execution.id in earlier else None
        if step.execution.id in origins:
            ids += [a for ports in (step.outputs, step.inputs) for port in ports.values() for a in port]
        elif nearest is not None:
            for port in set(step.inputs) & set(nearest.inputs):
                if step.inputs[port] != nearest.inputs[port]:
                    ids += [*step.inputs[port], *nearest.inputs[port]]
    found: list[Artifact] = [reading.artifacts[id] for id in dict.fromkeys(ids) if id in reading.artifacts]
    reading.look_at(artifact.uri for artifact in found)
