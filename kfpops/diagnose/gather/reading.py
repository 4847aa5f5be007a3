"""Reading through ports: several at once, each failure of an optional source written down instead of raised."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

from kfpops.errors import Forbidden, KfpopsError, NotFound, UsageError, reason_of
from kfpops.model.finding import NotChecked
from kfpops.model.kinds import KINDS, T
from kfpops.ports import Cluster

V = TypeVar("V")

# As many as one API server connection pool keeps alive; more only queue up there.
PARALLEL = 8


class Reading:
    """One gathering. Use as a context manager; calls started with `begin` run side by side."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._pool = ThreadPoolExecutor(PARALLEL, thread_name_prefix="gather")
        self._missing: dict[str, str] = {}

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, call: Callable[[], V]) -> Future[V]:
        return self._pool.submit(call)

    def gap(self, source: str, why: str) -> None:
        """Write down that a source could not be read, and why. The first reason stays."""
        self._missing.setdefault(source, why)

    @property
    def missing(self) -> tuple[NotChecked, ...]:
        return tuple(NotChecked(source, why) for source, why in sorted(self._missing.items()))

    def optional(self, source: str, call: Callable[[], V]) -> V | None:
        """The call's value; None, and a gap, when the source refuses, does not answer or has no such thing."""
        try:
            return call()
        except UsageError:
            raise
        except KfpopsError as error:
            self.gap(source, reason_of(error))
        return None

    def objects(
        self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = ""
    ) -> tuple[T, ...] | None:
        """A list of Kubernetes objects, or None and a gap named by the kind's plural."""
        plural = KINDS[kind].plural
        found = self.optional(
            plural, lambda: self.cluster.kubernetes.list(kind, namespace or None, labels=labels, fields=fields)
        )
        return None if found is None else tuple(found)

    def later(
        self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = ""
    ) -> Future[tuple[T, ...] | None]:
        """`objects`, begun now and read later."""
        return self.begin(lambda: self.objects(kind, namespace, labels=labels, fields=fields))

    def required(self, kind: type[T], namespace: str | None, *, labels: str = "", fields: str = "") -> tuple[T, ...] | None:
        """A list without which there is no answer: an unreachable cluster is raised; a refusal or unknown kind is a gap."""
        plural = KINDS[kind].plural
        try:
            return tuple(self.cluster.kubernetes.list(kind, namespace or None, labels=labels, fields=fields))
        except (Forbidden, NotFound) as error:
            self.gap(plural, reason_of(error))
        return None
