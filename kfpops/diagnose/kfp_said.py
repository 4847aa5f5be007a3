"""What KFP's own programs and Argo's say in a failed step: in the log, in the node's message, in Argo's containers."""

from __future__ import annotations

from collections.abc import Iterable

from kfpops.diagnose import evidence
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import parse_failure
from kfpops.knowledge.kfp_errors import KfpError, parse_kfp_error
from kfpops.model.finding import Evidence

_ARGOS = ("init", "wait", "supervisor")


def said_by_kfp(step: Step) -> tuple[KfpError, tuple[Evidence, ...]] | None:
    """The first thing they say, with its place; None when they say nothing that is known."""
    return next(iter(_errors(step)), None)


def _errors(step: Step) -> Iterable[tuple[KfpError, tuple[Evidence, ...]]]:
    """What KFP's own programs say. Where the user's program failed, their complaints are its consequences."""
    log = step.log
    if log is not None:
        if log.exit_status not in (None, 0) or log.signal_name is not None:
            return
        for text in reversed(log.klog_errors):
            if (found := parse_kfp_error(text)) is not None:
                yield found, (evidence.of_log(log, [text]),)
    # What a program leaves as its termination message is its own; of KFP's programs the log has more.
    failure = parse_failure(step.message) if step.message.startswith(_ARGOS) else None
    if failure is not None and (found := parse_kfp_error(failure.text)) is not None:
        yield found, evidence.of_node(step)
    for status in step.statuses:
        done = status.state.terminated
        if done is None or not done.message or done.exit_code == 0 or status.name not in _ARGOS:
            continue
        if (found := parse_kfp_error(done.message)) is not None:
            yield found, (evidence.of_container(step, status),)
