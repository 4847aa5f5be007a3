"""The logs of the steps that need one: from the pod while it lives, else from KFP's archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from kfpops.diagnose.gather.reading import Reading
from kfpops.diagnose.needs import logs_wanted
from kfpops.diagnose.step import Step
from kfpops.errors import KfpopsError, NotFound, reason_of
from kfpops.knowledge.log_reading import LogReading, read_log
from kfpops.model.log import Log

# The end of a log that tells how the program died: a traceback with long frames and the launcher's lines after it.
TAIL_LINES = 1000
_TAIL_BYTES = 512 * 1024


def with_logs(reading: Reading, steps: Sequence[Step], most: int) -> tuple[Step, ...]:
    """The steps, those that need one with their log read; at most `most` logs are asked for, side by side."""
    wanted = logs_wanted(steps, most)
    begun = {step.id: reading.begin(partial(_read, reading, step)) for step in wanted}
    read = {key: future.result() for key, future in begun.items()}
    failed = sum(1 for s in steps if s.state == "failed" and s.node_or_pod_ran)
    if failed > len(wanted):
        reading.gap(
            "logs", f"{failed - len(wanted)} of {failed} failed steps: only {most} logs are read, one of each task first"
        )
    return tuple(replace(s, log=read[s.id]) if read.get(s.id) is not None else s for s in steps)


def _read(reading: Reading, step: Step) -> LogReading | None:
    """One step's log. When no place has it, the reasons of all places are written down together."""
    container = _container(step)
    reasons = []
    if step.pod is not None:
        found = _live(reading, step, container)
        if isinstance(found, Log):
            return read_log(found, container, step.role)
        reasons.append(found)
    archived = _archived(reading, step)
    if isinstance(archived, Log):
        return read_log(archived, container, step.role)
    reasons.append(archived)
    stored = _stored(reading, step)
    if isinstance(stored, Log):
        return read_log(stored, container, step.role)
    reasons.append(stored)
    reading.gap(f"logs of {step.pod_name}", "; ".join(r for r in reasons if r))
    return None


def _live(reading: Reading, step: Step, container: str) -> Log | str:
    try:
        return reading.cluster.kubernetes.log(step.namespace, step.pod_name, container, tail_lines=TAIL_LINES)
    except KfpopsError as error:
        return reason_of(error)


def _archived(reading: Reading, step: Step) -> Log | str:
    pipelines = reading.cluster.pipelines
    if pipelines is None or step.run_id is None or step.node is None:
        return "the pod is gone and no KFP API can be asked for its archived log" if step.pod is None else ""
    try:
        found = pipelines.archived_log(step.run_id, step.node.id)
    except KfpopsError as error:
        return error.message
    gone = "the pod is gone and " if step.pod is None else ""
    return found if found is not None else f"{gone}no archived log was found"


def _stored(reading: Reading, step: Step) -> Log | str:
    """From the object store itself: Argo's archive, or what KFP's launcher uploaded as executor-logs."""
    store = reading.cluster.store
    for uri in step.stored_logs if store is not None else ():
        try:
            found = store.tail(uri, _TAIL_BYTES) if store is not None else b""
        except NotFound:
            continue
        except KfpopsError as error:
            return error.message
        return Log(f"object {uri}", found.decode("utf-8", "replace"), len(found) == _TAIL_BYTES)
    return "nor is it in the object store" if step.stored_logs else ""


def _container(step: Step) -> str:
    """The container that failed: the first of those that ended badly in the order they run, else `main`."""
    bad = [s.name for s in step.statuses if s.state.terminated is not None and s.state.terminated.exit_code != 0]
    return "main" if "main" in bad or not bad else bad[0]
