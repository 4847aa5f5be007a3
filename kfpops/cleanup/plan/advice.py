"""What a reviewer should know of a plan beyond its numbers: what it cannot do, and what to write to free more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kfpops.cleanup.plan.entry import Count
from kfpops.cleanup.plan.summary import Tally
from kfpops.cleanup.policy.policy import CacheChoice
from kfpops.cleanup.words import size
from kfpops.render.words import count

UNMARKED: Final = (
    "The lineage store cannot be written to from here: apply marks nothing there, and the rows of what goes stay LIVE."
    " An import (dsl.importer with reimport=False) of what goes would take the old row and read an empty directory, also"
    " later. With --metadata-url apply can mark them."
)

_HOW: Final[dict[CacheChoice, str]] = {
    "respect": (
        "`cache: evict` in the policy frees what is of runs that a rule gives up as a whole: they are then deleted in KFP,"
        " and their steps run again."
    ),
    "evict": (
        "An entry of the cache goes only with its whole run in KFP, and the rules give up only a part of these runs. To"
        " free it, give them up as a whole: by a rule without `types`, and without type, label or size in `select`, while"
        " no other rule keeps anything of them."
    ),
}


def held_by_cache(tally: Tally, cache: CacheChoice) -> Iterator[str]:
    """How much the cache holds of what could go otherwise, and what to write about it; nothing when it is nothing."""
    held = _held(tally)
    if held.objects:
        stay = "stays" if held.objects == 1 else "stay"
        told = f"{count(held.objects, 'object')} ({size(held.bytes)}) that could go {stay}"
        yield f"{told}, because the cache can still hand them out. {_HOW[cache]}"


def _held(tally: Tally) -> Count:
    objects = sum(number for (_, reason), (number, _) in tally.keeps.items() if reason == "cache-entry")
    return Count(objects, sum(size for (_, reason), (_, size) in tally.keeps.items() if reason == "cache-entry"))
