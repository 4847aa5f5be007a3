"""What the user typed → one run: an id, a unique prefix of an id, or a name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from kfpops.errors import NotFound, UsageError
from kfpops.model.run import Run
from kfpops.ports import Pipelines

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_PREFIX = re.compile(r"[0-9a-f-]{4,36}", re.IGNORECASE)

# How many of the newest runs a mistyped name is compared with: two small pages.
NEWEST = 100
_SHOWN = 8


def is_run_id(text: str) -> bool:
    """Whether this is a whole run id (KFP's are UUIDs)."""
    return _UUID.fullmatch(text) is not None


def resolve_run(pipelines: Pipelines, namespace: str, text: str) -> Run:
    """The one run that is meant.

    Raises `NotFound` with near names when there is none, `UsageError` with the candidates when there are several.
    """
    if is_run_id(text):
        try:
            return pipelines.run(text.lower())
        except NotFound:
            raise NotFound(f"No run has the id {text}.", "Run `kfpops runs` to see what there is.") from None
    part = text.lower()
    # What looks like a part of an id nearly always is one, and a name that looks so is asked for next.
    if _PREFIX.fullmatch(text):
        begun = tuple(r for r in pipelines.runs(namespace, id_part=part, limit=NEWEST) if r.id.startswith(part))
        if begun:
            return _the_one(begun, f"Several run ids begin with {text}")
    named = tuple(pipelines.runs(namespace, name=text, limit=_SHOWN + 1))
    if named:
        return _the_one(named, f'Several runs are called "{text}"')
    newest = tuple(pipelines.runs(namespace, limit=NEWEST))
    raise NotFound(f'No run is called "{text}", and no run id begins so.', _near(text, newest))


def _the_one(runs: Sequence[Run], why: str) -> Run:
    if len(runs) == 1:
        return runs[0]
    lines = [f"  {r.id}  {r.state or '?':<10}  {r.name}" for r in runs[:_SHOWN]]
    more = "  …" if len(runs) > _SHOWN else ""
    raise UsageError(f"{why}.", "Name one by its id:\n" + "\n".join([*lines, *([more] if more else [])]))


def _near(text: str, runs: Sequence[Run]) -> str:
    names = list(dict.fromkeys(r.name for r in runs))
    near = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    near += [n for n in names if text.lower() in n.lower() and n not in near][: 3 - len(near)]
    if near:
        return "Did you mean " + " or ".join(f'"{n}"' for n in near) + "?"
    return "Run `kfpops runs` to see what there is."
