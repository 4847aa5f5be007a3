"""Lineage over the API that replaces ML Metadata in KFP: `/apis/v2beta1/artifacts`, `artifact_tasks`, `runs/{run}/tasks`.

No release has it yet. Assumed, from pull request 13986 of kubeflow/pipelines: a list's `filter` takes IN with the key of an
id, and numbers for `type`; a request for `artifact_tasks` that names an id that does not exist is 404 as a whole.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from kfpops.cluster.kfp_filter import contains, equals_number, filter_of, not_after, not_before, one_of
from kfpops.cluster.kfp_pages import GROUP, Pages, chunks
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.kfp_tasks import RUNS, Tasks
from kfpops.cluster.refusals import Ask, NoSuchPath, Rejected
from kfpops.errors import Forbidden, KfpopsError, NotFound
from kfpops.knowledge import kfp_json, kfp_lineage
from kfpops.knowledge.kfp_lineage import Link
from kfpops.knowledge.lineage_query import artifact_fits, execution_fits
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext

_ARTIFACTS, _LINKS = "/apis/v2beta1/artifacts", "/apis/v2beta1/artifact_tasks"
_RIGHT = f"list artifacts.{GROUP}"
_PAGE = ("page_size", "200")
# Runs with all their tasks are large.
_FULL_PAGE = ("page_size", "20")
_NEWEST_FIRST = ("sort_by", "created_at desc")
# Ids in one request: a hundred UUIDs make a URL of 5 kB; servers and proxies take 8. URIs are longer.
_IDS, _URIS = 100, 20


def available(route: KfpRoute) -> bool:
    """Whether this KFP has the API. Raises `Unreachable` when the answer says nothing about that."""
    ask = Ask(_ARTIFACTS, (("page_size", "1"),), needs=_RIGHT, about="artifacts", attempts=1)
    try:
        route.get_as(bytes, ask)
    except (NotFound, NoSuchPath):
        return False
    except Rejected:
        # With users, it insists on a namespace.
        return True
    except Forbidden as error:
        if GROUP not in error.needs:
            raise
    return True


class KfpLineage:
    """ports.Lineage. Ids are UUIDs. Safe for use by several threads.

    On servers with users, artifacts of other namespaces than `namespace` are unknown. A task that has touched no artifact is
    found through its run or a task of the same run; asked for by its id alone it is left out: the API tells no way to it.
    """

    def __init__(self, route: KfpRoute, namespace: str, address: str = "the KFP API") -> None:
        self._pages = Pages(route)
        self._tasks = Tasks(self._pages, namespace)
        self._scope = (("namespace", namespace),) if namespace else ()
        self._namespace, self._address = namespace, address
        self._lock = threading.Lock()
        self._names: Mapping[str, str] | None = None

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        found = {a.id: a for chunk in chunks(ids, _IDS) for a in self._artifacts(filter_of([one_of("artifact_id", chunk)]))}
        return tuple(found[id] for id in dict.fromkeys(ids) if id in found)

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        self._links("task_ids", [id for id in ids if not self._tasks.run_of(id)])
        found = self._known(ids)
        # Reading a run tells of all its tasks, also of those without links.
        found |= self._known([id for id in ids if id not in found])
        return tuple(found[id] for id in dict.fromkeys(ids) if id in found)

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        return tuple(link.event for link in self._links("artifact_ids", ids) if link.event)

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        """The API tells no order in which events were written: inputs first, then by name."""
        events = [link.event for link in self._links("task_ids", ids) if link.event]
        return tuple(sorted(events, key=lambda e: (e.execution_id, e.kind, e.port, e.artifact_id)))

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        wanted = frozenset(uris)
        found = {a.id: a for chunk in chunks(uris, _URIS) for a in self._artifacts(filter_of([one_of("uri", chunk)]))}
        # Some databases compare texts without case.
        return tuple(found[id] for id in sorted(found) if found[id].uri in wanted)

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        found: dict[str, RunContext] = {}
        for chunk in chunks(run_ids, _IDS):
            query = (_PAGE, *filter_of([one_of("run_id", chunk)]), *self._scope)
            for page in self._pages.of(RUNS, query, "list runs", "runs"):
                found |= {run.run_id: run for run in map(self._context, kfp_lineage.runs_in(page))}
        return tuple(found[id] for id in dict.fromkeys(run_ids) if id in found)

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        return _oldest_first(self._tasks.of_run(run_id))

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        """What its tasks put out: the API has no attributions beside the links of artifacts and tasks."""
        links = self._links("run_ids", [run_id])
        return tuple(dict.fromkeys(link.event.artifact_id for link in links if link.event and link.event.kind == "output"))

    def all_runs(self) -> Iterator[RunContext]:
        """The newest first. Here KFP itself is the store: a run that it has deleted is unknown."""
        for page in self._pages.of(RUNS, (_PAGE, _NEWEST_FIRST, *self._scope), "list runs", "runs"):
            yield from map(self._context, kfp_lineage.runs_in(page))

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        """Newest first, exactly what was asked for: the server narrows, what it cannot compare is compared here."""
        number = kfp_lineage.type_number(query.type)
        if query.type and number is None:
            return
        predicates = [equals_number("type", number)] if number else []
        # A backslash means something else to each database.
        predicates += [contains("uri", query.uri_prefix)] if query.uri_prefix and "\\" not in query.uri_prefix else []
        predicates += [not_before("created_at", query.since)] if query.since else []
        predicates += [not_after("created_at", query.until)] if query.until else []
        found = self._artifacts((*filter_of(predicates), _NEWEST_FIRST))
        yield from (artifact for artifact in found if artifact_fits(artifact, query))

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        """As the port says, but run by run: the newest runs first, and of each its newest tasks first."""
        narrowed = filter_of([not_after("created_at", query.before)]) if query.before else ()
        asked = (("view", "FULL"), _NEWEST_FIRST, _FULL_PAGE, *narrowed, *self._scope)
        for page in self._pages.of(RUNS, asked, "list runs", "runs"):
            for run in kfp_lineage.runs_in(page):
                tasks = self._tasks.of_document(run)
                if query.pipeline and self._context(run).pipeline != query.pipeline:
                    continue
                yield from (task for task in reversed(_oldest_first(tasks)) if execution_fits(task, query))

    def health(self) -> LineageHealth:
        """Asks for one artifact: raises when artifacts cannot be read."""
        self._pages.get(Ask(_ARTIFACTS, (("page_size", "1"), *self._scope), needs=_RIGHT, about="artifacts"))
        return LineageHealth("kfp-api", self._address)

    def _known(self, ids: Sequence[str]) -> dict[str, Execution]:
        """Those whose run is known."""
        found: dict[str, Execution] = {}
        for run_id in dict.fromkeys(filter(None, map(self._tasks.run_of, ids))):
            try:
                found |= self._tasks.kept(run_id)
            except NotFound:
                # Deleted since its link was read.
                continue
        return {id: found[id] for id in ids if id in found}

    def _artifacts(self, query: tuple[tuple[str, str], ...]) -> Iterator[Artifact]:
        pages = self._pages.of(_ARTIFACTS, (_PAGE, *query, *self._scope), "list artifacts", "artifacts")
        return (artifact for page in pages for artifact in kfp_lineage.artifacts_of(page))

    def _links(self, key: str, ids: Sequence[str]) -> list[Link]:
        return [link for chunk in chunks(ids, _IDS) for link in self._links_of(key, chunk)]

    def _links_of(self, key: str, ids: Sequence[str]) -> list[Link]:
        """A request that names an id that does not exist is refused as a whole: then each half is asked for."""
        query = (_PAGE, *((key, id) for id in ids))
        try:
            pages = list(self._pages.of(_LINKS, query, "get runs", "links of artifacts and tasks"))
        except NotFound:
            half = len(ids) // 2
            return self._links_of(key, ids[:half]) + self._links_of(key, ids[half:]) if half else []
        links = [link for page in pages for link in kfp_lineage.links_of(page)]
        self._tasks.learn({link.task_id: link.run_id for link in links if link.run_id})
        return links

    def _context(self, run: kfp_json.Json) -> RunContext:
        read, pipeline_id = kfp_json.run_of(run), kfp_lineage.pipeline_id_of(run)
        named = read.pipeline_name if read else ""
        return RunContext(
            run_id=read.id if read else "",
            pipeline=named or (self._pipelines().get(pipeline_id, "") if pipeline_id else ""),
            namespace=self._namespace,
            root=kfp_lineage.root_of(run),
            created_at=read.created_at if read else None,
        )

    def _pipelines(self) -> Mapping[str, str]:
        """Names by id, of the namespace and of those that all share. Without the right to list them, none."""
        with self._lock:
            if self._names is None:
                names: dict[str, str] = {}
                for scope in dict.fromkeys((self._scope, ())):
                    try:
                        for page in self._pages.of(
                            "/apis/v2beta1/pipelines", (_PAGE, *scope), "list pipelines", "pipelines"
                        ):
                            names |= kfp_json.pipeline_names_of(page)
                    except KfpopsError:
                        continue
                self._names = names
            return self._names


def _oldest_first(tasks: Mapping[str, Execution]) -> tuple[Execution, ...]:
    return tuple(sorted(tasks.values(), key=lambda task: (task.created_at.timestamp() if task.created_at else 0.0, task.id)))
