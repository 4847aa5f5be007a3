"""The states of the protocol's model, and the ingredients that can be taken away from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Step: TypeAlias = Literal[
    "plan", "evict", "mark", "list", "wait", "remark", "look", "intent", "delete", "outcome", "confirm", "done"
]
NEXT: dict[Step, Step] = {
    "plan": "evict", "evict": "mark", "mark": "list", "list": "wait", "wait": "remark", "remark": "look",
    "look": "intent", "intent": "delete", "delete": "outcome", "outcome": "confirm", "confirm": "done",
}  # fmt: skip
RESUME: dict[Step, Step] = {
    "wait": "wait", "remark": "remark", "look": "remark", "intent": "remark", "delete": "remark", "outcome": "remark",
    "confirm": "confirm", "done": "done",
}  # fmt: skip
"""Where a new process goes on, by the step that the journal says was reached; from the start before the runs were listed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The ingredients. All true is the protocol; each test takes one away. `same_bytes`: a retry uploads equal bytes."""

    evict: bool = True
    mark: bool = True
    list_after: bool = True
    wait: bool = True
    remark: bool = True
    look: bool = True
    condition: bool = True
    intent: bool = True
    keep_retryable: bool = True
    same_bytes: bool = False


class State(NamedTuple):
    """`a`, `i`, `f`: how far the runs are. `x`: X's state. `bytes`, `file`: 0 gone, 1 as planned, 2 written anew.

    `waits`: the runs that the journal says must end. `goes`, `file_goes`: what the cleaner means to delete. `looked`: it
    looked for the last time before it deletes; `late`: I imported X anew after that, which is the one exception.
    """

    cleaner: Step = "plan"
    cached: bool = True
    x: Literal["LIVE", "MARKED", "DELETED"] = "LIVE"
    bytes: int = 1
    file: int = 1
    a: str = "none"
    i: str = "none"
    f: str = "failed"
    waits: frozenset[str] = frozenset()
    goes: bool = True
    file_goes: bool = True
    journalled: bool = False
    looked: bool = False
    late: bool = False
    verdict: str = ""
