"""The objects of the clean-up benchmark: keys as KFP makes them, in byte order, each with an ETag of its own."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import md5
from typing import NamedTuple

BUCKET = "mlpipeline"
ROOT = "v2/artifacts"
FILES = 10
"""Files of an artifact: a directory of parts, as models and datasets have."""
ARTIFACTS = 10
"""Artifacts of a run."""
PIPELINES = 20
WRITTEN = 1_760_000_000.0
"""When all were written: long enough ago to be nobody's young ones."""


class Artifact(NamedTuple):
    """`path` without the root's bucket. `run`: a UUID, as KFP makes them."""

    path: str
    pipeline: str
    run: str
    task: str


def artifacts(objects: int) -> Iterator[Artifact]:
    """As many as hold so many objects, in the order of their runs."""
    for number in range(-(-objects // FILES)):
        run_number, which = divmod(number, ARTIFACTS)
        pipeline = f"churn-prediction-{run_number % PIPELINES:02}"
        run, task = _uuid(f"run {run_number}"), f"train-model-{which}"
        yield Artifact(f"{ROOT}/{pipeline}/{run}/{task}/{_uuid(f'{run_number} {which}')}/model", pipeline, run, task)


def keys(objects: int) -> list[str]:
    """Sorted by their bytes; ASCII, so by their characters, too."""
    found = [f"{a.path}/part-{part:05}-of-{FILES:05}.snappy.parquet" for a in artifacts(objects) for part in range(FILES)]
    return sorted(found[:objects])


def etag(key: str) -> str:
    return md5(key.encode(), usedforsecurity=False).hexdigest()


def size(number: int) -> int:
    return 1_000 + number % 9_000


def _uuid(text: str) -> str:
    d = md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{d[:8]}-{d[8:12]}-4{d[13:16]}-a{d[17:20]}-{d[20:]}"
