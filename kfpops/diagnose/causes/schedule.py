"""Recurring runs that do not start: disabled, missed, kept by their own limit. Looked at when a namespace is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Cause, Match
from kfpops.diagnose.facts import Facts
from kfpops.diagnose.kfp_services import find_program
from kfpops.model.finding import Advice, Evidence, ObjectRef
from kfpops.model.scheduled_workflow import ScheduledWorkflow

# KFP's controller looks every ten seconds and may wait for a slow API server.
_LATE = timedelta(seconds=60)
_CONTROLLER = "ml-pipeline-scheduledworkflow"


def _schedules(facts: Facts, enabled: bool) -> Iterator[ScheduledWorkflow]:
    """Schedules of the namespace that have not come to their planned end."""
    if facts.subject.kind != "namespace":
        return
    for schedule in facts.around.scheduled_workflows or ():
        trigger = schedule.spec.trigger.cron_schedule or schedule.spec.trigger.periodic_schedule
        over = trigger is not None and trigger.end_time is not None and trigger.end_time <= facts.now
        if schedule.spec.enabled == enabled and not over:
            yield schedule


def _name(facts: Facts, schedule: ScheduledWorkflow) -> str:
    """The recurring run's display name; its id is the object's uid (KFP resource_manager.go, CreateJob)."""
    runs = facts.around.recurring_runs or ()
    return next((r.name for r in runs if r.id == schedule.metadata.uid and r.name), schedule.metadata.name)


def _ref(schedule: ScheduledWorkflow) -> ObjectRef:
    metadata = schedule.metadata
    return ObjectRef("ScheduledWorkflow", metadata.name, metadata.namespace, uid=metadata.uid or None)


def _overdue(facts: Facts, schedule: ScheduledWorkflow) -> timedelta | None:
    """How late its next start is; None when it is not. One without any plan is late since it was made."""
    due = schedule.status.trigger.next_triggered_time
    if due is None:
        made = schedule.metadata.creation_timestamp
        # The controller writes conditions when it first looks: without them it never did.
        due = made if not schedule.status.conditions else None
    late = facts.now - due if due is not None else None
    return late if late is not None and late > _LATE else None


def _blocked(schedule: ScheduledWorkflow) -> bool:
    active = len(schedule.status.workflow_history.active)
    return active > 0 and active >= (schedule.spec.max_concurrency or 1)


def _missed(facts: Facts) -> Iterable[Match]:
    program = find_program(facts, (_CONTROLLER,))
    for schedule in _schedules(facts, enabled=True):
        late = _overdue(facts, schedule)
        if late is None or _blocked(schedule):
            continue
        name, due = _name(facts, schedule), schedule.status.trigger.next_triggered_time
        seconds = round(late.total_seconds())
        when = (
            f"was due at {due:%H:%M:%S} UTC, {_ago(late)} ago" if due else f"was made {_ago(late)} ago and has no next start"
        )
        down = program is not None and program.down
        advice = program.advice() if program and down else Advice(
            f"KFP's controller of recurring runs should have started it: see the log of {_CONTROLLER}.",
            kubectl=f"kubectl -n {facts.kfp_namespace} logs deployment/{_CONTROLLER} --tail=100",
        )  # fmt: skip
        text = f"nextTriggeredTime={due:%Y-%m-%dT%H:%M:%SZ}" if due else "no nextTriggeredTime"
        path = f"scheduledworkflow/{schedule.metadata.name}/status/trigger"
        yield Match(
            title=f"Recurring run {name} did not start: it {when}" + (f"; {_CONTROLLER} is down" if down else ""),
            confidence="certain" if due else "likely",
            objects=(_ref(schedule), *((program.ref,) if program and down else ())),
            evidence=(Evidence(path, text, due), *((program.evidence,) if program and down else ())),
            advice=(advice,),
            facts={"late_seconds": seconds, "recurring_run": schedule.metadata.uid or None},
            # One controller that is down is one incident for all schedules.
            key=("down",) if down else (schedule.metadata.namespace, schedule.metadata.name),
        )


def _ago(late: timedelta) -> str:
    seconds = round(late.total_seconds())
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"


def _concurrency(facts: Facts) -> Iterable[Match]:
    for schedule in _schedules(facts, enabled=True):
        if _overdue(facts, schedule) is None or not _blocked(schedule):
            continue
        name, active = _name(facts, schedule), schedule.status.workflow_history.active
        most = schedule.spec.max_concurrency or 1
        names = ", ".join(w.name for w in active[:3])
        text = f"{len(active)} of at most {most} runs of it are not over yet ({names}). End or repair them, or allow more "
        text += "at a time (max_concurrency)."
        namespace = schedule.metadata.namespace
        yield Match(
            title=f"Recurring run {name} does not start: {len(active)} of its runs still go on, and {most} may",
            confidence="certain",
            objects=(_ref(schedule), *(ObjectRef("Workflow", w.name, w.namespace or namespace) for w in active[:3])),
            evidence=(
                Evidence(f"scheduledworkflow/{schedule.metadata.name}/status/workflowHistory/active", evidence.clip(names)),
            ),
            advice=(Advice(text, kubectl=f"kubectl -n {namespace} get workflow {' '.join(w.name for w in active[:3])}"),),
            facts={"active": len(active), "max_concurrency": most},
            key=(namespace, schedule.metadata.name),
        )


def _disabled(facts: Facts) -> Iterable[Match]:
    """Schedules that start nothing, one finding for a namespace. One whose pipeline has an enabled one was replaced."""
    started = {s.spec.pipeline_id for s in _schedules(facts, enabled=True)} - {""}
    by_namespace: dict[str, list[ScheduledWorkflow]] = {}
    for schedule in _schedules(facts, enabled=False):
        if schedule.spec.pipeline_id not in started:
            by_namespace.setdefault(schedule.metadata.namespace, []).append(schedule)
    for namespace, schedules in by_namespace.items():
        names = [_name(facts, s) for s in schedules]
        many = f"{len(names)} recurring runs are disabled: {', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
        ways = ", ".join(
            f"kfp.Client().enable_recurring_run('{s.metadata.uid}') for {n}" for n, s in zip(names[:3], schedules[:3])
        )
        text = f"{'They start' if len(names) > 1 else 'It starts'} no runs while disabled. If that is not meant, enable "
        text += f"{'them' if len(names) > 1 else 'it'} in the UI, or with {ways}."
        yield Match(
            title=many if len(names) > 1 else f"Recurring run {names[0]} is disabled; {_last_start(schedules[0])}",
            confidence="certain",
            objects=tuple(_ref(s) for s in schedules),
            evidence=tuple(Evidence(f"scheduledworkflow/{s.metadata.name}/spec/enabled", "false") for s in schedules[:3]),
            advice=(Advice(text),),
            facts={"schedules": len(schedules), "recurring_run": schedules[0].metadata.uid or None},
            key=(namespace,),
        )


def _last_start(schedule: ScheduledWorkflow) -> str:
    last = schedule.status.trigger.last_triggered_time
    return f"it last started at {last:%Y-%m-%d %H:%M} UTC" if last else "it never started"


CAUSES: tuple[Cause, ...] = (
    Cause(
        id="schedule/disabled",
        title="A recurring run is disabled",
        meaning="The schedule exists and starts nothing.",
        remedy="Enable it, or delete it if it is not needed.",
        survey=_disabled,
        broken=False,
    ),
    Cause(
        id="schedule/missed",
        title="A recurring run did not start when it was due",
        meaning="Its next start lies in the past: KFP's controller of recurring runs is down or behind.",
        remedy="Bring the Deployment ml-pipeline-scheduledworkflow back.",
        survey=_missed,
    ),
    Cause(
        id="schedule/concurrency-blocked",
        title="A recurring run waits for its own earlier runs",
        meaning="As many of its runs go on as its maximum concurrency allows.",
        remedy="End or repair them, or allow more at a time.",
        survey=_concurrency,
    ),
)
