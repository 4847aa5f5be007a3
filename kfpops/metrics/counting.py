"""What a run that was seen adds to the series: each of its attempts once, whenever and however often it is seen."""

from __future__ import annotations

from collections.abc import Iterator

from kfpops.metrics import failures, pipelines, runs, schedules, tasks
from kfpops.metrics.attempt import Attempt, attempt_at, attempts_of, known, seconds_between
from kfpops.metrics.change import Add, Change, Keep, Observe, Put
from kfpops.metrics.family import Series
from kfpops.metrics.labels import label_value, name_value
from kfpops.metrics.seen import SeenRun, SeenTask


def changes_of(seen: SeenRun, counted: int, since: float = 0.0) -> tuple[Change, ...]:
    """What is new of a run of which `counted` attempts were counted; () when it shows no more than those.

    `since`: durations of what ended before (seconds since the epoch) are not kept for percentiles, which are of late ones.
    Of a run that has ended more often than it was counted, every attempt beyond is new, also such that were over long ago.
    """
    ended = attempts_of(seen.run)
    found = list(_scheduled(seen)) if counted == 0 else []
    for attempt in ended[counted:]:
        found += _of_attempt(seen, attempt, last=attempt is ended[-1])
        found += _kept(seen, attempt, since)
    if seen.tasks and len(ended) > counted:
        found += _of_tasks(seen, ended, counted)
    return tuple(found)


def _scheduled(seen: SeenRun) -> Iterator[Change]:
    """While none of its attempts was counted: the same again changes nothing. A recurring run that is gone has no name."""
    at = known(seen.run.scheduled_at)
    if at and seen.recurring:
        labels = (label_value(seen.namespace), label_value(seen.recurring))
        yield Put(Series(schedules.LAST_SCHEDULED.name, labels), at.timestamp(), at.timestamp())


def _of_attempt(seen: SeenRun, attempt: Attempt, *, last: bool) -> Iterator[Change]:
    run_id = seen.run.id
    scheduled = bool(seen.run.recurring_run_id)
    pipeline = (label_value(seen.namespace), name_value(seen.pipeline))
    by_state = (*pipeline, attempt.state)
    duration = attempt.duration
    trigger = "schedule" if scheduled else "manual"
    yield Add(Series(runs.FINISHED.name, (*by_state, trigger)), 1.0, run_id)
    yield Add(Series(runs.ATTEMPTS.name, pipeline))
    if attempt.number:
        yield Add(Series(runs.RETRIES.name, pipeline), 1.0, run_id)
    if attempt.state == "FAILED":
        cause = seen.cause if last and seen.cause else failures.NOT_DIAGNOSED
        yield Add(Series(failures.FAILURES.name, (*pipeline, label_value(cause))), 1.0, run_id)
    if duration is not None:
        yield Observe(Series(runs.DURATION.name, by_state), duration, run_id)
    if (queued := attempt.queued) is not None:
        yield Observe(Series(runs.QUEUE.name, pipeline), queued, run_id)
    if scheduled and not attempt.number:
        delay = seconds_between(known(seen.run.scheduled_at), attempt.began_at)
        if delay is not None:
            yield Observe(Series(runs.SCHEDULE_DELAY.name, pipeline), delay, run_id)
    if attempt.ended_at:
        at = attempt.ended_at.timestamp()
        yield Put(Series(pipelines.LAST_END.name, by_state), at, at)
        if duration is not None:
            yield Put(Series(pipelines.LAST_DURATION.name, by_state), duration, at)


def _kept(seen: SeenRun, attempt: Attempt, since: float) -> Iterator[Change]:
    at, duration = attempt.ended_at, attempt.duration
    if attempt.state == "SUCCEEDED" and duration is not None and at is not None and at.timestamp() >= since:
        labels = (label_value(seen.namespace), name_value(seen.pipeline), attempt.state)
        yield Keep(Series(runs.DURATION.name, labels), duration, at.timestamp())


def _of_tasks(seen: SeenRun, ended: tuple[Attempt, ...], counted: int) -> Iterator[Change]:
    for task in seen.tasks:
        number = attempt_at(ended, known(task.began_at) or known(task.ended_at))
        if number is not None and number >= counted:
            yield from _of_task(seen, task)


def _of_task(seen: SeenRun, task: SeenTask) -> Iterator[Change]:
    labels = (label_value(seen.namespace), name_value(seen.pipeline), name_value(task.component))
    yield Add(Series(tasks.FINISHED.name, (*labels, label_value(task.state))), 1.0, seen.run.id)
    if task.retries > 0:
        yield Add(Series(tasks.RETRIES.name, labels), float(task.retries), seen.run.id)
    duration = seconds_between(known(task.began_at), known(task.ended_at))
    if duration is not None and task.state not in ("CACHED", "SKIPPED"):
        yield Observe(Series(tasks.DURATION.name, labels), duration, seen.run.id)
