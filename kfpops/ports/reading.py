"""What is asked of Kubernetes, KFP, its lineage store and the object store; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kfpops.model.bucket import (
    BucketObject,
    LifecycleRule,
    ObjectVersion,
    Upload,
    Versioning,
)
from kfpops.model.diagnosis import Source
from kfpops.model.kinds import T
from kfpops.model.lineage import Artifact, ArtifactQuery, Event, Execution, ExecutionQuery, LineageHealth, RunContext
from kfpops.model.log import Log
from kfpops.model.run import CacheRow, Experiment, KfpHealth, RecurringRun, Run, RunQuery
from kfpops.model.stored_object import StoredObject
from kfpops.model.workflow import Workflow


class Kubernetes(Protocol):
    """Kubernetes objects and logs."""

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        """All objects of a kind; `namespace` None: every namespace. `labels`, `fields`: selectors as kubectl takes them."""
        ...

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        """The end of a container's log. Very long lines are cut in the middle of the text, never at the end of the log."""
        ...


class Pipelines(Protocol):
    """The KFP API."""

    def health(self) -> KfpHealth: ...

    def run(self, run_id: str) -> Run: ...

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
        """Newest first, in small pages. `name`: exact display name; `id_part`: a part of the id, lower case.

        `whole`: raises `BadAnswer` at the end of a list that was shorter than the server says; else what came is enough.
        """
        ...

    def run_pages(self, namespace: str, query: RunQuery) -> Iterator[Sequence[Run]]:
        """All runs that a query means, the oldest first, page by page; one empty page when there is none.

        They may come without `pipeline`, never without its name where KFP has one.

        What is created while it is read comes at the end. Raises `BadAnswer` rather than to pass over a run: a page that
        lacks some raises before it is given, a list that was shorter than the server says at its end.
        """
        ...

    def workflow(self, run_id: str) -> Workflow | None:
        """The workflow as KFP's database keeps it, also after the object is gone; None when it kept none."""
        ...

    def archived_log(self, run_id: str, node_id: str) -> Log | None:
        """The log of a pod that may be gone; None when KFP has none."""
        ...

    def cache_rows(self, namespace: str) -> Iterator[CacheRow]:
        """Every row of the step cache. Whoever reads them must read them all: raises rather than to leave one out."""
        ...

    def recurring_runs(self, namespace: str) -> Sequence[RecurringRun]: ...

    def pipeline_count(self, namespace: str) -> int:
        """How many pipelines there are, without those that KFP shares with all namespaces; "": of all. One request."""
        ...

    def experiments(self, namespace: str) -> Sequence[Experiment]: ...


class Store(Protocol):
    """The object store, read only. A URI is `minio://bucket/key`, `s3://…` or `gs://…`."""

    def tail(self, uri: str, max_bytes: int) -> bytes:
        """The last bytes of an object."""
        ...

    def exists(self, uri: str) -> bool:
        """Whether an object, or anything below the prefix, is there."""
        ...

    def stat(self, uri: str) -> StoredObject | None:
        """Size, ETag and time of an object; None when there is none of exactly this key (it may be a prefix)."""
        ...


class Bucket(Protocol):
    """A bucket of the object store, read only, as clean-up sees it: by the million."""

    name: str

    def pages(self, prefix: str = "", *, start_after: str = "") -> Iterator[Sequence[BucketObject]]:
        """All objects whose keys begin with `prefix` and come after `start_after`, page by page, in the store's own order.

        Not every store's order is that of bytes, and none is promised. Raises `BadAnswer` for a page that is cut off,
        that does not hold what it counts, or that repeats; a listing that ends without an error is whole as far as the
        store tells.
        """
        ...

    def folders(self, prefix: str = "") -> Sequence[str]:
        """What stands between `prefix` and the next `/`, each with both: `v2/artifacts/` → `v2/artifacts/train/` …"""
        ...

    def head(self, key: str) -> BucketObject | None:
        """The object of exactly this key as it is now; None when there is none."""
        ...

    def versions(self, prefix: str = "") -> Iterator[Sequence[ObjectVersion]]:
        """All versions and delete markers, page by page."""
        ...

    def uploads(self, prefix: str = "") -> Iterator[Sequence[Upload]]:
        """All incomplete multipart uploads, page by page."""
        ...

    def versioning(self) -> Versioning: ...

    def lifecycle(self) -> Sequence[LifecycleRule]: ...

    def clock(self) -> datetime:
        """What the store's own clock says: ages of objects are reckoned by it, not by ours."""
        ...


class Lineage(Protocol):
    """The lineage store: executions, artifacts and the events that join them.

    Ids that are not there are left out of the answer, which comes in the order of the ids asked for, each once. Callers pass
    as many ids as they like; adapters cut them into requests.
    """

    def artifacts(self, ids: Sequence[str]) -> Sequence[Artifact]: ...

    def executions(self, ids: Sequence[str]) -> Sequence[Execution]: ...

    def events_of_artifacts(self, ids: Sequence[str]) -> Sequence[Event]:
        """All events of these artifacts, in no promised order."""
        ...

    def events_of_executions(self, ids: Sequence[str]) -> Sequence[Event]:
        """All events of these executions; those of one execution in the order in which they were written."""
        ...

    def artifacts_at(self, uris: Sequence[str]) -> Sequence[Artifact]:
        """Every artifact with exactly one of these URIs, by id."""
        ...

    def runs(self, run_ids: Sequence[str]) -> Sequence[RunContext]: ...

    def executions_of_run(self, run_id: str) -> Sequence[Execution]:
        """All of a run, the oldest first. Raises `NotFound` when the store knows no such run."""
        ...

    def artifacts_of_run(self, run_id: str) -> Sequence[str]:
        """Ids of the artifacts that are attributed to a run: its outputs, those from the cache and imported ones as well.

        A back end without attributions gives none; a run that it does not know has none.
        """
        ...

    def all_runs(self) -> Iterator[RunContext]:
        """Every run that the store knows, also those that KFP has deleted, in no promised order."""
        ...

    def find_artifacts(self, query: ArtifactQuery) -> Iterator[Artifact]:
        """Newest first, page by page. May hold more than was asked for: what a server cannot filter, the caller does."""
        ...

    def find_executions(self, query: ExecutionQuery) -> Iterator[Execution]:
        """Newest first, page by page, exactly what was asked for."""
        ...

    def health(self) -> LineageHealth: ...


class Raw(Protocol):
    """Answers of a server as they came, for `capture`: a bundle keeps what decoding would drop."""

    def raw(self, path: str) -> bytes:
        """The body of a GET. `path` begins with `/` and may hold a query: `/api/v1/pods?limit=500`."""
        ...


@dataclass(frozen=True, slots=True)
class Cluster:
    """A frozen bundle of ports: all that a `gather` may talk to.

    `home` tells where KFP's own programs run, and may have to ask for it; `namespace` is the one the user means. `now` is:
    a bundle's end, or the clock. A port is None when the bundle or the settings offer no such thing. `complete`: what a
    port does not find is not there; false for a bundle of single runs, which leaves out what belongs to others. `bucket`
    opens one by the URI of anything in it (`minio://mlpipeline/v2/artifacts`). `writes_lineage` tells whether the lineage
    store could be written to, None where nobody would: in a bundle. `identity` tells which cluster it is, the same from
    everywhere; "" when these rights do not show it.
    """

    source: Source
    namespace: str
    home: Callable[[], str]
    now: datetime
    kubernetes: Kubernetes
    pipelines: Pipelines | None
    store: Store | None
    lineage: Lineage | None = None
    complete: bool = True
    bucket: Callable[[str], Bucket] | None = None
    writes_lineage: Callable[[], bool] | None = None
    identity: Callable[[], str] = str

    @property
    def kfp_namespace(self) -> str:
        """Where KFP's own programs run. Costs a request when nothing has told it before."""
        return self.home()
