"""Orphans: what lies below a pipeline root in the shape of a run that KFP has deleted, or that nobody knows.

The shape: `<root>/<pipeline>/<run id>/<task>/…` (KFP: backend/src/v2/metadata/client.go, `GenerateOutputURI`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Kinds
from kfpops.cleanup.targets.run_artifacts import UNFINISHED, run_mark

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_AT = 1
"""Where the run's id stands below the root."""


class Owner(NamedTuple):
    """Whose a key is by its shape, and all others in its folder, but for those in further folders."""

    mark: Mark
    folder: str


def owner_of(key: str, root: str, claims: Claims, kinds: Kinds) -> Owner | None:
    """The run that a key below `root` (a key prefix without `/` at its end) belongs to; None when it has no run's shape.

    The id of a kept run keeps it wherever it stands. One of a run that is gone counts only in KFP's place for it.
    """
    begin = len(root) + 1 if root else 0
    parts = key[begin:].split("/")
    folder = key[: key.rindex("/") + 1] if len(parts) > 1 else ""
    for number, part in enumerate(parts[:-1]):
        claim = claims.of(part) if _ID.fullmatch(part) else None
        if claim is not None and not claim.goes:
            run = claims.find(part)
            path = key[:begin] + "/".join(parts[: number + 1])
            mark = run_mark(path, run.id if run else part, claim, kinds)
            return Owner(mark if number == _AT else _elsewhere(mark), folder)
    if len(parts) <= _AT + 2 or not all(parts[: _AT + 2]) or not _ID.fullmatch(parts[_AT]):
        return None
    return _gone(key[:begin] + "/".join(parts[: _AT + 1]), parts[_AT], folder, claims, kinds)


def _elsewhere(mark: Mark) -> Mark:
    """What a kept run's id says in a place that is not KFP's for it: perhaps it is the run's, so it stays."""
    unfinished = mark.kind == "pin" or mark.reason in UNFINISHED
    return mark if unfinished else mark._replace(kind="pin", label="foreign", reason="owner-unknown")


def _gone(path: str, run_id: str, folder: str, claims: Claims, kinds: Kinds) -> Owner | None:
    run, claim = claims.find(run_id), claims.of(run_id)
    if run is not None and claim is not None:
        return Owner(run_mark(path, run.id, claim, kinds), folder)
    if run_id != run_id.lower():
        # KFP writes ids in small letters: this is somebody else's.
        return None
    return Owner(Mark(path, "run", True, "orphan", "run-unknown", run_id, since=kinds.unknown_runs or 0.0), folder)
