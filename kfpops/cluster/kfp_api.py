"""KFP's REST API: ports.Pipelines over v2beta1, and over v1beta1 and v1alpha1 where only they have the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from urllib.parse import quote

import msgspec

from kfpops.cluster.kfp_pages import later
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.kfp_run_pages import RunPages
from kfpops.cluster.log_stream import tail_of
from kfpops.cluster.refusals import Ask, Rejected
from kfpops.errors import BadAnswer, KfpopsError, NotFound
from kfpops.knowledge import kfp_json
from kfpops.knowledge.kfp_json import Json, RecordedRun
from kfpops.knowledge.log_text import log_text
from kfpops.model.log import Log
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run, RunQuery
from kfpops.model.workflow import Workflow

# Lists carry every task of every run: large pages break the server's own message limit.
_RUNS_PAGE = 50
_PAGE = 200
_LARGEST_LOG = 128 << 20


class KfpApi:
    """ports.Pipelines. Safe for use by several threads."""

    def __init__(self, route: KfpRoute) -> None:
        self._route = route
        self._names: dict[str, str] | None = None
        self._run_pages = RunPages(route)
        # What `run` had to read anyway, for the `workflow` that is asked for next.
        self._records: dict[str, RecordedRun] = {}

    def health(self) -> KfpHealth:
        return kfp_json.health_of(self._object(Ask("/apis/v2beta1/healthz", about="health report")))

    def run(self, run_id: str) -> Run:
        """One run. Runs of uploaded pipelines come without their pipeline; it is then taken from v1beta1."""
        ask = Ask(f"/apis/v2beta1/runs/{quote(run_id, safe='')}", needs=_right("get", "runs"), about=f"run {run_id}")
        run = kfp_json.run_of(self._object(ask))
        if run is None:
            raise BadAnswer(f"The KFP API answered for run {run_id} with something that is no run.")
        if run.pipeline is None or not run.pipeline_name:
            run = self._completed(run)
        return run

    def runs(
        self,
        namespace: str,
        *,
        name: str = "",
        id_part: str = "",
        state: str = "",
        experiment_id: str = "",
        since: datetime | None = None,
        limit: int | None = None,
        whole: bool = False,
    ) -> Iterator[Run]:
        """Newest first. KFP does not tell a run's namespace: it is given as asked for; a single-user KFP answers for any."""
        if limit is not None and limit <= 0:
            return
        query = [("sort_by", "created_at desc"), ("page_size", str(min(limit or _RUNS_PAGE, _RUNS_PAGE)))]
        query += [("experiment_id", experiment_id)] if experiment_id else []
        predicates = _predicates(name, id_part, state.upper(), since)
        query += [("filter", predicates)] if predicates else []
        given = 0
        totals: list[int] = []
        for page in self._pages("/apis/v2beta1/runs", tuple(query), namespace, "runs"):
            totals.append(kfp_json.total_of(page))
            for run in kfp_json.runs_of(page, namespace):
                yield self._named(run, namespace)
                given += 1
                if given == limit:
                    return
        # Runs come and go while the pages are read: fewer than there were before and after is a page that is missing.
        if whole and given < min(totals[0], totals[-1]):
            raise BadAnswer(f"The KFP API told {given} of {totals[-1]} runs.", "Try again.")

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        """Of a KFP without users every namespace has all runs."""
        return self._run_pages.of(namespace, query)

    def workflow(self, run_id: str) -> Workflow | None:
        """Also after the Workflow object is gone. Raises `NotFound` when KFP has no such run."""
        kept = self._records.pop(run_id, None)
        return (kept or self._record(run_id)).workflow

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        """The pod's log if it is still there, else the archived one; the last 512 KiB. `node_id`: node id or pod name."""
        ask = Ask(
            f"/apis/v1alpha1/runs/{quote(run_id, safe='')}/nodes/{quote(node_id, safe='')}/log",
            needs=_right("get", "runs"),
            about=f"archived log of {node_id}",
            attempts=2,
            max_bytes=_LARGEST_LOG,
        )
        try:
            tail = tail_of(self._route.stream(ask))
        except NotFound:
            return None
        if tail.total > _LARGEST_LOG:
            raise BadAnswer(
                f"The archived log of {node_id} is longer than {_LARGEST_LOG >> 20} MiB, too long to read to its end."
            )
        data = tail.data if tail.cut else kfp_json.archived_log(tail.data)
        return None if data is None else Log(f"archive {node_id}", log_text(data, cut=tail.cut), tail.cut)

    def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
        """Of all namespaces: the list knows none. Raises `BadAnswer` when it ends before it should."""
        # Most of the table is nodes of runs, without a fingerprint.
        wanted = msgspec.json.encode({"predicates": [{"op": "NOT_EQUALS", "key": "fingerprint", "string_value": ""}]})
        query = (("page_size", str(_PAGE)), ("filter", wanted.decode()))
        try:
            yield from self._all_cache_rows(query)
        except Rejected:
            # By the first page, if at all: nothing was given yet.
            yield from self._all_cache_rows(query[:1])

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]:
        pages = self._pages("/apis/v2beta1/recurringruns", (("page_size", str(_PAGE)),), namespace, "jobs")
        return tuple(run for page in pages for run in kfp_json.recurring_runs_of(page))

    def pipeline_count(self, namespace: str) -> int:
        """By the total that the first page tells (ListPipelinesResponse in backend/api/v2beta1/pipeline.proto)."""
        page = next(self._pages("/apis/v2beta1/pipelines", (("page_size", "1"),), namespace, "pipelines"))
        total = kfp_json.total_of(page)
        if total < len(kfp_json.items_of(page, "pipelines")):
            raise BadAnswer("The KFP API does not tell how many pipelines there are.")
        return total

    def experiments(self, namespace: str) -> Sequence[Experiment]:
        pages = self._pages("/apis/v2beta1/experiments", (("page_size", str(_PAGE)),), namespace, "experiments")
        return tuple(one for page in pages for one in kfp_json.experiments_of(page))

    def raw(self, path: str) -> bytes:
        """ports.Raw: an answer as it came."""
        return self._route.get_as(bytes, Ask(path, about=f"answer for {path.partition('?')[0]}"))

    def _all_cache_rows(self, query: tuple[tuple[str, str], ...]) -> Iterator[CacheRow]:
        read = total = 0
        for page in self._pages("/apis/v1alpha1/tasks", query, "", "tasks"):
            read, total = read + len(kfp_json.items_of(page, "tasks")), kfp_json.total_of(page)
            yield from kfp_json.cache_rows_of(page)
        if read < total:
            raise BadAnswer(f"The KFP API told {read} of the {total} rows of its step cache.", "Try again.")

    def _completed(self, run: Run) -> Run:
        """A run without its pipeline is still a run: that v1beta1 fails is no reason to fail."""
        try:
            record = self._record(run.id)
        except KfpopsError:
            return run
        if len(self._records) < 8:
            self._records[run.id] = record
        return kfp_json.completed(run, record)

    def _record(self, run_id: str) -> RecordedRun:
        ask = Ask(f"/apis/v1beta1/runs/{quote(run_id, safe='')}", needs=_right("get", "runs"), about=f"run {run_id}")
        return self._route.get_as(lambda body: kfp_json.recorded_run(kfp_json.decode_object(body)), ask)

    def _named(self, run: Run, namespace: str) -> Run:
        """With the pipeline's name where only its id is known: one request more, for the first such run only."""
        if run.pipeline_name or not run.pipeline_id:
            return run
        if self._names is None:
            self._names = self._pipeline_names(namespace)
        return replace(run, pipeline_name=self._names.get(run.pipeline_id, ""))

    def _pipeline_names(self, namespace: str) -> dict[str, str]:
        """Pipelines of the namespace, and those shared by all. Names are a courtesy: without the right to list, none."""
        names: dict[str, str] = {}
        for place in dict.fromkeys((namespace, "")):
            try:
                for page in self._pages("/apis/v2beta1/pipelines", (("page_size", str(_PAGE)),), place, "pipelines"):
                    names |= kfp_json.pipeline_names_of(page)
            except KfpopsError:
                continue
        return names

    def _pages(self, path: str, query: tuple[tuple[str, str], ...], namespace: str, what: str) -> Iterator[Json]:
        """The pages of a list; see `kfp_pages.later`."""
        where = f" in {namespace}" if namespace else ""
        scope = (("namespace", namespace),) if namespace else ()
        token = ""
        while True:
            asked = (*(later(query, token) if token else query), *scope)
            try:
                page = self._object(Ask(path, asked, needs=_right("list", what) + where, about=f"{what}{where}"))
            except Rejected as error:
                # 2.17 ignores the namespace when it has no users; the v1 API refused it.
                if not scope or "single-user" not in error.said.lower():
                    raise
                scope = ()
                continue
            yield page
            token, before = kfp_json.next_page(page), token
            if not token or token == before:
                return

    def _object(self, ask: Ask) -> Json:
        return self._route.get_as(kfp_json.decode_object, ask)


def _right(verb: str, what: str) -> str:
    """As KFP asks Kubernetes in multi-user mode (SubjectAccessReview, group pipelines.kubeflow.org)."""
    return f"{verb} {what}.pipelines.kubeflow.org"


def _predicates(name: str, id_part: str, state: str, since: datetime | None) -> str:
    """The `filter` of a list: JSON of api/v2beta1/filter.proto; "" when nothing is asked for."""
    predicates: list[dict[str, str]] = []
    if name:
        predicates.append({"operation": "EQUALS", "key": "display_name", "stringValue": name})
    if id_part:
        predicates.append({"operation": "IS_SUBSTRING", "key": "run_id", "stringValue": id_part})
    if state:
        predicates.append({"operation": "EQUALS", "key": "state", "stringValue": state})
    if since:
        stamp = since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        predicates.append({"operation": "GREATER_THAN_EQUALS", "key": "created_at", "timestampValue": stamp})
    # What was typed may be no UTF-8: no run is called so.
    clean = [{k: v.encode("utf-8", "replace").decode() for k, v in one.items()} for one in predicates]
    return msgspec.json.encode({"predicates": clean}).decode() if clean else ""
