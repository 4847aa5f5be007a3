"""Lifecycle rules of buckets, what of KFP and the store bears on them, and a look at the places that would go first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from pathlib import Path

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.inventory import gather_inventory
from kfpops.cleanup.gather.pins import gather_pins
from kfpops.cleanup.gather.roots import find_roots
from kfpops.cleanup.lifecycle.check import Check, Sight, dangers_of
from kfpops.cleanup.lifecycle.installation import SETTING, Installed, Store, coming_rules, notes
from kfpops.cleanup.lifecycle.live_places import live_places
from kfpops.cleanup.lifecycle.place import LivePlace, Seen
from kfpops.cleanup.lifecycle.sweep import BucketRules, Group, GroupKey, sweep
from kfpops.cleanup.places import UnknownScheme, places_of
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import UsageError
from kfpops.knowledge.installation import image_version
from kfpops.model.namespaced import ConfigMap
from kfpops.model.run import KfpHealth
from kfpops.model.workload import Deployment
from kfpops.ports import Bucket, Cluster

_CONFIG = "pipeline-install-config"
_STORES: dict[str, Store] = {"seaweedfs": "seaweedfs", "minio": "minio"}
_PARALLEL, _PAGES = 8, 4


def gather_rules(cluster: Cluster, uris: Sequence[str]) -> tuple[Installed, tuple[BucketRules, ...], Gaps]:
    """The rules of the buckets of these URIs; () asks the cluster where its runs put their outputs.

    Raises what a bucket raises: without its rules there is nothing to say. The rest becomes gaps.
    """
    gaps = Gaps()
    home = gaps.read("KFP's namespace", lambda: cluster.kfp_namespace, "")
    installed = _installed(cluster, home, gaps)
    roots = tuple(uris) or find_roots(cluster, Policy(), (), home, gaps)
    return installed, tuple(_rules(installed, bucket) for bucket in buckets_of(cluster, roots).values()), gaps


def gather_check(cluster: Cluster, pins_text: str, folder: Path) -> Check:
    """What the rules of all buckets with roots or logs would delete of what is live. `pins_text`: of a pins file, or ""."""
    # Without a grace: what is only too young to be judged is not what something needs.
    policy = Policy(grace=0.0)
    pins, gaps = gather_pins(cluster, policy, pins_text)
    inventory = gather_inventory(cluster, policy, pins, folder)
    buckets = buckets_of(cluster, (*inventory.roots, *(layout.bucket for layout in inventory.logs)))
    home = cluster.kfp_namespace
    own = Gaps()
    installed = _installed(cluster, home, own)
    rules = tuple(_rules(installed, bucket) for bucket in buckets.values())
    counted = _Counted(live_places(inventory, claims_of(inventory, policy, cluster.now.timestamp()), frozenset(buckets)))
    groups = sweep(counted, rules)
    dangers = dangers_of(groups, look(buckets, groups))
    missing = (*gaps, *inventory.gaps, *own.found)
    told = tuple(dict.fromkeys(f"{gap.source}: {gap.why}" for gap in missing))
    return Check(rules, dangers, notes(installed, rules), counted.number, told, any(gap.fatal for gap in missing))


class _Counted:
    """Places as they pass, counted."""

    def __init__(self, places: Iterable[LivePlace]) -> None:
        self.number = 0
        self._places = places

    def __iter__(self) -> Iterator[LivePlace]:
        for place in self._places:
            self.number += 1
            yield place


def look(buckets: Mapping[str, Bucket], groups: Mapping[GroupKey, Group]) -> Sight:
    """The objects of the places that would be the first to go, as far as a few pages tell: the oldest may lie behind."""
    places = dict.fromkeys((p.bucket, p.path) for group in groups.values() for p in group.first)
    with ThreadPoolExecutor(_PARALLEL, thread_name_prefix="lifecycle") as pool:
        return dict(zip(places, pool.map(lambda at: _seen(buckets[at[0]], at[1]), places)))


def _seen(bucket: Bucket, path: str) -> tuple[Seen, ...]:
    exact = bucket.head(path)
    below = [Seen(o.modified_at, o.size) for page in islice(bucket.pages(f"{path}/"), _PAGES) for o in page]
    return (*((Seen(exact.modified_at, exact.size),) if exact else ()), *below)


def buckets_of(cluster: Cluster, uris: Iterable[str]) -> Mapping[str, Bucket]:
    """The buckets that these URIs lead into, by name. Raises `UsageError` where there is no object store to ask."""
    if cluster.bucket is None:
        raise UsageError("There is no object store here whose rules could be read.", "Name one with --store-endpoint.")
    found: dict[str, Bucket] = {}
    for uri in uris:
        places = places_of(uri, ())
        if places and not isinstance(places, UnknownScheme) and places[0].bucket not in found:
            found[places[0].bucket] = cluster.bucket(uri)
    return found


def _rules(installed: Installed, bucket: Bucket) -> BucketRules:
    present = tuple(bucket.lifecycle())
    return BucketRules(bucket.name, present, coming_rules(installed, bucket.name, present), bucket.versioning() == "enabled")


def _installed(cluster: Cluster, home: str, gaps: Gaps) -> Installed:
    health = (
        gaps.read("KFP API", cluster.pipelines.health, KfpHealth(""), fatal=False) if cluster.pipelines else KfpHealth("")
    )
    fields = f"metadata.name={_CONFIG}"
    maps = gaps.read(
        f"ConfigMap {_CONFIG}", partial(cluster.kubernetes.list, ConfigMap, home, fields=fields), (), fatal=False
    )
    data = next((one.data for one in maps if one.metadata.name == _CONFIG), {})
    programs = gaps.read("deployments", partial(cluster.kubernetes.list, Deployment, home), (), fatal=False)
    store, version = _store(programs)
    return Installed(
        version=health.tag or data.get("appVersion", ""),
        multi_user=health.multi_user,
        store=store,
        store_version=version,
        retention=data.get(SETTING),
        bucket=data.get("bucketName", ""),
    )


def _store(programs: Iterable[Deployment]) -> tuple[Store, str]:
    """KFP's own store, by its deployment; with another store neither is known."""
    for program in programs:
        kind = _STORES.get(program.metadata.name)
        containers = program.spec.template.spec.containers
        if kind and containers:
            return kind, image_version(containers[0].image) or ""
    return "other", ""
