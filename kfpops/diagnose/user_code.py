"""What the causes of failed user code share: the traceback that ended it, its quotation, and a word about retries."""

from __future__ import annotations

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step
from kfpops.knowledge.log_reading import LogReading
from kfpops.knowledge.retries import retries_asked_for, retries_not_made
from kfpops.knowledge.sdk import task_variable
from kfpops.knowledge.traceback import Frame, Traceback
from kfpops.model.finding import Advice, Evidence, Fact

# Explained better by somebody else, whatever user code said at its end.
PLATFORM = ("memory/*", "kfp/*", "volume/*", "run/*", "node/*", "process/deadline", "scheduling/preempted", "config/*")

_LONGEST_MESSAGE = 12


def ended_by(step: Step) -> tuple[LogReading, Traceback] | None:
    """The log and the traceback that ended the user's program; None when there is none, and for KFP's own drivers."""
    log = step.log
    if log is None or log.traceback is None or step.role in ("driver", "importer"):
        return None
    return log, log.traceback


def quotation(log: LogReading, traceback: Traceback) -> tuple[Evidence, ...]:
    """The user's frame, the innermost frame and the exception; of what it goes back to one line each."""
    lines = ["Traceback (most recent call last):"]
    shown = [f for f in (traceback.user_frame, *traceback.frames[-1:]) if f is not None]
    for frame in dict.fromkeys(shown):
        if lines[1:]:
            lines.append("  …")
        lines += _frame(frame)
    message = traceback.message.splitlines()[:_LONGEST_MESSAGE]
    lines.append(": ".join([traceback.exception, *(m for m in message[:1] if m.strip())]))
    lines += message[1:]
    text = "\n".join(line[:600] for line in lines)
    earlier = [f"{one.exception}: {one.first_line}" for one in traceback.chain[1:4] if one.summary != traceback.summary]
    source = f"log/{log.source}"
    return (Evidence(source, text), *((Evidence(source, "\n".join(e[:600] for e in earlier)),) if earlier else ()))


def _frame(frame: Frame) -> list[str]:
    where = f'  File "{frame.file}", line {frame.line}' + (f", in {frame.function}" if frame.function else "")
    return [where, *([f"    {frame.code}"] if frame.code else [])]


def place_facts(traceback: Traceback) -> dict[str, Fact]:
    """`file`, `line` and `function` of the innermost frame of the user's own code; absent without one."""
    frame = traceback.user_frame or traceback.origin.user_frame
    if frame is None:
        return {}
    return {"file": frame.file.rpartition("/")[2], "line": frame.line, "function": frame.function or None}


def group_key(step: Step, *more: object) -> tuple[object, ...]:
    """The same thing in many attempts, iterations and runs of one task of one pipeline."""
    who = step.pod_name if step.task is None else None
    return (step.namespace, step.pipeline or step.workflow, step.task, who, *more)


def retry_facts(step: Step, facts: Facts) -> dict[str, Fact]:
    """`max_retries` as the author asked for, and `attempts` made; empty when none were asked for."""
    asked = _asked(step, facts)
    return {"max_retries": asked, "attempts": step.attempts} if asked else {}


def retry_advice(step: Step, facts: Facts, transient: bool = False) -> tuple[Advice, ...]:
    """Why retries that were asked for were not made; else, for what may pass by itself (`transient`), how to ask."""
    case = facts.case_of(step)
    if case is None or step.task is None:
        return ()
    strategy = _default_strategy(step, facts)
    asked = _asked(step, facts)
    if asked:
        text = retries_not_made(asked, step.attempts, strategy)
        edit = f"kubectl -n {facts.kfp_namespace} edit configmap workflow-controller-configmap"
        return (Advice(text, kubectl=edit),) if text else ()
    if not transient or strategy == "OnError":
        return ()
    code = f"{task_variable(step.task)}.set_retry(num_retries=3, backoff_duration='30s')"
    return (Advice("If it comes and goes, let KFP try again after a while.", sdk=code),)


def _asked(step: Step, facts: Facts) -> int | None:
    case = facts.case_of(step)
    pipeline = case.run.pipeline if case and case.run else None
    task = pipeline.task(step.task) if pipeline and step.task else None
    return retries_asked_for(task.retry_policy) if task else None


def _default_strategy(step: Step, facts: Facts) -> str:
    """The retryPolicy that this installation gives to every template; "" when it gives none."""
    case = facts.case_of(step)
    defaults = case.workflow.spec.template_defaults if case and case.workflow else None
    return defaults.retry_strategy.retry_policy if defaults and defaults.retry_strategy else ""
