"""What random histories are made of, and how often each of it."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.cleanup.world.hostile import Faults, Listing
from tests.cleanup.world.kfp import DAY
from tests.cleanup.world.policies import A_MINUTE, ROOTS, TWO_ROOTS, VERSIONS, WEEK, policy
from tests.cleanup.world.shapes import FAILING, MAKE, PLAIN, TRAIN, USE
from tests.cleanup.world.spec import Spec, Task

BARE = Spec("train", (PLAIN, Task("use", "", ("model",), ("make",))))
PARTS = Spec("train", (Task("make", "f-make", multipart=True), USE))
DEEP = Spec("other", (MAKE, Task("end", "", ("log", "deep/er"), ("make",))))
SPECS = (TRAIN, TRAIN, BARE, FAILING, FAILING, PARTS, DEEP)
DATASETS = "select: {type: system.Dataset, older_than: 7d}"
POLICIES = (("evict", WEEK),) * 3 + (("respect", WEEK),) * 2 + (("evict", DATASETS),)
"""What becomes of the cache, and the rule."""
LISTINGS: tuple[Listing, ...] = (*("bytes",) * 8, "components", "shuffled", "truncated", "duplicated", "dropped")
SKEWS = (0.0, 0.0, 2 * DAY, -2 * DAY)
URIS = ("minio://{place}",) * 3 + ("s3://{place}/?region=eu", "minio://{root}")
"""What is imported: an output by its own name or another, or all that its run has made."""
ACTORS = st.integers(0, 5)
CALLS = ("delete", "delete, answered", "journal synced", "list runs", "get run, answered", "find artifacts, answered",
         "artifacts at, answered", "delete run", "delete run, answered", "list", "renew", "head", "sleep")  # fmt: skip
SOME = st.lists(ACTORS, min_size=1, max_size=8).map(tuple)
TURNS = st.dictionaries(st.integers(1, 260), SOME, max_size=3)
MOMENTS = st.dictionaries(st.sampled_from(CALLS), SOME, max_size=3)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a history is drawn with, from its beginning to its end. `asked`: what becomes of the cache, and the rule."""

    asked: tuple[str, str]
    versioned: bool
    two_buckets: bool
    quarantine: bool
    patient: bool
    skew: float
    listing: Listing
    ignores_conditions: bool

    @property
    def policy(self) -> str:
        more = ((VERSIONS, self.versioned), (A_MINUTE, self.quarantine))
        lines = [line for line, wanted in more if wanted]
        return policy(*self.asked, *lines, roots=TWO_ROOTS if self.two_buckets else ROOTS)

    @property
    def faults(self) -> Faults:
        return Faults(self.listing, self.ignores_conditions)


SETTINGS = st.builds(
    Setting,
    asked=st.sampled_from(POLICIES),
    versioned=st.booleans(),
    two_buckets=st.booleans(),
    quarantine=st.sampled_from((False, False, True)),
    patient=st.booleans(),
    skew=st.sampled_from(SKEWS),
    listing=st.sampled_from(LISTINGS),
    ignores_conditions=st.booleans(),
)
PASTS = st.lists(st.tuples(st.sampled_from(SPECS), st.sampled_from([30, 30, 20, 8, 3])), min_size=2, max_size=4)
"""Runs, and how many days ago they were."""
