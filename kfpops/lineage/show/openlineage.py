"""A Graph as OpenLineage run events, version 2-0-2 of its specification (https://openlineage.io/spec/2-0-2/OpenLineage.json).

Each execution is a run of a job: the job is a pipeline's task, its parent run is the KFP run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import cached_property
from typing import Final, Literal, TypeAlias
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from kfpops.lineage.graph import Graph, by_id, execution_node, id_of
from kfpops.lineage.links import Ends, links_of
from kfpops.lineage.show.dataset import dataset
from kfpops.lineage.show.fold_rows import LOGS
from kfpops.model.diagnosis import State
from kfpops.model.lineage import CACHED, COMPLETE, FAILED, Artifact, Execution, Place
from kfpops.render.json import visible
from kfpops.render.plain import rfc3339

EventType: TypeAlias = Literal["START", "COMPLETE", "FAIL", "ABORT", "OTHER"]
Object: TypeAlias = dict[str, object]

PRODUCER: Final = "urn:kfpops"
"""Who made the events: a name, since kfpops asks no server."""
SCHEMA_URL: Final = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_PARENT_URL: Final = "https://openlineage.io/spec/facets/1-0-1/ParentRunFacet.json#/$defs/ParentRunFacet"
_JOB_TYPE_URL: Final = "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
_OWN_URL: Final = "urn:kfpops:openlineage-run-event#/$defs/"
# CANCELED is KFP's word for a task whose condition was false. RUNNING, which a killed executor leaves behind, is no end.
_ENDS: Final[dict[str, EventType]] = {COMPLETE: "COMPLETE", CACHED: "COMPLETE", FAILED: "FAIL", "CANCELED": "ABORT"}
_ENDS_OF_RUNS: Final[dict[State, EventType]] = {"succeeded": "COMPLETE", "failed": "FAIL", "cancelled": "ABORT"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def to_openlineage(graph: Graph) -> Iterator[str]:
    """One event a line, in the order of their times; the same graph gives the same lines."""
    for event in events(graph):
        yield visible(json.dumps(event, ensure_ascii=False, allow_nan=False)) + "\n"


def events(graph: Graph) -> Iterator[Object]:
    """START and an end of each execution; OTHER where the store knows of no end. Inputs stand in both, outputs in the end.

    The store leaves a run's root in RUNNING. Where the graph starts from the whole run, the root ends as KFP says that the
    run did; when KFP does not tell, as its steps did, once all of them have ended: FAIL if the last attempt at one failed,
    else COMPLETE. It ends when the last of them ends.

    An execution without a time has its run's, or 1970: the specification wants one. Logs that nothing reads are no datasets.
    """
    return _Events(graph).in_order()


class _Events:
    """What events of one graph have in common, made once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._links = links_of(graph)
        self._datasets: dict[str, Object] = {}
        self._namespaces: dict[str, str] = {}

    def in_order(self) -> Iterator[Object]:
        order: list[tuple[datetime, bool, tuple[int, int, str], bool]] = []
        for id, execution in self._graph.executions.items():
            begun = execution.created_at or self._begun(id)
            ended = max(begun, execution.updated_at or begun, *self._ends_of_steps(execution))
            # A run ends after its last step, also where both have one time.
            order += [(begun, False, by_id(id), False), (ended, _is_root(execution), by_id(id), True)]
        for at, _, (_, _, id), is_end in sorted(order):
            yield self._event(self._graph.executions[id], at, is_end)

    def _event(self, execution: Execution, at: datetime, is_end: bool) -> Object:
        return {
            "eventType": self._end(execution) if is_end else "START",
            "eventTime": rfc3339(at),
            "run": self._run(execution),
            "job": self._job(execution),
            "inputs": self._all(self._links.inputs, execution),
            "outputs": self._all(self._links.outputs, execution) if is_end else [],
            "producer": PRODUCER,
            "schemaURL": SCHEMA_URL,
        }

    def _end(self, execution: Execution) -> EventType:
        known = _ENDS.get(execution.state, "OTHER")
        if known != "OTHER" or not self._is_whole(execution):
            return known
        if self._graph.run and self._graph.run.state != "unknown":
            return _ENDS_OF_RUNS.get(self._graph.run.state, "OTHER")
        ends = {_ENDS.get(step.state, "OTHER") for step in self._steps}
        if not ends or "OTHER" in ends:
            return "OTHER"
        return "FAIL" if "FAIL" in ends else "COMPLETE"

    def _is_whole(self, execution: Execution) -> bool:
        """Whether it is the root of a run of which the graph holds every step."""
        asked = bool(self._graph.run_id) and self._place(execution.id).run_id == self._graph.run_id
        return asked and _is_root(execution) and not self._graph.truncated

    @cached_property
    def _steps(self) -> Sequence[Execution]:
        """The last attempt at each step of the run that was asked for. KFP leaves most groups of steps in RUNNING, too."""
        own = [id_of(n) for n in self._graph.start if self._place(id_of(n)).run_id == self._graph.run_id]
        executions = [e for i in own if (e := self._graph.executions.get(i)) and e.kind != "dag"]
        last = {self._place(e.id).path: e for e in sorted(executions, key=_age)}
        return list(last.values())

    def _ends_of_steps(self, execution: Execution) -> Iterator[datetime]:
        if self._is_whole(execution) and self._end(execution) != "OTHER":
            yield from (step.updated_at for step in self._steps if step.updated_at)

    def _begun(self, id: str) -> datetime:
        context = self._graph.runs.get(self._place(id).run_id)
        return (context.created_at if context else None) or _EPOCH

    def _all(self, ends: Ends, execution: Execution) -> list[Object]:
        """Each dataset once, though several artifacts may have its URI."""
        found: dict[tuple[object, object], Object] = {}
        for node, port in ends.get(execution_node(execution.id), ()):
            if port != LOGS or self._links.users.get(node):
                known = self._dataset(id_of(node), execution)
                found.setdefault((known["namespace"], known["name"]), known)
        return list(found.values())

    def _dataset(self, id: str, execution: Execution) -> Object:
        if id not in self._datasets:
            artifact = self._graph.artifacts.get(id) or Artifact(id, "")
            namespace, name = dataset(artifact.uri, id, self._namespace(execution))
            facet = _own("KfpArtifactDatasetFacet", id=id, type=artifact.type or None, name=artifact.name or None)
            self._datasets[id] = {"namespace": namespace, "name": name, "facets": {"kfp_artifact": facet}}
        return self._datasets[id]

    def _run(self, execution: Execution) -> Object:
        place = self._place(execution.id)
        facets: Object = {"kfp_execution": _own("KfpExecutionRunFacet", id=execution.id, state=execution.state or None)}
        parent = uuid_of(place.run_id)
        if parent and not _is_root(execution):
            job = {"namespace": self._namespace(execution), "name": self._pipeline(place)}
            facets["parent"] = {"_producer": PRODUCER, "_schemaURL": _PARENT_URL, "run": {"runId": parent}, "job": job}
        if execution.state == CACHED:
            facets["kfp_cache"] = self._cache(execution)
        return {"runId": run_uuid(execution, place, self._namespace(execution)), "facets": facets}

    def _cache(self, execution: Execution) -> Object:
        """Which execution of which run it was taken from; None where nothing is known of that."""
        origin = self._graph.execution(execution.cached_from)
        place = self._place(execution.cached_from)
        taken_from = run_uuid(origin, place, self._namespace(origin)) if origin else None
        facts = {"executionId": execution.cached_from or None, "kfpRunId": place.run_id or None, "runId": taken_from}
        return _own("KfpCacheRunFacet", **facts)

    def _job(self, execution: Execution) -> Object:
        place = self._place(execution.id)
        path = place.task_path or execution.task
        name = f"{self._pipeline(place)}.{path}" if path else self._pipeline(place)
        kind = {"dag": "DAG", "importer": "IMPORTER"}.get(execution.kind, "TASK")
        facet = {"_producer": PRODUCER, "_schemaURL": _JOB_TYPE_URL}
        facet |= {"processingType": "BATCH", "integration": "KUBEFLOW_PIPELINES", "jobType": kind}
        return {"namespace": self._namespace(execution), "name": name, "facets": {"jobType": facet}}

    def _place(self, id: str) -> Place:
        return self._graph.places.get(id, Place())

    def _pipeline(self, place: Place) -> str:
        context = self._graph.runs.get(place.run_id)
        return (context.pipeline if context else "") or "unknown"

    def _namespace(self, execution: Execution) -> str:
        """`kfp://<cluster>/<namespace>`. A bundle's path is no cluster's name.

        KFP leaves the namespace out of cached executions, so the run's comes first.
        """
        context = self._graph.runs.get(self._place(execution.id).run_id)
        namespace = (context.namespace if context else "") or execution.namespace
        if namespace not in self._namespaces:
            cluster = self._graph.source.name if self._graph.source.kind == "cluster" else ""
            parts = (quote(part, safe="") for part in (cluster or "kfp", namespace) if part)
            self._namespaces[namespace] = "kfp://" + "/".join(parts)
        return self._namespaces[namespace]


def run_uuid(execution: Execution, place: Place, namespace: str) -> str:
    """The KFP run's own id for its root, else one made of the run's and the execution's: the same wherever it is made."""
    run = uuid_of(place.run_id)
    if run and _is_root(execution):
        return run
    return str(uuid5(UUID(run), execution.id) if run else uuid5(NAMESPACE_URL, f"{namespace}/execution/{execution.id}"))


def uuid_of(text: str) -> str:
    """The text as a UUID is written; "" when it is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _age(execution: Execution) -> tuple[datetime, tuple[int, int, str]]:
    return execution.created_at or _EPOCH, by_id(execution.id)


def _is_root(execution: Execution) -> bool:
    return execution.kind == "dag" and not execution.parent_id


def _own(definition: str, **fields: str | None) -> Object:
    return {"_producer": PRODUCER, "_schemaURL": _OWN_URL + definition, **fields}
