"""The logs of a run: which there are, and the text of one from the first place that still has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfpops.errors import Forbidden, KfpopsError, NotFound
from kfpops.knowledge.argo_workflow import RUN_LABEL, unpack
from kfpops.logs.following import new_lines
from kfpops.logs.steps import LoggedStep, steps_with_logs
from kfpops.model.log import Log
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow
from kfpops.ports import Cluster

_CONTAINER = "main"
# Seconds lie between two looks: more lines than that in between are told by the last of them.
_FOLLOWED_LINES = 2_000
_TAIL_BYTES = 8 * 2**20


def gather_steps(cluster: Cluster, run_id: str, namespace: str) -> tuple[LoggedStep, ...]:
    """The run's steps with logs. Pods may be gone and the workflow too: then KFP's copy of it counts."""
    label = f"{RUN_LABEL}={run_id}"
    try:
        pods = tuple(cluster.kubernetes.list(Pod, namespace, labels=label))
    except (Forbidden, NotFound):
        pods = ()
    return steps_with_logs(_workflow(cluster, label, run_id, namespace), pods)


def _workflow(cluster: Cluster, label: str, run_id: str, namespace: str) -> Workflow | None:
    try:
        live = cluster.kubernetes.list(Workflow, namespace, labels=label)
    except (Forbidden, NotFound):
        live = ()
    if live:
        return unpack(live[0])
    try:
        copy = cluster.pipelines.workflow(run_id) if cluster.pipelines else None
    except KfpopsError:
        return None
    return unpack(copy) if copy else None


def read_log(cluster: Cluster, run_id: str, step: LoggedStep, tail_lines: int) -> Log:
    """The log's end. Raises `NotFound` with what every place said when none has it."""
    reasons = []
    if step.alive:
        try:
            return cluster.kubernetes.log(step.namespace, step.pod, _CONTAINER, tail_lines=tail_lines)
        except KfpopsError as error:
            reasons.append(error.message)
    else:
        reasons.append("The pod is gone.")
    try:
        archived = cluster.pipelines.archived_log(run_id, step.node_id) if cluster.pipelines else None
    except KfpopsError as error:
        archived = None
        reasons.append(error.message)
    if archived is None:
        reasons.append("KFP has no archived log of it.")
        archived = _stored(cluster, step, reasons)
    if archived is None:
        raise NotFound(f"No log of {step.label} was found.", " ".join(reasons))
    lines = archived.text.splitlines()
    cut = archived.cut or len(lines) > tail_lines
    return Log(archived.source, "\n".join(lines[-tail_lines:]), cut)


def _stored(cluster: Cluster, step: LoggedStep, reasons: list[str]) -> Log | None:
    """From the object store itself: Argo's archive, or the executor-logs that KFP's launcher uploaded."""
    if cluster.store is None or not step.stored:
        return None
    for uri in step.stored:
        try:
            found = cluster.store.tail(uri, _TAIL_BYTES)
        except NotFound:
            continue
        except KfpopsError as error:
            reasons.append(error.message)
            return None
        return Log(f"object {uri}", found.decode("utf-8", "replace"), len(found) == _TAIL_BYTES)
    reasons.append("Nor is it in the object store.")
    return None


def follow(
    cluster: Cluster, run_id: str, step: LoggedStep, lines: tuple[str, ...], rest: Callable[[], None]
) -> Iterator[str]:
    """The lines after `lines`, until the pod has ended or its log cannot be read; `rest` waits between two looks."""
    going = step.running
    while going:
        rest()
        # Asked before the log is read: what a pod says last is in the log by the time it has ended.
        going = _runs(cluster, step)
        try:
            now = tuple(read_log(cluster, run_id, step, _FOLLOWED_LINES).text.splitlines())
        except KfpopsError:
            return
        yield from new_lines(lines, now)
        lines = now


def _runs(cluster: Cluster, step: LoggedStep) -> bool:
    try:
        pods = cluster.kubernetes.list(Pod, step.namespace, fields=f"metadata.name={step.pod}")
    except KfpopsError:
        return False
    return any(p.status.phase in ("Pending", "Running") for p in pods)
