"""Recurring runs as they are now, with their next starts where Kubernetes tells those."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kfpops.errors import KfpopsError, NotFound
from kfpops.metrics.family import Series
from kfpops.metrics.gather.asked import Lists
from kfpops.metrics.told import of_schedules
from kfpops.model.scheduled_workflow import ScheduledWorkflow
from kfpops.ports import Kubernetes


def schedules(lists: Lists, kubernetes: Kubernetes, namespace: str, home: Callable[[], str]) -> dict[Series, float]:
    """The gauges of a namespace's recurring runs. `namespace`: "" on a KFP without users, where they are in `home`.

    A KFP that knows no recurring runs has none. Raises what KFP answers else.
    """
    try:
        recurring = lists.recurring_runs(namespace)
    except NotFound:
        return {}
    if not recurring:
        return {}
    where = namespace or home()
    return of_schedules(where, recurring, _planned(kubernetes, where))


def _planned(kubernetes: Kubernetes, namespace: str) -> Sequence[ScheduledWorkflow]:
    """None where they cannot be read: a start that is told must be true, and an old one would look like a missed one."""
    try:
        return kubernetes.list(ScheduledWorkflow, namespace)
    except KfpopsError:
        return ()
