"""The lines of a journal: what is about to be done, written and synced before it is done, and what came of it.

JSON Lines, each ended by a newline; a last line without one was cut by a crash and does not count. Times are seconds since
the epoch, by our clock: nothing is decided by them.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from kfpops.cleanup.inventory import RunFact

GONE: Final = ("gone", "", "")
"""The fate of nearly every object."""

LOST: Final = "answer-lost"
"""Why of a fate that was seen afterwards: the object is gone, by our delete or by somebody else's; or it is there still."""


class Begun(msgspec.Struct, frozen=True, tag="begun", tag_field="kind"):
    """An `apply` of the plan with this sha256 began, or went on. `generation`: of the lock it holds."""

    plan: str
    sha256: str
    generation: int
    at: float


class RunEvicting(msgspec.Struct, frozen=True, tag="run-evicting", tag_field="kind"):
    """KFP's record of a run, with its cache entries, is about to be deleted. `run`: what nobody can tell afterwards."""

    run_id: str
    at: float
    run: RunFact | None = None


class Marking(msgspec.Struct, frozen=True, tag="marking", tag_field="kind"):
    """These artifacts are about to go from LIVE to MARKED_FOR_DELETION: what an undo takes back.

    `not_live`: those among them that were not LIVE before, so that nobody knows whether they are whole: ours is not to make
    them LIVE.
    """

    artifact_ids: tuple[str, ...]
    at: float
    not_live: tuple[str, ...] = ()


class Evicted(msgspec.Struct, frozen=True, tag="evicted", tag_field="kind"):
    """All is evicted and marked. `waits_for`: the runs that were unfinished after it. Quarantine lasts until `until`."""

    waits_for: tuple[str, ...]
    until: float
    at: float


class Settled(msgspec.Struct, frozen=True, tag="settled", tag_field="kind"):
    """Every run that was waited for has ended, and the quarantine is over: deleting may begin."""

    at: float


class Intent(msgspec.Struct, frozen=True, tag="intent", tag_field="kind"):
    """These objects are about to be deleted: bucket, key, ETag, version (or upload) id, size. `batch` counts from 1.

    `entries`: their numbers in the plan, from 0. `what` tells uploads, which are aborted, from all that is deleted.
    """

    batch: int
    objects: tuple[tuple[str, str, str, str, int], ...]
    at: float
    entries: tuple[int, ...] = ()
    what: Literal["objects", "uploads"] = "objects"


class Outcome(msgspec.Struct, frozen=True, tag="outcome", tag_field="kind"):
    """What came of a batch: for each of its objects a fate of `model.bucket.Fate`, or `kept` and why it still lives.

    Fates by number of the object in the batch: (fate, why, delete marker's id).
    """

    batch: int
    fates: tuple[tuple[str, str, str], ...]
    at: float


class Kept(msgspec.Struct, frozen=True, tag="kept", tag_field="kind"):
    """Planned, but something needs it now: bucket, key, reason, who. Its artifacts become LIVE again, if they are whole.

    `entries`: their numbers in the plan. `bytes`: all of them together. `artifact_ids`: the artifacts that named them, or
    that are needed themselves.
    """

    objects: tuple[tuple[str, str, str, str], ...]
    at: float
    entries: tuple[int, ...] = ()
    bytes: int = 0
    artifact_ids: tuple[str, ...] = ()


class Unmarked(msgspec.Struct, frozen=True, tag="unmarked", tag_field="kind"):
    """These artifacts are LIVE again, because they are kept or by an undo."""

    artifact_ids: tuple[str, ...]
    at: float


class Confirmed(msgspec.Struct, frozen=True, tag="confirmed", tag_field="kind"):
    """Nothing is left below the URIs of these artifacts (seen by HEAD and listing): they are DELETED."""

    artifact_ids: tuple[str, ...]
    at: float


class Finished(msgspec.Struct, frozen=True, tag="finished", tag_field="kind"):
    """Nothing of the plan is left to do."""

    at: float


class Undone(msgspec.Struct, frozen=True, tag="undone", tag_field="kind"):
    """What could be taken back is; the plan is never carried out after this."""

    at: float


Record: TypeAlias = (
    Begun | RunEvicting | Marking | Evicted | Settled | Intent | Outcome | Kept | Unmarked | Confirmed | Finished | Undone
)
