"""A step that failed with words that no cause knows: they are shown, and nothing is made of them."""

from __future__ import annotations

from kfpops.diagnose import evidence
from kfpops.diagnose.cause import Match
from kfpops.diagnose.step import Step
from kfpops.knowledge.argo_message import POD_DELETED
from kfpops.model.finding import Advice

# Argo's words that explain nothing: a consequence of others, or what run/pod-deleted is about.
_EMPTY = ("No more retries left", "retry exceeded", "child '", "omitted:", POD_DELETED)


def unexplained(step: Step) -> Match | None:
    """None while a step has not failed, and when Argo says nothing about it."""
    said = step.message.strip()
    if step.state != "failed" or not said or said.startswith(_EMPTY):
        return None
    text = "kfpops does not know these words. They are Argo's or the API server's own; the controller's log has more."
    return Match(
        title=f"{step.subject} failed: {evidence.clip(said, 160)}",
        confidence="possible",
        objects=(step.ref(),),
        evidence=evidence.of_node(step),
        advice=(Advice(text),),
        key=(step.run_id, step.task, said),
    )
