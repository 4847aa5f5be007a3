"""What a store can do wrong, as switches: all off is a store without fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Order: TypeAlias = Literal["bytes", "folders", "shuffled"]
"""bytes: as S3 promises · folders: name by name, as stores do that walk a tree of folders · shuffled: none at all."""

Conditions: TypeAlias = Literal["honoured", "ignored", "deleted-but-says-kept", "kept-but-says-gone", "not-understood"]
"""What becomes of a delete whose ETag is wrong. ignored: deleted, and said so · not-understood: the request is refused."""

HalfAnswers: TypeAlias = Literal["", "all-done", "half-done"]


@dataclass(frozen=True, slots=True)
class Faults:
    """Faults of listings, of deletes and of the whole server; they can be combined.

    Listings: `cut` ends each page in the middle · `twice` repeats each page's last row · `drop_every` leaves out every n-th
    key · `miscount` counts one row too many · `same_page` begins anew each time · `circle` goes back to the beginning after
    so many pages · `grows` puts so many new objects behind the first key of each page · `raw_keys` ignores `encoding-type`.
    Deletes: `singly`, `in_batch` say what becomes of wrong ETags · `half_answers`: DeleteObjects tells of half of its keys ·
    `no_batches`: DeleteObjects is not implemented · `denied`: keys and prefixes (ending in `/`) that may not be deleted.
    Server: `busy_first`, `busy_every`: 503 SlowDown for the first n requests, and for every n-th · `lose`: methods whose
    answer never comes, after the work is done · `lose_every`: only of every n-th such request · `skew`: seconds that its
    clock is ahead · `slow`: seconds before each answer.
    """

    order: Order = "bytes"
    cut: bool = False
    twice: bool = False
    drop_every: int = 0
    miscount: bool = False
    same_page: bool = False
    circle: int = 0
    grows: int = 0
    raw_keys: bool = False
    singly: Conditions = "honoured"
    in_batch: Conditions = "honoured"
    half_answers: HalfAnswers = ""
    no_batches: bool = False
    denied: tuple[str, ...] = ()
    busy_first: int = 0
    busy_every: int = 0
    lose: tuple[str, ...] = ()
    lose_every: int = 1
    skew: float = 0.0
    slow: float = 0.0

    def denies(self, key: str) -> bool:
        """Whether this key may not be deleted."""
        return any(key == name or (name.endswith("/") and key.startswith(name)) for name in self.denied)
