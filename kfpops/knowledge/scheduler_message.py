"""The scheduler's message about a pod that no node takes → how many nodes said what, and what was tried beyond.

Grammar: FitError.Error() in kube-scheduler's `pkg/scheduler/framework/types.go`, 1.28–1.36:
`0/N nodes are available: <reasons of nodes, or one of the pod>. <other post filters>, preemption: <the same once more>.`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kfpops.knowledge.fit_resources import is_device
from kfpops.knowledge.scheduler_reasons import CAUSE_OF, ReasonId, classify

# Legacy event recorders aggregate (client-go events_cache.go); Argo's getPendingReason puts the condition's reason first.
_PREFIXES = ("(combined from similar events): ", "Unschedulable: ", "SchedulerError: ")
# Events are cut at 1024 characters (NoteLengthLimit in pkg/scheduler/schedule_one.go); conditions are whole.
_CUT = " ..."
_HEAD = re.compile(r"(?:0/(?P<nodes>\d+) nodes are (?:un)?available|all nodes are unavailable)(?::\s*|\.?$)")
# A full stop ends a sentence only outside of names: "a.b", {key.io/x: y}, [a.b c].
_STOP = re.compile(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|(?P<stop>\.)(?=\.?(?:\s|$))')
_NEXT_REASON = re.compile(r", (?=\d+ )")
_COUNTED = re.compile(r"(\d+) (.*)", re.DOTALL)
_RESOURCE_CAUSES = {
    "cpu": "scheduling/insufficient-cpu",
    "memory": "scheduling/insufficient-memory",
    "ephemeral-storage": "scheduling/insufficient-ephemeral-storage",
    "pods": "scheduling/too-many-pods",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`count` nodes said `text`; None: it was said of the pod as a whole. `subjects`: the names in it."""

    count: int | None
    text: str
    id: ReasonId
    subjects: tuple[str, ...] = ()

    @property
    def cause(self) -> str | None:
        """The cause that it points to by itself; None when it names none."""
        if self.id is ReasonId.INSUFFICIENT:
            return resource_cause(self.subjects[0])
        if self.id is ReasonId.PLUGINS:
            return "scheduling/node-selector" if "NodeAffinity" in " ".join(self.subjects) else None
        return CAUSE_OF.get(self.id)


@dataclass(frozen=True, slots=True)
class SchedulerMessage:
    """`reasons` are why there is no place, `preemption` why nobody is put out for it, `post_filter` what else was tried.

    `nodes_total` None: the message names no number of nodes. `truncated`: the end is missing.
    """

    text: str
    nodes_total: int | None
    reasons: tuple[Reason, ...]
    preemption: tuple[Reason, ...] = ()
    post_filter: tuple[Reason, ...] = ()
    truncated: bool = False

    @property
    def prefilter(self) -> bool:
        """The pod was refused as a whole, before any node was looked at."""
        return bool(self.reasons) and all(r.count is None for r in self.reasons)

    @property
    def causes(self) -> frozenset[str]:
        """The causes that its reasons point to."""
        return frozenset(cause for r in self.reasons if (cause := r.cause))

    def of(self, *ids: ReasonId) -> tuple[Reason, ...]:
        """The reasons with one of these meanings."""
        return tuple(r for r in self.reasons if r.id in ids)


def resource_cause(resource: str) -> str:
    """The cause of a shortage: devices of any vendor count as GPUs, huge pages as memory."""
    if is_device(resource):
        return "scheduling/insufficient-gpu"
    return _RESOURCE_CAUSES.get(resource, "scheduling/insufficient-memory")


@lru_cache(maxsize=2048)
def parse_scheduler_message(text: str) -> SchedulerMessage | None:
    """Read a message of kube-scheduler or Volcano; None when it is neither's."""
    plain, truncated = _unwrapped(text)
    head = _HEAD.search(plain)
    if head is None:
        whole = _reason(plain.rstrip(". "))
        return None if whole.id is ReasonId.UNKNOWN else SchedulerMessage(text, None, (whole,), truncated=truncated)
    said, rest = _first_sentence(plain[head.end() :])
    before, _, preemption = rest.partition("preemption: ")
    total = int(head["nodes"]) if head["nodes"] else None
    gang = _gang(plain[: head.start()])
    tried = tuple(_reason(part) for part in before.strip(" .,").split(", ") if part)
    return SchedulerMessage(text, total, (*gang, *_reasons(said)), _of_preemption(preemption), tried, truncated)


def _unwrapped(text: str) -> tuple[str, bool]:
    plain = text.strip()
    while prefix := next((p for p in _PREFIXES if plain.startswith(p)), None):
        plain = plain[len(prefix) :]
    return plain.removesuffix(_CUT), plain.endswith(_CUT)


def _first_sentence(text: str) -> tuple[str, str]:
    stop = next((m for m in _STOP.finditer(text) if m["stop"]), None)
    return (text[: stop.start()], text[stop.end() :].strip()) if stop else (text, "")


def _reasons(said: str) -> tuple[Reason, ...]:
    said = said.strip(" .")
    if not said:
        return ()
    if not _COUNTED.match(said):
        return (_reason(said),)
    return tuple(_reason(part) for part in _NEXT_REASON.split(said))


def _reason(text: str) -> Reason:
    counted = _COUNTED.fullmatch(text)
    count, plain = (int(counted[1]), counted[2]) if counted else (None, text)
    return Reason(count, plain, *classify(plain))


def _gang(before: str) -> tuple[Reason, ...]:
    """What Volcano says of the group before it quotes why one of its pods has no place."""
    said = before.strip(" .,:;")
    return (_reason(said),) if said else ()


def _of_preemption(text: str) -> tuple[Reason, ...]:
    head = _HEAD.match(text)
    return _reasons(text[head.end() :] if head else text)
