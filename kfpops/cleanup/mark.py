"""A mark: something that is known of a place in a bucket, and of all that lies below it."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from kfpops.cleanup.verdict import Label, Reason

MarkKind: TypeAlias = Literal["protected", "root", "run", "artifact", "logs", "pin"]


class Mark(NamedTuple):
    """Holds for the key `path` and for all below `path/`; never for `path-2`. `path` has no `/` at its end.

    `goes`: what it marks may go unless another mark around the same object keeps it. `since`: it may go from this age on,
    in seconds (a kind's `older_than`; the policy's grace holds beside it). `label`, `reason`, `who`, `rule`: what the
    verdict will say. `id`: the artifact's, "" of other marks. `empty`: an artifact that has no bytes (a metric, or one that
    was cleaned up): that nothing lies there says nothing.
    """

    path: str
    kind: MarkKind
    goes: bool
    label: Label
    reason: Reason
    who: str = ""
    rule: str = ""
    since: float = 0.0
    id: str = ""
    empty: bool = False
