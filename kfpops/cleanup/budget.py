"""Which runs go because a namespace holds more bytes than its budget: the cheapest to recompute for what they free, first.

Bytes count for the namespace of the run that made them, as long as anything needs them. A run is given up whole, and only
when no rule keeps anything of it, nothing that it made is tagged or pinned, and it ended before the grace. An artifact that
several runs use goes with the last of them: until then its bytes are divided among them. Logs, files that no artifact
names, and what was imported count for nobody.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kfpops.cleanup.held import held
from kfpops.cleanup.inventory import TAG, ArtifactFact, Pin, Producer, RunFact
from kfpops.cleanup.pinned import Pinned, pinned_places
from kfpops.cleanup.policy.fits import began
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.policy.retention import always_kept, says
from kfpops.cleanup.sight import Sight

ACCELERATOR: Final = 10.0
"""A second on one accelerator is as dear as so many seconds without: roughly what clouds charge for the two."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A budget that cannot be met: `live` bytes stay, though only `budget` may. Of these the cache holds `cached`, or
    a retry or an importer that would take them again: `cache: evict` frees them."""

    namespace: str
    budget: int
    live: int
    cached: int


@dataclass(frozen=True, slots=True)
class Budgeted:
    """`runs`: the runs that are given up, each with the rule's name, `budget team-a`, in the order in which they went."""

    runs: Mapping[str, str]
    shortfalls: tuple[Shortfall, ...]


@dataclass(slots=True)
class _Namespace:
    """`shared`: bytes that go when all of these runs have gone. `barred`: runs that made something pinned.

    `costs`: per run the executions that would have to run again, with their cost; None when nobody knows.
    """

    live: int = 0
    cached: int = 0
    shared: dict[tuple[str, ...], int] = field(default_factory=dict)
    barred: set[str] = field(default_factory=set)
    costs: dict[str, dict[str, float | None]] = field(default_factory=dict)


def over_budget(
    runs: Mapping[str, RunFact], artifacts: Iterable[ArtifactFact], policy: Policy, now: float, pins: Iterable[Pin] = ()
) -> Mapping[str, str]:
    """The runs that are given up for a budget, with the rule's name (`budget team-a`). See `within_budget`."""
    return within_budget(runs, artifacts, policy, now, pins).runs


def within_budget(
    runs: Mapping[str, RunFact], artifacts: Iterable[ArtifactFact], policy: Policy, now: float, pins: Iterable[Pin] = ()
) -> Budgeted:
    """`artifacts`: with their sizes (unknown counts as 0); gone through once, in any order."""
    if not policy.budget:
        return Budgeted({}, ())
    said = says(runs, policy, now)
    pinned = pinned_places(pins)
    ids = frozenset(target.lower() for target in pinned.targets)
    sight = Sight(runs, said, ids, policy.grace, now, policy.cache == "evict")
    may_go = frozenset(
        run.id
        for run in runs.values()
        if run.known and not run.tags and not sight.always(run) and not always_kept(run, policy.grace, now)
        if not any(say.keeps for say in said.get(run.id, ()))
    )
    namespaces = {name: _Namespace() for name, _ in policy.budget}
    for artifact in artifacts:
        _count(artifact, pinned, sight, may_go, namespaces)
    return _meet(policy, namespaces, runs)


def _meet(policy: Policy, namespaces: Mapping[str, _Namespace], runs: Mapping[str, RunFact]) -> Budgeted:
    gone: dict[str, str] = {}
    shortfalls: list[Shortfall] = []
    for name, budget in policy.budget:
        found = namespaces[name]
        went, live = _give_up(found, budget, runs)
        gone |= dict.fromkeys(went, f"budget {name}")
        if live > budget:
            shortfalls.append(Shortfall(name, budget, live, found.cached))
    return Budgeted(gone, tuple(shortfalls))


def _count(
    artifact: ArtifactFact, pinned: Pinned, sight: Sight, may_go: frozenset[str], namespaces: Mapping[str, _Namespace]
) -> None:
    made_by = artifact.producer
    if made_by is None:
        return
    holds = held(artifact, sight)
    space = _namespace(made_by, holds.needs, sight)
    found = namespaces.get(space)
    if found is None:
        return
    size = artifact.size or 0
    if TAG in artifact.labels or pinned.holds(artifact.uri):
        found.live += size
        found.barred.add(made_by.run_id)
    elif holds.at_all:
        found.live += size
        freeable = not holds.firmly and all(one in may_go and sight.runs[one].namespace == space for one in holds.needs)
        if freeable and holds.softly:
            found.cached += size
        elif freeable:
            _share(found, artifact, made_by, holds.needs)


def _share(found: _Namespace, artifact: ArtifactFact, made_by: Producer, needs: frozenset[str]) -> None:
    key = tuple(sorted(needs))
    found.shared[key] = found.shared.get(key, 0) + (artifact.size or 0)
    for run_id in needs:
        found.costs.setdefault(run_id, {})[made_by.execution_id] = _cost(made_by)


def _namespace(made_by: Producer, users: Iterable[str], sight: Sight) -> str:
    """That of the run that made it; of its oldest user when nobody knows that one."""
    maker = sight.find(made_by.run_id)
    if maker is not None and maker.namespace:
        return maker.namespace
    oldest = min(((began(run) or 0.0, run.id, run.namespace) for one in users if (run := sight.find(one))), default=None)
    return oldest[2] if oldest else ""


def _cost(made_by: Producer) -> float | None:
    """Seconds without accelerators that are as dear as running it again; None when nobody knows."""
    if made_by.seconds is None:
        return None
    return made_by.seconds * (1 + ACCELERATOR * (made_by.accelerators or 0.0))


def _give_up(found: _Namespace, budget: int, runs: Mapping[str, RunFact]) -> tuple[list[str], int]:
    """The runs that go, in their order, and the bytes that then are live."""
    shared = {users: size for users, size in found.shared.items() if size and found.barred.isdisjoint(users)}
    groups: dict[str, list[tuple[str, ...]]] = {}
    for users in shared:
        for run_id in users:
            groups.setdefault(run_id, []).append(users)
    left = {users: len(users) for users in shared}
    live, went = found.live, []
    for run_id in sorted(groups, key=lambda one: _worth(runs[one], [(shared[g], len(g)) for g in groups[one]], found.costs)):
        if live <= budget:
            break
        went.append(run_id)
        for users in groups[run_id]:
            left[users] -= 1
            live -= shared[users] if left[users] == 0 else 0
    # Who frees nothing, because others still use all of it, is not given up for nothing.
    return [run_id for run_id in went if any(left[users] == 0 for users in groups[run_id])], live


def _worth(
    run: RunFact, parts: Iterable[tuple[int, int]], costs: Mapping[str, Mapping[str, float | None]]
) -> tuple[bool, float, float, str]:
    """How dear a byte of it is: the dearer, the later it goes. `parts`: bytes, and how many runs they are divided among."""
    known = [cost for cost in costs[run.id].values() if cost is not None]
    unknown = len(known) < len(costs[run.id])
    # Exact sums: the order of the artifacts must not decide.
    freed = math.fsum(size / users for size, users in parts)
    return unknown, 0.0 if unknown else math.fsum(known) / freed, began(run) or 0.0, run.id
