from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.cleanup.gather.buckets import Opened
from kfpops.cleanup.gather.measure import measured
from kfpops.cleanup.gather.spans import between
from kfpops.cleanup.inventory import ArtifactFact
from tests.cleanup.building import BUCKET, an_inventory, an_object
from tests.cleanup.gather.memory_bucket import Listed, MemoryBucket

PARTS = ("a", "a-b", "a.b", "b", "model", "model-v2", "é")


def opened(bucket: MemoryBucket) -> Opened:
    return Opened(bucket.name, f"minio://{bucket.name}", bucket, bucket.now)


def sizes_of(uris: list[str], bucket: MemoryBucket, folder: Path, cuts: tuple[str, ...] = ()) -> list[int | None]:
    artifacts = [ArtifactFact(id=str(number), uri=uri) for number, uri in enumerate(uris)]
    found = measured(an_inventory((), artifacts), [opened(bucket)], folder, lambda _: between(cuts))
    assert [a.id for a in found.artifacts] == [a.id for a in artifacts]
    return [artifact.size for artifact in found.artifacts]


def test_at_boundaries_only(tmp_path: Path) -> None:
    bucket = MemoryBucket([an_object("a/model"), an_object("a/model-v2/f", 7), an_object("a/model.txt", 3)])
    uris = [
        f"minio://{BUCKET}/a/model",
        f"s3://{BUCKET}/a/model-v2?region=x",
        f"minio://{BUCKET}/a",
        "gs://other/a",
        "",
        "x://y/z",
    ]
    assert sizes_of(uris, bucket, tmp_path) == [10, 7, 20, 0, 0, 0]


@pytest.mark.parametrize("order", ["bytes", "components", "shuffled"])
@pytest.mark.parametrize("seed", range(12))
def test_as_if_each_were_counted_by_itself(seed: int, order: Listed, tmp_path: Path) -> None:
    chance = random.Random(seed)
    keys = {"/".join(chance.choices(PARTS, k=chance.randint(1, 4))) for _ in range(50)}
    paths = ["/".join(chance.choices(PARTS, k=chance.randint(1, 3))) for _ in range(30)]
    bucket = MemoryBucket([an_object(key, chance.randint(1, 99)) for key in keys], order)
    expected = [
        sum(o.size for o in bucket.by_key.values() if o.key == path or o.key.startswith(f"{path}/")) for path in paths
    ]
    cuts = tuple(chance.sample(sorted(keys), 4))
    assert sizes_of([f"minio://{BUCKET}/{path}" for path in paths], bucket, tmp_path, cuts) == expected


def test_nothing_else_changes(tmp_path: Path) -> None:
    inventory = an_inventory((), [ArtifactFact(id="1", uri=f"minio://{BUCKET}/a")])
    found = measured(inventory, [opened(MemoryBucket([]))], tmp_path)
    assert replace(found, artifacts=inventory.artifacts) == inventory
