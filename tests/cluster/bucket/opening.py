"""A bucket of the sandbox's store, opened with the adapter, whose pauses take no time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kfpops.cluster.bucket.open import Opened, open_both
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.model.bucket import StoreTraits
from kfpops.sandbox.object_store import ACCESS_KEY, SECRET_KEY, Faults, ObjectStore
from kfpops.settings import Settings

NAME = "mlpipeline"
SOUND = StoreTraits("kfpops-sandbox", True, True, True, True, "off")
"""What a probe says of a store without fault."""


def opened(
    endpoint: str, *, scheme: str = "minio", name: str = NAME, secret: str = SECRET_KEY, timeout: float = 5.0
) -> Opened:
    place = Place(endpoint, "us-east-1", Keys(ACCESS_KEY, secret))
    both = open_both(f"{scheme}://{name}/v2/artifacts", place, Settings(request_timeout=timeout))
    both.line.pause = lambda _: None
    return both


@contextmanager
def a_store(**faults: Any) -> Iterator[tuple[ObjectStore, Opened]]:
    """A store with an empty bucket."""
    with ObjectStore(faults=Faults(**faults)) as store:
        store.make(NAME)
        both = opened(store.endpoint)
        yield store, both
        both.line.close()


def keys_of(both: Opened, prefix: str = "") -> list[str]:
    return [found.key for page in both.bucket.pages(prefix) for found in page]
