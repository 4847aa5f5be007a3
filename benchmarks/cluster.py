"""A generated cluster: what lies under each path of the API, chosen by selectors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from benchmarks import population
from benchmarks.population import Json, Place, PodState

# Of ten pods of an unfinished run: most run, some have just begun, one waits for a GPU and one ran out of memory.
UNFINISHED: tuple[PodState, ...] = (*("running",) * 5, *("young",) * 3, "waits-for-gpu", "out-of-memory")
FINISHED: tuple[PodState, ...] = ("succeeded",) * 10


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the server sends it, with what selectors ask of it."""

    body: bytes
    namespace: str
    labels: dict[str, str]
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Cluster:
    """`lists` by plural; `runs` as KFP's API sends them."""

    place: Place
    lists: dict[str, list[Stored]] = field(default_factory=dict)
    runs: tuple[Json, ...] = ()


def generated(namespace: str, runs: Sequence[tuple[PodState, ...]]) -> Cluster:
    """A namespace with these runs, each told by the states of its pods."""
    place = Place(namespace, datetime.now(timezone.utc))
    pods = [population.pod(place, r, n, state) for r, states in enumerate(runs) for n, state in enumerate(states)]
    unfinished = [p for p in pods if p["status"]["phase"] != "Succeeded"]
    lists = {
        "pods": stored(pods),
        "workflows": stored(population.workflow(place, r, states) for r, states in enumerate(runs)),
        "events": stored(population.event(place, p, n) for n, p in enumerate(unfinished)),
        "nodes": stored(population.node(place, f"node-{letter}") for letter in "abc"),
    }
    told = tuple(population.run(place, r, "SUCCEEDED" if set(s) == {"succeeded"} else "RUNNING") for r, s in enumerate(runs))
    return Cluster(place, lists, told)


def busy(pods: int = 10_000, unfinished: int = 2_000) -> Cluster:
    """The cluster of the benchmark: ten pods a run."""
    return generated("team-a", [*(UNFINISHED,) * (unfinished // 10), *(FINISHED,) * ((pods - unfinished) // 10)])


def stored(objects: Iterable[Json]) -> list[Stored]:
    return [_stored(one) for one in objects]


def _stored(one: Json) -> Stored:
    metadata: dict[str, Any] = one["metadata"]
    fields = {
        "metadata.name": metadata["name"],
        "status.phase": str(one.get("status", {}).get("phase", "")),
        "involvedObject.name": one.get("involvedObject", {}).get("name", ""),
    }
    return Stored(json.dumps(one).encode(), metadata.get("namespace", ""), metadata.get("labels", {}), fields)


def chosen(objects: Iterable[Stored], namespace: str, labels: str, fields: str) -> list[Stored]:
    """What a list with these selectors holds."""
    return [o for o in objects if namespace in ("", o.namespace) and _fits(o.labels, labels) and _fits(o.fields, fields)]


def _fits(values: dict[str, str], selector: str) -> bool:
    for part in filter(None, selector.split(",")):
        key, differs, wanted = part.partition("!=")
        if differs:
            if values.get(key) == wanted:
                return False
            continue
        key, equals, wanted = part.partition("=")
        if values.get(key) != wanted if equals else key not in values:
            return False
    return True
