"""Places in a bucket that something needs, and what breaks when they are deleted."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Breaks: TypeAlias = Literal["served", "pinned", "unfinished", "cache", "kept", "specifications", "logs"]
"""The worst first."""

ORDER: tuple[Breaks, ...] = ("served", "pinned", "unfinished", "cache", "kept", "specifications", "logs")

WORDS: dict[Breaks, str] = {
    "served": "a model in use loses its files when its server starts again",
    "pinned": "somebody has said that it must stay",
    "unfinished": "a run that is not finished gets no input, or an empty one",
    "cache": "a later run takes the step from the cache, and the next step gets an empty input without any error",
    "kept": "the outputs of a run that KFP still shows are gone",
    "specifications": "old pipelines and recurring runs can no longer be started",
    "logs": "the logs of a run that KFP still shows are gone",
}


class LivePlace(NamedTuple):
    """An object `path`, or all below `path/`; made by the million. `who` needs it: a run, a pin, a model's server.

    `since`: when the oldest of it was written, as far as it is known without looking; None: unknown.
    """

    bucket: str
    path: str
    breaks: Breaks
    who: str
    since: float | None = None


class Seen(NamedTuple):
    """An object as a listing of a place told it."""

    modified_at: float
    size: int
