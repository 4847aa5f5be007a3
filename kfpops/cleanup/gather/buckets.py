"""The buckets in which anything may lie that is cleaned: those of the roots and of Argo's archived logs."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.places import UnknownScheme, places_of
from kfpops.errors import PlanRefused
from kfpops.ports import Bucket, Cluster


@dataclass(frozen=True, slots=True)
class Opened:
    """`uri` without a key: `minio://mlpipeline`. `now`: the store's clock, in seconds."""

    name: str
    uri: str
    bucket: Bucket
    now: float


def bucket_uris(inventory: Inventory) -> dict[str, str]:
    """Bucket's name → its URI, by name. `minio://a/x` and `s3://a/y` are one bucket: the first that is named counts."""
    found: dict[str, str] = {}
    for uri in (*inventory.roots, *(layout.bucket for layout in inventory.logs)):
        places = places_of(uri, ())
        if not isinstance(places, UnknownScheme) and places:
            found.setdefault(places[0].bucket, f"{uri.partition('://')[0]}://{places[0].bucket}")
    return dict(sorted(found.items()))


def open_buckets(cluster: Cluster, inventory: Inventory) -> tuple[Opened, ...]:
    """By name, in byte order. Raises `PlanRefused` where there is no store."""
    if cluster.bucket is None:
        raise PlanRefused(
            "There is no object store that could be listed: what lies in it cannot be judged.",
            "Is it within reach? --store-endpoint says where it is; `kfpops status` tells more.",
        )
    opened = []
    for name, uri in bucket_uris(inventory).items():
        bucket = cluster.bucket(uri)
        opened.append(Opened(name, uri, bucket, bucket.clock().timestamp()))
    return tuple(opened)
