"""What a store may do wrong: every fault that is known of one, as a value."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.model.bucket import BucketObject

Listing: TypeAlias = Literal["bytes", "components", "shuffled", "truncated", "duplicated", "dropped"]


@dataclass
class Faults:
    """`listing`: how listings come. `ignores_conditions`: deletes whatever the ETag says.

    `storm`: so many requests are refused (503), from the point `storm_from` on. `halves`: so many deletes are half
    done, and then the connection is lost. `seed`: of what is shuffled or dropped.
    """

    listing: Listing = "bytes"
    ignores_conditions: bool = False
    storm: int = 0
    storm_from: int = 0
    halves: int = 0
    page: int = 3
    seed: int = 0

    def listed(self, objects: Sequence[BucketObject]) -> list[BucketObject]:
        """The objects as this store lists them."""
        rows = sorted(objects, key=lambda o: o.key.encode("utf-8", "surrogateescape"))
        chance = random.Random(self.seed)
        match self.listing:
            case "components":
                rows.sort(key=lambda o: o.key.split("/"))
            case "shuffled":
                chance.shuffle(rows)
            case "truncated":
                rows = rows[: len(rows) * 2 // 3]
            case "duplicated" if rows:
                again = chance.randrange(len(rows))
                rows.insert(again, rows[again])
            case "dropped" if rows:
                del rows[chance.randrange(len(rows))]
            case _:
                pass
        return rows
