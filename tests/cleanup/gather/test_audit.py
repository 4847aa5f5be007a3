from __future__ import annotations

import pytest

from kfpops.cleanup.gather.audit import look_again
from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.inventory import ArtifactFact
from tests.cleanup.building import BUCKET, NOW, a_run, an_artifact, an_inventory, an_object, deleted, uri_of
from tests.cleanup.gather.memory_bucket import MemoryBucket

RUN = a_run(1, caches=True)
PATH = uri_of(RUN).partition(f"{BUCKET}/")[2]


def missing(*keys: str, artifact: ArtifactFact | None = None) -> list[tuple[str, bool, int]]:
    bucket = MemoryBucket([an_object(key) for key in keys])
    inventory = an_inventory((RUN, deleted(2)), (artifact or an_artifact(RUN, (deleted(2), "cached")),))
    found = look_again({"1"}, inventory, [Opened(BUCKET, f"minio://{BUCKET}", bucket, NOW)])
    return [(d.id, d.cached, d.users) for d in found]


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(PATH, id="the object itself is there"),
        pytest.param(f"{PATH}/variables/data", id="something below it is there"),
    ],
)
def test_what_is_there_is_not_gone(key: str) -> None:
    assert missing(key) == []


@pytest.mark.parametrize("uri", ["gs://elsewhere/x", "", "hf://x/y", "strange://mlpipeline/x"])
def test_of_what_lies_elsewhere_nothing_is_said(uri: str) -> None:
    assert missing(artifact=an_artifact(RUN, uri=uri)) == []


def test_a_neighbour_is_not_it() -> None:
    assert missing(f"{PATH}-v2/data") == [("1", True, 1)]


def test_only_what_was_missed_is_asked_for() -> None:
    bucket = MemoryBucket([])
    opened = [Opened(BUCKET, f"minio://{BUCKET}", bucket, NOW)]
    assert look_again(set(), an_inventory((RUN,), (an_artifact(RUN),)), opened) == ()
    assert look_again({"7"}, an_inventory((RUN,), (an_artifact(RUN),)), opened) == ()
    assert bucket.asked == []


def test_what_the_cache_can_hand_out_comes_first() -> None:
    plain = a_run(3)
    inventory = an_inventory((RUN, plain), (an_artifact(plain, id="3"), an_artifact(RUN, id="1")))
    found = look_again({"1", "3"}, inventory, [Opened(BUCKET, f"minio://{BUCKET}", MemoryBucket([]), NOW)])
    assert [(d.id, d.cached, d.task) for d in found] == [("1", True, "fit"), ("3", False, "fit")]
