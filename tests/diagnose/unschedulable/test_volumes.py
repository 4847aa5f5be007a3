"""Volumes that exclude nodes."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes.scheduling import CAUSES
from tests.diagnose.unschedulable.samples import SMALL, the, waiting


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("node(s) didn't match PersistentVolume's node affinity", "can only be used elsewhere"),
        ("node(s) exceed max volume count", "no more volumes can be attached"),
        (
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",
            "is in use by another pod",
        ),
        ("node(s) didn't find available persistent volumes to bind", "cannot be provided"),
    ],
)
def test_volumes_that_exclude_nodes(text: str, said: str) -> None:
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
    cause, match = the(waiting(f"0/3 nodes are available: 3 {text}.", spec={"volumes": volumes}), (SMALL,))
    assert (cause, match.facts["claim"]) == ("volume-zone", "data")
    assert said in match.title


def test_what_the_claim_itself_says_explains_more() -> None:
    cause = next(c for c in CAUSES if c.id == "scheduling/volume-zone")
    assert cause.yields("volume/attach-conflict")
