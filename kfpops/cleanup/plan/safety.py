"""When a plan is refused: what is known has a gap, too much would go, or too little is left that keeps anything.

A grace that is too short is refused by `policy.grace`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kfpops.cleanup.inventory import Gap
from kfpops.cleanup.plan.entry import Count, Header
from kfpops.cleanup.policy.policy import DAY, Limits
from kfpops.cleanup.words import size
from kfpops.errors import PlanRefused
from kfpops.model.diagnosis import Source
from kfpops.render.words import count, moment

_MOST_GAPS = 3
_WHICH = "Is --context the right one?"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a plan comes to. `goes`: all that may go; `current`: the current objects among it; `below`: what shares are of.

    `live`: artifacts and runs that keep something, now and in the previous plan of the same roots (None: there is none).
    `marks`: all that is known of runs and artifacts below the roots.
    """

    goes: Count
    current: Count
    below: Count
    live: int
    previous: int | None
    marks: int


def refuse_gaps(gaps: Sequence[Gap]) -> None:
    """Raises `PlanRefused` when something is not known that might keep an object."""
    fatal = [gap for gap in gaps if gap.fatal]
    if not fatal:
        return
    told = "; ".join(f"{gap.source}: {gap.why.rstrip('.')}" for gap in fatal[:_MOST_GAPS])
    more = f"; and {count(len(fatal) - _MOST_GAPS, 'gap')} more" if len(fatal) > _MOST_GAPS else ""
    number = count(len(fatal), "gap")
    hints = dict.fromkeys(gap.hint for gap in fatal if gap.hint)
    hint = " ".join(hints) or "Plan again when all of it can be read: what is not known might be in use."
    raise PlanRefused(f"No plan was made: what is in use is not fully known ({number}). {told}{more}.", hint)


def refuse_if_unsafe(numbers: Numbers, limits: Limits) -> None:
    """Raises `PlanRefused` with the numbers when more would go than the limits allow, or less keeps anything than must."""
    _refuse_empty(numbers)
    _refuse_shrunken(numbers, limits)
    _refuse_limits(numbers, limits)


def refuse_expired(header: Header, now: datetime) -> None:
    """Raises `PlanRefused` for a plan that is older than its time to live, or from the future."""
    made, expires = datetime.fromisoformat(_zoned(header.made_at)), datetime.fromisoformat(_zoned(header.expires_at))
    if now >= expires:
        old = f"It was made at {moment(made)} and held until {moment(expires)}"
        raise PlanRefused(f"The plan is too old. {old}; nothing was deleted.", "Make it again: `kfpops cleanup plan`.")
    if made > now and (made - now).total_seconds() > DAY:
        raise PlanRefused(f"The plan is from the future ({moment(made)}): the clock of one of the machines is wrong.")


def refuse_other_cluster(header: Header, source: Source, identity: str) -> None:
    """Raises `PlanRefused` where it cannot be the cluster that the plan was made of, or is a bundle.

    `identity`: the UID of KFP's namespace, which is the same for everyone. Where either side does not know it (""), the
    cluster must be called the same.
    """
    if source.kind != "cluster" or not header.source.startswith("cluster"):
        told = source.name if source.kind != "cluster" else header.source
        raise PlanRefused(f"A bundle ({told}) cannot be cleaned up: it is a copy.", "Make the plan on the cluster itself.")
    here = f"cluster {source.name}".strip()
    if header.cluster and identity:
        if header.cluster == identity:
            return
        uids = f"the namespace of its KFP ({header.kfp_namespace}) has the UID {header.cluster}, the one here {identity}"
        raise PlanRefused(f"The plan was made of another cluster, {header.source}: {uids}.", _WHICH)
    if header.source != here:
        where = "here" if header.cluster else "where the plan is made, with this kfpops"
        right = f"If it is the same: what shows it is the right get namespaces/{header.kfp_namespace}, missing {where}."
        raise PlanRefused(f"The plan was made of {header.source}, and this is {here}.", f"{_WHICH} {right}")


def refuse_elsewhere(header: Header, source: str, buckets: Sequence[str]) -> None:
    """Raises `PlanRefused` for a plan of a bundle, or of buckets that are not those of this cluster's roots."""
    if not header.source.startswith("cluster"):
        told = f"The plan was made of {header.source}: it is for review and cannot be carried out"
        raise PlanRefused(f"{told}; nothing was deleted.", "Make it on the cluster itself, without --from.")
    others = [bucket for bucket in header.buckets if bucket not in buckets]
    if others:
        told = f"The plan is of another bucket ({', '.join(others)}); here it is {', '.join(buckets) or 'none'} ({source})"
        raise PlanRefused(f"{told}. Nothing was deleted.", "Is this the cluster that the plan was made on?")


def _refuse_empty(numbers: Numbers) -> None:
    if not numbers.goes.objects or numbers.marks:
        return
    there = f"{count(numbers.below.objects, 'object')} lie below the roots"
    raise PlanRefused(
        f"No plan was made: {there}, but neither KFP nor the lineage store knows a single run or artifact.",
        "Was a database emptied, or is this the store of another KFP? Then nothing tells what is in use.",
    )


def _refuse_shrunken(numbers: Numbers, limits: Limits) -> None:
    before = numbers.previous
    if not numbers.goes.objects or not before or numbers.live >= before * (1 - limits.fewer_live):
        return
    fewer = f"{numbers.live:,} runs and artifacts keep something, {before:,} did in the previous plan of these roots"
    share = f"{_percent(1 - numbers.live / before)} fewer, and the policy allows {_percent(limits.fewer_live)}"
    raise PlanRefused(
        f"No plan was made: {fewer}: {share} (limits.fewer_live).",
        "If so much was deleted on purpose, raise limits.fewer_live in the policy, or plan to a new file.",
    )


def _refuse_limits(numbers: Numbers, limits: Limits) -> None:
    goes, below = numbers.current, numbers.below
    objects = f"{goes.objects:,} of {below.objects:,} objects"
    _refuse_share("share_of_objects", objects, goes.objects, below.objects, limits.share_of_objects)
    sizes = f"{size(goes.bytes)} of {size(below.bytes)}"
    _refuse_share("share_of_bytes", sizes, goes.bytes, below.bytes, limits.share_of_bytes)
    every = numbers.goes
    if limits.objects is not None and every.objects > limits.objects:
        told = f"{every.objects:,} objects would go, and the policy allows {limits.objects:,}"
        raise PlanRefused(f"No plan was made: {told} (limits.objects).", _raise("objects"))
    if limits.bytes is not None and every.bytes > limits.bytes:
        told = f"{size(every.bytes)} would go, and the policy allows {size(limits.bytes)}"
        raise PlanRefused(f"No plan was made: {told} (limits.bytes).", _raise("bytes"))


def _refuse_share(name: str, text: str, part: int, whole: int, most: float) -> None:
    if whole and part / whole > most:
        told = f"{text} below the roots would go: {_percent(part / whole)}, and the policy allows {_percent(most)}"
        raise PlanRefused(f"No plan was made: {told} (limits.{name}).", _raise(name))


def _raise(name: str) -> str:
    return f"If that much should go, raise limits.{name} in the policy; `kfpops cleanup why URI` says what takes an object."


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"


def _zoned(text: str) -> str:
    """Python 3.10 reads no `Z`."""
    return text.replace("Z", "+00:00")
