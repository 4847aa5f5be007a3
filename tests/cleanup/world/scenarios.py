"""The small worlds that are explored: a past, a policy, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.cleanup.world import pasts, pasts_by_place
from tests.cleanup.world.policies import (
    DATASETS,
    EVICT,
    OLD_VERSIONS,
    QUARANTINE,
    RESPECT,
    TEAM_A,
    TWO_BUCKETS,
    kept_a_week,
    kept_but_of_team_a,
)
from tests.cleanup.world.world import World


@dataclass(frozen=True, slots=True)
class Scenario:
    """`build` makes the past, and says who will act. `policy`: the file's text; `keeps`: what it means for a run.

    `undone`: after its first life, however that ended, the plan is taken back. `patient`: clean-up waits for runs and for
    the end of the quarantine.
    """

    name: str
    build: Callable[[World], None]
    policy: str
    keeps: Callable[[World], Callable[[str], bool]] = kept_a_week
    undone: bool = False
    patient: bool = True


SCENARIOS = (
    Scenario("hit, evict", pasts.hit, EVICT),
    Scenario("hit, respect", pasts.hit, RESPECT),
    Scenario("hit, datasets only", pasts.hit, DATASETS),
    Scenario("hit of an older row", pasts.hit_of_older, EVICT),
    Scenario("hit, and the user deletes runs", pasts.hit_and_deleted, EVICT),
    Scenario("imported", pasts.imported, EVICT),
    Scenario("imported anew", pasts.imported_anew, EVICT),
    Scenario("orphan imported", pasts.orphan_imported, RESPECT),
    Scenario("imported whole", pasts.imported_whole, EVICT),
    Scenario("failed after an import, evict", pasts.failed_after_import, EVICT),
    Scenario("failed after an import, respect", pasts.failed_after_import, RESPECT),
    Scenario("row of a deleted run, evict", pasts.row_of_a_deleted_run, EVICT),
    Scenario("row of a deleted run, respect", pasts.row_of_a_deleted_run, RESPECT),
    Scenario("retried, evict", pasts.retried, EVICT),
    Scenario("retried, respect", pasts.retried, RESPECT),
    Scenario("retried, datasets only", pasts.retried, DATASETS),
    Scenario("retried after a hit, evict", pasts.retried_from_cache, EVICT),
    Scenario("retried after a hit, respect", pasts.retried_from_cache, RESPECT),
    Scenario("retried after a hit, datasets only", pasts.retried_from_cache, DATASETS),
    Scenario("run GC", pasts.collected, EVICT),
    Scenario("run GC, respect", pasts.collected, RESPECT),
    Scenario("cancelled", pasts.cancelled, EVICT),
    Scenario("uploading", pasts.uploading, EVICT),
    Scenario("used elsewhere", pasts.used_elsewhere, EVICT),
    Scenario("written anew", pasts.written_anew, EVICT),
    Scenario("versions", pasts_by_place.versions, OLD_VERSIONS),
    Scenario("versions, undone", pasts_by_place.versions, OLD_VERSIONS, undone=True),
    Scenario("versions, rolled back", pasts_by_place.rolled_back, OLD_VERSIONS),
    Scenario("quarantine", pasts_by_place.quarantine, QUARANTINE),
    Scenario("quarantine, undone", pasts_by_place.quarantine, QUARANTINE, undone=True, patient=False),
    Scenario("two buckets", pasts_by_place.two_buckets, TWO_BUCKETS),
    Scenario("pinned", pasts_by_place.pinned, EVICT),
    Scenario("tagged meanwhile", pasts_by_place.tagged, EVICT),
    Scenario("two users", pasts_by_place.two_users, TEAM_A, kept_but_of_team_a),
    Scenario("uploads", pasts_by_place.uploads, EVICT),
)
