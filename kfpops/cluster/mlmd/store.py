"""The lineage store as ML Metadata's RPC tells it, over gRPC or grpc-web alike."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import Any, Protocol, TypeVar

from kfpops.cluster.mlmd.filters import artifact_filters, execution_filter, literal, one_of
from kfpops.cluster.mlmd.requests import in_chunks, in_pages
from kfpops.cluster.mlmd.rows import Types, artifact_row, context_row, events_of, execution_row, untyped
from kfpops.cluster.mlmd.schema import message
from kfpops.cluster.mlmd.status import no_message
from kfpops.cluster.refusals import Peer
from kfpops.errors import NotFound
from kfpops.knowledge.lineage_query import execution_fits
from kfpops.knowledge.mlmd import PIPELINE, PIPELINE_RUN, Row, artifact_of, execution_of, run_of
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext

T = TypeVar("T", Artifact, Execution)

_LARGEST_ID = (1 << 63) - 1


class Transport(Protocol):
    """A way to a server. `back_end` as in `LineageHealth`; `peer` names the server in errors."""

    back_end: str
    peer: Peer

    def call(self, method: str, request: bytes) -> bytes:
        """Raises errors of `kfpops.errors`: `NotFound`, and `mlmd.status.TooLarge` for an answer over a message limit."""
        ...

    def close(self) -> None: ...


class MlmdRpc:
    """`kfpops.ports.Lineage` over a `Transport`. Safe for several threads when the transport is.

    Never asks for a list without a size: such an answer is as large as the store. GetLineageSubgraph is not used, as it
    follows the first hundred of its starting nodes only and does not say so.
    """

    def __init__(self, transport: Transport, address: str) -> None:
        self._transport, self._address = transport, address
        self._lock = threading.Lock()
        self._types: dict[str, Types] = {}
        self._run_contexts: dict[str, int] = {}

    @property
    def transport(self) -> Transport:
        """The way to the server, for what changes something there."""
        return self._transport

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]:
        found = self._by_ids("GetArtifactsByID", "artifact_ids", "artifacts", ids)
        return _in_order(ids, self._artifacts(found))

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]:
        found = self._by_ids("GetExecutionsByID", "execution_ids", "executions", ids)
        return _in_order(ids, self._executions(found))

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        return tuple(events_of(self._by_ids("GetEventsByArtifactIDs", "artifact_ids", "events", ids)))

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        return tuple(events_of(self._by_ids("GetEventsByExecutionIDs", "execution_ids", "events", ids)))

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        def ask(chunk: Sequence[str]) -> Iterable[Any]:
            request = message("GetArtifactsByURIRequest")(uris=[uri.encode("utf-8", "replace") for uri in chunk])
            return self._found("GetArtifactsByURI", request, "artifacts")

        # MySQL takes texts for equal that differ in case, or in spaces at the end.
        wanted = {uri: None for uri in uris if uri}
        found = [one for one in self._artifacts(in_chunks(list(wanted), ask)) if one.uri in wanted]
        return tuple(sorted({one.id: one for one in found}.values(), key=lambda one: int(one.id)))

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]:
        wanted = dict.fromkeys(run_ids)
        plain = [run_id for run_id in wanted if literal(run_id)]
        named: list[Row] = []
        for chunk in (plain[start : start + 100] for start in range(0, len(plain), 100)):
            where = f"type = '{PIPELINE_RUN}' AND {one_of('name', chunk)}"
            named += self._contexts(in_pages(self._call, "GetContexts", "contexts", where=where))
        rows = {row.name: row for row in named}
        for run_id in (run_id for run_id in wanted if run_id not in plain):
            if row := self._context(PIPELINE_RUN, run_id):
                rows[row.name] = row
        return tuple(self._run(rows[run_id]) for run_id in wanted if run_id in rows)

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        context = self._context(PIPELINE_RUN, run_id)
        if context is None:
            hint = "A run has lineage from its first step on. `kfpops runs` lists the runs there are."
            raise NotFound(f"ML Metadata knows no run {run_id}.", hint)
        pages = in_pages(self._call, "GetExecutionsByContext", "executions", context_id=context.id)
        return tuple(self._executions(pages))

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        id = self._run_contexts.get(run_id)
        if id is None:
            context = self._context(PIPELINE_RUN, run_id)
            if context is None:
                return ()
            id = context.id
        pages = in_pages(self._call, "GetArtifactsByContext", "artifacts", context_id=id)
        return tuple(dict.fromkeys(str(one.id) for one in pages))

    def all_runs(self) -> Iterator[RunContext]:
        """The oldest first. A run whose root does not tell its pipeline costs a request more."""
        where = f"type = '{PIPELINE_RUN}'"
        for row in self._contexts(in_pages(self._call, "GetContexts", "contexts", where=where)):
            # Nobody deletes contexts: who asks for all runs asks for each run next.
            self._run_contexts[row.name] = row.id
            yield self._run(row)

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        """More than asked for: names and most texts are left to the caller, as are all tests but one."""
        lists = [
            self._artifacts(in_pages(self._call, "GetArtifacts", "artifacts", where=where, newest_first=True))
            for where in artifact_filters(query)
        ]
        before = ""
        for artifact in merge(*lists, key=lambda one: -int(one.id)):
            if artifact.id != before:
                yield artifact
            before = artifact.id

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        pipeline_id = None
        if query.pipeline:
            context = self._context(PIPELINE, query.pipeline)
            if context is None:
                return
            pipeline_id = context.id
        where = execution_filter(query, pipeline_id)
        pages = in_pages(self._call, "GetExecutions", "executions", where=where, newest_first=True)
        # MySQL takes texts for equal that differ in case, and some texts are too odd for a filter.
        yield from (one for one in self._executions(pages) if execution_fits(one, query))

    def health(self) -> LineageHealth:
        """One request. The problem to find this way: a store into which no KFP 2 has written."""
        names = self._types_of("Context").values()
        problems = () if PIPELINE_RUN in names else ("No run of KFP 2 is recorded in this store.",)
        return LineageHealth(self._transport.back_end, self._address, problems)

    def close(self) -> None:
        self._transport.close()

    def _run(self, row: Row) -> RunContext:
        run = run_of(row)
        if run.pipeline:
            return run
        request = message("GetParentContextsByContextRequest")(context_id=row.id)
        parents = self._contexts(self._found("GetParentContextsByContext", request, "contexts"))
        return run_of(row, next((parent.name for parent in parents if parent.type == PIPELINE), ""))

    def _context(self, type: str, name: str) -> Row | None:
        names = {"type_name": type.encode(), "context_name": name.encode("utf-8", "replace")}
        try:
            answer = self._call("GetContextByTypeAndName", message("GetContextByTypeAndNameRequest")(**names))
        except NotFound:
            return None
        row = next(iter(self._contexts([answer.context])), None) if answer.HasField("context") else None
        return row if row and row.name == name else None

    def _by_ids(self, method: str, field: str, rows: str, ids: Sequence[str]) -> Iterator[Any]:
        def ask(chunk: Sequence[int]) -> Iterable[Any]:
            return self._found(method, message(f"{method}Request")(**{field: chunk}), rows)

        return in_chunks(_numbers(ids), ask, field.removesuffix("_ids"))

    def _found(self, method: str, request: Any, rows: str) -> Iterable[Any]:
        try:
            answer: Iterable[Any] = getattr(self._call(method, request), rows)
        except NotFound:
            return ()
        return answer

    def _artifacts(self, messages: Iterable[Any]) -> Iterator[Artifact]:
        return (artifact_of(artifact_row(one, self._types_for("Artifact", one))) for one in messages)

    def _executions(self, messages: Iterable[Any]) -> Iterator[Execution]:
        return (execution_of(execution_row(one, self._types_for("Execution", one))) for one in messages)

    def _contexts(self, messages: Iterable[Any]) -> Iterator[Row]:
        return (context_row(one, self._types_for("Context", one)) for one in messages)

    def _types_for(self, kind: str, one: Any) -> Types:
        return self._types_of(kind) if untyped(one) else {}

    def _types_of(self, kind: str) -> Types:
        """Names of the types of artifacts, executions or contexts by id; asked once."""
        with self._lock:
            if kind not in self._types:
                rows = f"{kind.lower()}_types"
                found = self._found(f"Get{kind}Types", message(f"Get{kind}TypesRequest")(), rows)
                self._types[kind] = {one.id: one.name.decode("utf-8", "replace") for one in found}
            return self._types[kind]

    def _call(self, method: str, request: Any) -> Any:
        from google.protobuf.message import DecodeError

        body = self._transport.call(method, request.SerializeToString())
        try:
            return message(f"{method}Response").FromString(body)
        except DecodeError as error:
            raise no_message(self._transport.peer, method, len(body)) from error


def _numbers(ids: Iterable[str]) -> list[int]:
    """Ids that MLMD may have, each once; others (of KFP's own API, or mistyped) it cannot have."""
    numbers = {int(id): None for id in ids if id.isascii() and id.isdecimal() and len(id) < 20 and id[0] != "0"}
    return [number for number in numbers if number <= _LARGEST_ID]


def _in_order(ids: Sequence[str], found: Iterable[T]) -> Sequence[T]:
    known = {one.id: one for one in found}
    return tuple(known[id] for id in dict.fromkeys(ids) if id in known)
