"""All that a plan, and an answer to `why`, is judged by: the inventory, what each run claims, and the buckets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kfpops.cleanup.claims import Claims, claims_of
from kfpops.cleanup.gather.buckets import Opened, open_buckets
from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.gather.measure import measured
from kfpops.cleanup.gather.pins import gather_pins
from kfpops.cleanup.gather.sweep import cuts_of
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.policy.policy import Policy
from kfpops.cleanup.terms import Terms, terms_of
from kfpops.ports import Cluster


@dataclass(frozen=True, slots=True)
class Look:
    """`now`: our clock, in seconds, or a bundle's end."""

    inventory: Inventory
    claims: Claims
    buckets: tuple[Opened, ...]
    policy: Policy
    now: float

    def terms(self, opened: Opened) -> Terms:
        return terms_of(opened.name, self.inventory, self.policy, self.claims, opened.now)


def look_around(cluster: Cluster, policy: Policy, pins_text: str, folder: Path) -> Look:
    """Gathers everything; what lies on disk is below `folder`. What could not be read stands in `inventory.gaps`.

    Where the policy asks for sizes, the buckets are listed once more for them, unless there is a gap already.
    """
    pins, gaps = gather_pins(cluster, policy, pins_text)
    inventory = gather_inventory(cluster, policy, pins, folder)
    inventory = replace(inventory, gaps=(*gaps, *inventory.gaps))
    buckets = open_buckets(cluster, inventory)
    now = cluster.now.timestamp()
    if policy.needs_sizes and not any(gap.fatal for gap in inventory.gaps):
        unsized = Look(inventory, claims_of(inventory, replace(policy, budget=()), now), buckets, policy, now)
        inventory = measured(inventory, buckets, folder, lambda opened: cuts_of(opened, unsized.terms(opened)))
    return Look(inventory, claims_of(inventory, policy, now), buckets, policy, now)
