"""What random histories are made of, and how often each of it."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.cleanup.world.hostile import Listing
from tests.cleanup.world.kfp import DAY
from tests.cleanup.world.policies import DATASETS, EVICT, RESPECT
from tests.cleanup.world.shapes import FAILING, MAKE, PLAIN, TRAIN, USE
from tests.cleanup.world.spec import Spec, Task

BARE = Spec("train", (PLAIN, Task("use", "", ("model",), ("make",))))
PARTS = Spec("train", (Task("make", "f-make", multipart=True), USE))
DEEP = Spec("other", (MAKE, Task("end", "", ("log", "deep/er"), ("make",))))
SPECS = (TRAIN, TRAIN, BARE, FAILING, FAILING, PARTS, DEEP)
POLICIES = (EVICT, EVICT, EVICT, RESPECT, RESPECT, DATASETS)
LISTINGS: tuple[Listing, ...] = (*("bytes",) * 8, "components", "shuffled", "truncated", "duplicated", "dropped")
SKEWS = (0.0, 0.0, 2 * DAY, -2 * DAY)
URIS = ("minio://mlpipeline/{place}",) * 3 + ("s3://mlpipeline/{place}/?region=eu", "minio://mlpipeline/{root}")
"""What is imported: an output by its own name or another, or all that its run has made."""
ACTORS = st.integers(0, 5)
CALLS = ("delete", "delete, answered", "journal synced", "list runs", "get run, answered", "find artifacts, answered",
         "artifacts at, answered", "delete run", "delete run, answered", "list", "renew", "head", "sleep")  # fmt: skip
SOME = st.lists(ACTORS, min_size=1, max_size=8).map(tuple)
TURNS = st.dictionaries(st.integers(1, 260), SOME, max_size=3)
MOMENTS = st.dictionaries(st.sampled_from(CALLS), SOME, max_size=3)
