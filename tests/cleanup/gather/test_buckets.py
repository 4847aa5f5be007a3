from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.cleanup.gather.buckets import bucket_uris, open_buckets
from kfpops.errors import PlanRefused
from tests.cleanup.building import NOW, an_inventory
from tests.cleanup.gather.memory_bucket import MemoryBucket
from tests.fakes import a_cluster


def test_buckets_of_roots_and_logs_each_once() -> None:
    inventory = an_inventory(roots=("s3://zebra/a", "minio://mlpipeline/x", "s3://mlpipeline/y"))
    assert bucket_uris(inventory) == {"mlpipeline": "minio://mlpipeline", "zebra": "s3://zebra"}


def test_they_are_opened_with_their_clock() -> None:
    cluster = replace(a_cluster(), bucket=lambda uri: MemoryBucket([], name=uri.partition("://")[2]))
    (opened,) = open_buckets(cluster, an_inventory())
    assert (opened.name, opened.uri, opened.now) == ("mlpipeline", "minio://mlpipeline", NOW)


def test_without_a_store_it_is_refused() -> None:
    with pytest.raises(PlanRefused, match="no object store"):
        open_buckets(a_cluster(), an_inventory())
