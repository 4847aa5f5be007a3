"""What Argo writes about a pod that failed, in the message of its node: container, reason, exit code, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

# inferFailedReason (argo workflow/controller/operator.go): `<ctr>: <Reason> (exit code N)[: text]`; 3.x has no `<ctr>:`.
_FAILURE = re.compile(
    r"(?:(?P<container>[a-z0-9][\w.-]*): )?(?P<reason>[A-Z]\w*) \(exit code (?P<code>-?\d+)\)(?:: (?P<text>.*))?", re.DOTALL
)

POD_DELETED = "pod deleted"
"""The message of a node whose pod vanished (argo operator.go)."""


@dataclass(frozen=True, slots=True)
class ContainerFailure:
    """`container` is "main" where an older Argo does not name it; `text` is the container's own message, or ""."""

    container: str
    reason: str
    exit_code: int
    text: str = ""


def parse_failure(message: str) -> ContainerFailure | None:
    """The failed container that a node's message names; None when it speaks of something else."""
    found = _FAILURE.fullmatch(message.strip())
    if found is None:
        return None
    return ContainerFailure(found["container"] or "main", found["reason"], int(found["code"]), found["text"] or "")


def waiting_text(message: str, *reasons: str) -> str | None:
    """The text behind one of these waiting reasons (`ErrImagePull: …`, getPendingReason); None when it is another one."""
    reason, _, text = message.partition(": ")
    return text if reason in reasons else None
