"""Gauges that follow from what was last read whole: recurring runs, and the last clean-up plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kfpops.metrics import schedules, store
from kfpops.metrics.family import Series
from kfpops.metrics.labels import label_value, name_value
from kfpops.model.run import RecurringRun
from kfpops.model.scheduled_workflow import ScheduledWorkflow


def of_schedules(
    namespace: str, recurring: Iterable[RecurringRun], planned: Iterable[ScheduledWorkflow] = ()
) -> dict[Series, float]:
    """All gauges of recurring runs but when they last ran; what is not in it is not there any more.

    `planned`: their Kubernetes objects (uid is the recurring run's id: KFP resource_manager.go, CreateJob), which alone tell
    the next start. `namespace` is that of recurring runs that tell none. Of two that have one name in one namespace, the
    earlier start is told.
    """
    starts = {one.metadata.uid: one.status.trigger.next_triggered_time for one in planned}
    found: dict[Series, float] = {}
    for run in recurring:
        labels = (label_value(run.namespace or namespace), name_value(run.name))
        limit = "" if run.max_concurrency is None else str(run.max_concurrency)
        info = (*labels, "true" if run.enabled else "false", label_value(run.schedule), limit)
        found[Series(schedules.INFO.name, info)] = 1.0
        start = starts.get(run.id)
        if run.enabled and start is not None and start.timestamp() > 0:
            series = Series(schedules.NEXT_EXPECTED.name, labels)
            found[series] = min(start.timestamp(), found.get(series, start.timestamp()))
    return found


def of_plan(
    made_at: datetime, labels: Mapping[str, tuple[int, int]], goes: Mapping[str, tuple[int, int]]
) -> dict[Series, float]:
    """Gauges of a clean-up plan. `labels` and `goes`: label, and reason → (objects, bytes), as its footer has them."""
    found = {Series(store.PLANNED.name): made_at.timestamp()}
    for counts, objects, size in (
        (labels, store.OBJECTS, store.BYTES),
        (goes, store.DELETABLE_OBJECTS, store.DELETABLE_BYTES),
    ):
        for key, (number, length) in counts.items():
            found[Series(objects.name, (label_value(key),))] = float(number)
            found[Series(size.name, (label_value(key),))] = float(length)
    return found
