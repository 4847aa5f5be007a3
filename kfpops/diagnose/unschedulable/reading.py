"""One step without a node: the scheduler's words, our own what-if and the autoscaler's answer, read as one cause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, TypeVar

from kfpops.diagnose import evidence
from kfpops.diagnose.facts import Facts, Surroundings
from kfpops.diagnose.step import Step
from kfpops.diagnose.unschedulable.autoscaling import blocks
from kfpops.diagnose.unschedulable.by_message import agrees, beyond_nodes, says, told_by
from kfpops.diagnose.unschedulable.placement import Placement, place
from kfpops.knowledge.admission_queue import QueueTicket, kueue_ticket, volcano_ticket
from kfpops.knowledge.autoscaler import ScaleUp, is_karpenter, read_scale_up
from kfpops.knowledge.fit import NodeFit, PodNeeds, fit_nodes, needs_of
from kfpops.knowledge.fit_nodes import Landscape, survey_nodes
from kfpops.knowledge.fit_volumes import volume_needs
from kfpops.knowledge.scheduler_message import Reason, SchedulerMessage, parse_scheduler_message
from kfpops.knowledge.scheduler_reasons import ReasonId
from kfpops.model.finding import Confidence, Evidence
from kfpops.model.pod import Pod

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unschedulable:
    """`cause` is the full id. `reason`: the sentence of the message that decided, None where the what-if did.

    `placement` is None when nodes or the pod could not be read, and when it is not what decided.
    """

    step: Step
    cause: str
    confidence: Confidence
    message: SchedulerMessage | None = None
    said: tuple[Evidence, ...] = ()
    reason: Reason | None = None
    needs: PodNeeds | None = None
    landscape: Landscape | None = None
    placement: Placement | None = None
    scale_up: ScaleUp | None = None
    ticket: QueueTicket | None = None

    @property
    def nodes(self) -> int | None:
        """How many nodes there are; None when neither the message nor the cluster told."""
        if self.message is not None and self.message.nodes_total is not None:
            return self.message.nodes_total
        return len(self.landscape.rooms) if self.landscape else None

    @property
    def never_fits(self) -> bool | None:
        """Whether waiting cannot help; None without nodes, and for rules that the what-if does not know."""
        return self.placement.never if self.placement else None

    @property
    def fits(self) -> tuple[NodeFit, ...]:
        """The pod on every node; () when nodes or the pod could not be read."""
        return fit_nodes(self.needs, self.landscape) if self.needs and self.landscape else ()


class _Same(Generic[T]):
    """A key that compares by identity: facts hold dicts and cannot be hashed, but they never change."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def read_unschedulable(step: Step, facts: Facts) -> Unschedulable | None:
    """Why no node takes the step's pod. None when it has a node, or nothing says that it cannot get one."""
    return _read(_Same(step), _Same(facts.around)) if _waits_for_node(step) else None


def _waits_for_node(step: Step) -> bool:
    pod = step.pod
    if pod is None:
        return "nodes" in step.message
    # Argo's message lags: what the pod itself says now is what counts.
    if pod.spec.node_name or pod.status.phase not in ("", "Pending") or pod.metadata.deletion_timestamp:
        return False
    return not any(c.type == "PodScheduled" and c.status == "True" for c in pod.status.conditions)


# All causes look at one step, then all at the next: one entry is enough.
@lru_cache(maxsize=1)
def _read(step_key: _Same[Step], around_key: _Same[Surroundings]) -> Unschedulable | None:
    step = step_key.value
    pod = step.pod
    seen = _said(step)
    if pod is None:
        return _by_message(seen)
    if pod.spec.scheduling_gates:
        ticket = kueue_ticket(pod)
        return replace(seen, cause="scheduling/queue" if ticket else "scheduling/gated", confidence="certain", ticket=ticket)
    if pod.status.nominated_node_name:
        # Others are being put out for it: it has its place, only not yet.
        return None
    found = _with_nodes(replace(seen, ticket=volcano_ticket(pod)), pod, around_key)
    return _with_autoscaler(found, read_scale_up(step.events)) if found else None


def _said(step: Step) -> Unschedulable:
    """The condition first, because events are cut at 1,024 characters and forgotten after an hour; Argo's copy last."""
    nothing = Unschedulable(step, "", "possible")
    for condition in step.pod.status.conditions if step.pod else ():
        if condition.type == "PodScheduled" and condition.status == "False":
            message = parse_scheduler_message(condition.message)
            if message is not None or condition.reason == "SchedulingGated":
                return replace(nothing, message=message, said=(evidence.of_condition(step, condition),))
    for event in reversed(step.events_with("FailedScheduling")):
        if not is_karpenter(event) and (message := parse_scheduler_message(event.message)):
            return replace(nothing, message=message, said=(evidence.of_event(event),))
    message = parse_scheduler_message(step.message) if "nodes" in step.message else None
    return replace(nothing, message=message, said=evidence.of_node(step) if message else ())


@lru_cache(maxsize=2)
def _landscape(around: _Same[Surroundings]) -> Landscape | None:
    nodes = around.value.nodes
    return None if nodes is None else survey_nodes(nodes, around.value.pods)


def _with_nodes(seen: Unschedulable, pod: Pod, around: _Same[Surroundings]) -> Unschedulable | None:
    """By the what-if where it can be true beside the message, else by the message alone."""
    needs = needs_of(pod, volume_needs(pod, around.value.claims, around.value.volumes))
    landscape = _landscape(around)
    seen = replace(seen, needs=needs, landscape=landscape)
    message = seen.message
    placement = place(needs, landscape) if landscape else None
    if placement is None or placement.cause is None:
        return _by_message(seen)
    if message is not None and beyond_nodes(message) and not (message.of(ReasonId.GANG) and placement.never):
        return _by_message(seen)
    if not agrees(placement, message):
        return _by_message(seen)
    confidence: Confidence = "certain" if message is not None and says(message, placement.cause) else "likely"
    return replace(seen, cause=placement.cause, confidence=confidence, placement=placement)


def _by_message(seen: Unschedulable) -> Unschedulable | None:
    """Causes of the family `volume` are left to it: it looks at the claims themselves."""
    message = seen.message
    told = told_by(message) if message else None
    if message is None or told is None or not told.cause.startswith("scheduling/"):
        return None
    whole = told.reason.count is None
    sure = whole or (seen.landscape is not None and (told.alone or beyond_nodes(message)))
    return replace(seen, cause=told.cause, confidence="certain" if sure else "likely", reason=told.reason)


def _with_autoscaler(found: Unschedulable, scale_up: ScaleUp | None) -> Unschedulable:
    if scale_up is None:
        return found
    found = replace(found, scale_up=scale_up, said=(*found.said, evidence.of_event(scale_up.event)))
    if not blocks(scale_up, found.cause, found.never_fits):
        return found
    confidence: Confidence = "likely" if scale_up.outcome == "asked" else "certain"
    return replace(found, cause="scheduling/autoscaler-blocked", confidence=confidence)
