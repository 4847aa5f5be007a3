"""The benchmark's objects in a bucket of a real store: put there, and removed with the bucket afterwards."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from benchmarks.cleanup_keys import keys

_THREADS = 16
_AT_ONCE = 1000


@contextmanager
def filled(endpoint: str, objects: int) -> Iterator[str]:
    """The name of a bucket that holds them. They are as young as the smallest grace allows when it is given out."""
    client, bucket = _client(endpoint), f"kfpops-bench-{uuid.uuid4().hex[:12]}"
    client.create_bucket(Bucket=bucket)
    try:
        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(lambda key: client.put_object(Bucket=bucket, Key=key, Body=key.encode()), keys(objects)))
        time.sleep(3)
        yield bucket
    finally:
        _remove(client, bucket)


def _client(endpoint: str) -> Any:
    import boto3
    from botocore.config import Config

    logging.getLogger("botocore").setLevel(logging.WARNING)
    config = Config(s3={"addressing_style": "path"}, max_pool_connections=_THREADS, proxies={})
    keys = {"aws_access_key_id": "minio", "aws_secret_access_key": "minio123"}
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=config, **keys)


def _remove(client: Any, bucket: str) -> None:
    while found := client.list_objects_v2(Bucket=bucket, MaxKeys=_AT_ONCE).get("Contents"):
        client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": o["Key"]} for o in found], "Quiet": True})
    client.delete_bucket(Bucket=bucket)
