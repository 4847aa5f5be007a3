"""Outputs that a run took from the cache although their objects are gone: KFP copies the record and looks at no object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfpops.diagnose.cause import Match
from kfpops.diagnose.facts import Facts, RunCase
from kfpops.knowledge.execution_place import place_of
from kfpops.knowledge.overwritten import LOGS, NOT_STORED
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice, Evidence
from kfpops.model.lineage import CACHED, Execution
from kfpops.model.run_lineage import RunLineage


def survey_cache_holes(facts: Facts) -> Iterable[Match]:
    """One match for every object that is gone. A step that missed it as its input gives a match with the same key."""
    for case in facts.cases:
        for execution, port, uri in _taken(case.lineage) if case.lineage else ():
            if facts.around.objects_missing.get(uri):
                yield _match(case, execution, port, uri)


def _taken(lineage: RunLineage) -> Iterator[tuple[Execution, str, str]]:
    cached = {e.id: e for e in lineage.executions if e.state == CACHED}
    uris = {a.id: a.uri for a in lineage.artifacts if a.type not in NOT_STORED}
    for event in lineage.events:
        if event.kind == "output" and event.port != LOGS and event.execution_id in cached and event.artifact_id in uris:
            yield cached[event.execution_id], event.port, uris[event.artifact_id]


def _match(case: RunCase, execution: Execution, port: str, uri: str) -> Match:
    lineage = case.lineage or RunLineage()
    task = place_of(execution, {e.id: e for e in lineage.executions}).path or execution.task
    origin = lineage.origins.get(execution.cached_from, "")
    return Match(
        title=f"Step {task} was taken from the cache{_of(origin)}, but its output {port} is gone from the object store",
        confidence="certain",
        objects=(),
        evidence=(
            Evidence(
                f"mlmd/executions/{execution.id}", f"CACHED, from execution {execution.cached_from}", execution.created_at
            ),
            Evidence(f"store/{uri}", "no object and no prefix of this name"),
        ),
        advice=cache_advice(execution.task, origin),
        facts={"uri": uri, "cached_task": task, "origin_run": origin or None},
        key=(uri,),
        runs=(case.run_id,),
    )


def _of(origin: str) -> str:
    return f" of run {origin[:8]}" if origin else ""


def cache_origin(facts: Facts, run_id: str | None, uri: str) -> tuple[str, str] | None:
    """The task that took this URI from the cache in this run, and the run that wrote it ("" when unknown)."""
    case = next((c for c in facts.cases if c.run_id == run_id), None)
    for execution, _, taken in _taken(case.lineage) if case and case.lineage else ():
        if taken == uri and case and case.lineage:
            return execution.task, case.lineage.origins.get(execution.cached_from, "")
    return None


def cache_advice(task: str, origin: str) -> tuple[Advice, ...]:
    """How to make a task write its outputs anew. Only deleting the run that wrote them takes its rows out of the cache."""
    text = f"Run {task} once without the cache, so that it writes its outputs again."
    if origin:
        text += (
            f" As long as run {origin} exists in KFP, later runs take the same hole from the cache: delete that run, too."
        )
    return (Advice(text, sdk=f"{task_variable(task)}.set_caching_options(False)"),)
