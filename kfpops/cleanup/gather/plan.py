"""Making a plan: what is known is gathered, every object is judged by it, and what may go is written down.

Nothing is written that is not safe: a gap, a limit or a shrunken live set ends it before the file has its name.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec

from kfpops.cleanup.apply.succession import making_way, refuse_unfinished
from kfpops.cleanup.gather.assembling import assemble
from kfpops.cleanup.gather.audit import look_again
from kfpops.cleanup.gather.counting import Counting
from kfpops.cleanup.gather.look import Look, look_around
from kfpops.cleanup.gather.runs import confirm_deleted
from kfpops.cleanup.gather.sweep import Swept, sweep
from kfpops.cleanup.gather.touched import touching
from kfpops.cleanup.marks import marks_of
from kfpops.cleanup.plan.advice import UNMARKED, held_by_cache
from kfpops.cleanup.plan.entry import Header
from kfpops.cleanup.plan.evictions import evictions_of
from kfpops.cleanup.plan.read import read_header, read_plan
from kfpops.cleanup.plan.safety import Numbers, refuse_gaps, refuse_if_unsafe
from kfpops.cleanup.plan.summary import Dangling, Summary, Tally, largest
from kfpops.cleanup.plan.write import PlanFile, check_target
from kfpops.cleanup.policy.grace import refuse_unsafe_grace
from kfpops.cleanup.policy.policy import SMALLEST_GRACE, Policy
from kfpops.cleanup.sorted_marks import SortedMarks
from kfpops.cleanup.words import size
from kfpops.errors import KfpopsError, NotFound, PlanRefused, Unreachable, UsageError, reason_of
from kfpops.ports import Cluster
from kfpops.render.plain import rfc3339
from kfpops.render.words import count, some

_ASKED_OF_KFP = frozenset({"run-deleted", "run-failed-and-deleted", "run-unknown", "logs-of-deleted-run"})
"""Reasons that hold only as long as KFP does not have the run."""
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Logs may be a workflow's of which no run is known: that cannot be asked for."""


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """`pins`: the text of the pins file. `previous`: a plan to compare with, else the one that lies at the output.

    `audit`: look for artifacts whose bytes are gone. `inventory`: the URI of the listing that stands in for that of a
    bucket (`Bucket.from_inventory`), "" for none. `say` is told now and then how far it is; from several threads.
    """

    policy_name: str
    pins: str = ""
    unsafe_grace: bool = False
    audit: bool = False
    previous: Path | None = None
    say: Callable[[str], None] = field(default=lambda text: None)
    inventory: str = ""


def make_plan(cluster: Cluster, policy: Policy, asked: PlanRequest, output: Path) -> Summary:
    """Makes the plan and writes it to `output`; deletes nothing.

    Raises `PlanRefused`, and writes nothing, when it would not be safe: see `plan.safety`, and in the place of a plan whose
    apply has begun and not ended; one that has ended is put aside. `UsageError` for an output that
    cannot be written, and an inventory of another bucket. A policy that deletes nothing makes an empty plan, whatever
    is not known.
    """
    check_target(output)
    refuse_unfinished(output)
    refuse_unsafe_grace(policy, unsafe_grace=asked.unsafe_grace)
    with tempfile.TemporaryDirectory(prefix="kfpops-plan-") as name:
        folder = Path(name)
        asked.say("reading runs, lineage and pins")
        look = look_around(cluster, policy, asked.pins, folder)
        if not policy.deletes_nothing:
            refuse_gaps(look.inventory.gaps)
        _refuse_other_inventory(look, asked.inventory)
        return plan_of(cluster, look, asked, output, folder)


def _refuse_other_inventory(look: Look, uri: str) -> None:
    """Raises `UsageError` when the named inventory is of none of the buckets: it would be passed over in silence."""
    if uri and not any(getattr(opened.bucket, "from_inventory", False) for opened in look.buckets):
        buckets = ", ".join(opened.uri for opened in look.buckets) or "none"
        raise UsageError(
            f"The inventory {uri} is of another bucket than those that this plan is about: {buckets}.",
            "Name the inventory of one of these with --inventory, or leave it out: then they are listed.",
        )


def plan_of(cluster: Cluster, look: Look, asked: PlanRequest, output: Path, folder: Path) -> Summary:
    """The plan by what was gathered. `folder` takes the parts of it. Raises as `make_plan` does."""
    counting = Counting(asked.say)
    marks = SortedMarks(folder)
    marks.write(counting.marks(marks_of(look.inventory, look.policy, look.now, look.claims)))
    swept = [_swept(look, number, marks, folder, counting) for number in range(len(look.buckets))]
    tally = Tally()
    for one in swept:
        tally.add(one.tally)
    _refuse_found(cluster, tally)
    header = _header(cluster, look, asked, counting.live)
    if not tally.all_goes.objects:
        # Nothing is deleted in KFP for nothing.
        header = msgspec.structs.replace(header, evictions=())
    previous = _previous(asked.previous, output, header)
    numbers = Numbers(tally.all_goes, tally.current, tally.below_roots, counting.live, previous, counting.known)
    refuse_if_unsafe(numbers, look.policy.limits)
    missed = {id for one in swept for id in one.missed}
    dangling = look_again(missed, look.inventory, look.buckets) if asked.audit else None
    with PlanFile(output, header) as file:
        for one in swept:
            assemble(file, one.parts, one.besides)
        with making_way(output) as older:
            footer = file.finish(tally.footer(None if dangling is None else len(dangling)))
    groups = largest(tally)
    return Summary(
        path=str(output),
        header=header,
        footer=footer,
        groups=groups,
        names=_names(look, (who for (_, who, _), _ in groups)),
        dangling=dangling,
        deletes_nothing=look.policy.deletes_nothing,
        notes=(*_notes(cluster, look, tally, swept), *_unaudited(missed, dangling), *_put_aside(older)),
    )


def _swept(look: Look, number: int, marks: SortedMarks, folder: Path, counting: Counting) -> Swept:
    opened = look.buckets[number]
    try:
        return sweep(opened, marks, look.terms(opened), folder, counting.of(opened.name))
    except (Unreachable, NotFound) as error:
        seen = f"after {count(counting.objects, 'object')}"
        raise PlanRefused(
            f"No plan was made: the listing of {opened.name} broke off {seen}: {reason_of(error)}",
            error.hint or "Plan again when the store answers: what was not listed is not known.",
        ) from error


def _refuse_found(cluster: Cluster, tally: Tally) -> None:
    """Raises `PlanRefused` when KFP has a run that its list left out: then nothing that it does not list is deleted."""
    ids = {who for reason, who, _ in (*tally.goes, *tally.extras) if reason in _ASKED_OF_KFP and _ID.fullmatch(who)}
    if not ids:
        return
    try:
        there = sorted(id for id, gone in confirm_deleted(cluster, ids).items() if not gone)
    except Unreachable as error:
        told = f"whether {count(len(ids), 'run was', 'runs were')} deleted cannot be confirmed: {reason_of(error)}"
        raise PlanRefused(f"No plan was made: {told}", error.hint) from error
    if there:
        told = f"KFP has {count(len(there), 'run')} that its list left out ({some(there)})"
        raise PlanRefused(
            f"No plan was made: {told}. What it lists cannot be relied on.",
            "Can these rights see the runs of every namespace? If so, plan again.",
        )


def _header(cluster: Cluster, look: Look, asked: PlanRequest, live: int) -> Header:
    policy, claims = look.policy, look.claims
    evicted = {
        id: (said.rule if (said := claims.of(id)) else "")
        for id, run in look.inventory.runs.items()
        if claims.evicted(id) and (run.caches or run.retryable)
    }
    near = touching(look, evicted)
    evicted = {id: rule for id, rule in evicted.items() if id in near}
    return Header(
        id=uuid4().hex,
        made_at=rfc3339(cluster.now),
        expires_at=rfc3339(cluster.now + timedelta(seconds=policy.time_to_live)),
        source=f"{cluster.source.kind} {cluster.source.name}".strip(),
        kfp_namespace=cluster.kfp_namespace,
        roots=look.inventory.roots,
        buckets=tuple(opened.uri for opened in look.buckets),
        policy=policy.source,
        policy_name=asked.policy_name,
        pins=asked.pins,
        unsafe_grace_seconds=policy.grace if policy.grace < SMALLEST_GRACE else None,
        evictions=evictions_of(evicted, look.inventory.runs, look.inventory.artifacts),
        live=live,
        cluster=cluster.identity(),
    )


def _previous(asked: Path | None, output: Path, header: Header) -> int | None:
    """How much was live in a plan of the same roots; None when there is none. Raises for one that was named and is none."""
    if asked is not None:
        before = read_plan(asked).header
    else:
        try:
            before = read_header(output)
        except KfpopsError:
            # Nothing lies there, or what is left of a plan: that is to be written over, and tells nothing.
            return None
    return before.live if set(before.roots) == set(header.roots) else None


def _names(look: Look, ids: Iterator[str]) -> Mapping[str, tuple[str, str]]:
    runs = look.inventory.runs
    return {id: (runs[id].name, runs[id].pipeline) for id in ids if id in runs}


def _notes(cluster: Cluster, look: Look, tally: Tally, swept: list[Swept]) -> Iterator[str]:
    inventory = look.inventory
    if tally.all_goes.objects and cluster.writes_lineage is not None and not cluster.writes_lineage():
        yield UNMARKED
    yield from held_by_cache(tally, look.policy.cache)
    for short in look.claims.shortfalls:
        cached = f"; {size(short.cached)} of it only for the cache, which `cache: evict` frees" if short.cached else ""
        over = f"{size(short.live)} stay, {size(short.budget)} are allowed{cached}"
        yield f"The budget of {short.namespace} cannot be met: {over}."
    for gap in inventory.gaps:
        yield f"Not known: {gap.source}: {gap.why}"
    if tally.duplicates:
        yield f"{count(tally.duplicates, 'row')} of the listings came twice, and counted once."
    for one in swept:
        yield from one.notes
    if not inventory.workflows_known:
        yield "Not every run's workflow is known: logs of workflows that nobody knows stay."


def _put_aside(older: Path | None) -> Iterator[str]:
    if older is not None:
        yield f"The plan that lay there has been applied or undone: it is now {older}, with its journal beside it."


def _unaudited(missed: set[str], dangling: tuple[Dangling, ...] | None) -> Iterator[str]:
    if missed and dangling is None:
        number = count(len(missed), "artifact that something needs seems", "artifacts that something needs seem")
        yield f"{number} to have no bytes in the store: --audit looks again, and names them."
