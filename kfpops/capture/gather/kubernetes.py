"""Kubernetes objects: of the runs, and what surrounds them; or everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import msgspec

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Item, Part, items, text
from kfpops.capture.gather.lists import Listing, decoded, entry_of, read_in, read_list, read_pages
from kfpops.capture.gather.live import Live, gap_of
from kfpops.capture.scope import CONFIG_MAPS, as_neighbour, config_map_names, is_about, name_of, run_of
from kfpops.errors import Forbidden, KfpopsError, NotFound
from kfpops.knowledge.argo_workflow import RUN_LABEL
from kfpops.model.event import Event
from kfpops.model.kinds import KINDS, list_path
from kfpops.model.meta import KubernetesStruct
from kfpops.model.namespaced import ConfigMap, Secret
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow

_ALIVE = "status.phase!=Succeeded,status.phase!=Failed"
_APART: frozenset[type[KubernetesStruct]] = frozenset({Pod, Workflow, Event, ConfigMap, Secret})
# Where the kubelet writes events of nodes, and where the cluster's autoscaler tells its state.
_NODE_EVENTS, _AUTOSCALER = "default", "kube-system"


@dataclass(frozen=True, slots=True)
class Objects:
    """`own` are the pods of the runs (all pods with a run when everything is wanted), `near` those and KFP's own programs;
    `pods` also holds what else takes room on the nodes."""

    pods: tuple[Item, ...]
    near: tuple[Item, ...]
    own: tuple[Item, ...]
    workflows: tuple[Item, ...]
    parts: tuple[Part, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Where the runs live."""
        return tuple(dict.fromkeys(name_of(o)[0] for o in (*self.own, *self.workflows)))


def read_objects(live: Live, runs: Sequence[str]) -> Objects:
    """Pods and workflows, which all else is chosen by. `runs` empty: everything."""
    places = _places(live)
    if not runs:
        all_pods = read_list(live.kubernetes, Pod, places)
        workflows = read_list(live.kubernetes, Workflow, places)
        found = all_pods.found or ()
        own_pods = tuple(p for p in found if run_of(p))
        return Objects(found, found, own_pods, workflows.found or (), _parts(all_pods, workflows))
    of_runs = f"{RUN_LABEL} in ({','.join(runs)})"
    own = read_list(live.kubernetes, Pod, places, labelSelector=of_runs)
    system = read_in(live.kubernetes, Pod, (live.cluster.kfp_namespace,), labelSelector=f"!{RUN_LABEL}")
    others = read_list(live.kubernetes, Pod, places, fieldSelector=_ALIVE)
    workflows = read_list(live.kubernetes, Workflow, places, labelSelector=of_runs)
    near = (*(own.found or ()), *(system.found or ()))
    known = {name_of(p) for p in near}
    pods = tuple(chain(near, (as_neighbour(p) for p in others.found or () if name_of(p) not in known)))
    whole = Listing(Pod, pods if own.found is not None else None, others.namespaces, (*own.gaps, *system.gaps, *others.gaps))
    return Objects(pods, near, own.found or (), workflows.found or (), _parts(whole, workflows))


def read_around(live: Live, objects: Objects, runs: Sequence[str], say: Callable[[str], object]) -> Iterator[Part]:
    """Every other kind that the commands read."""
    yield from objects.parts
    apis = tuple(_apis(live))
    yield from apis
    places = tuple(dict.fromkeys((*_places(live), *objects.namespaces)))
    say("events")
    yield from _events(live, objects, runs, places)
    for kind in KINDS:
        # A kind of an API that the cluster has not is no gap: apis.json tells the reader why there are none.
        if kind not in _APART and not _is_absent(KINDS[kind].api_version, apis):
            say(KINDS[kind].plural)
            yield from _parts(read_list(live.kubernetes, kind, places))
    yield from _config_maps(live, objects, runs, places)
    yield from _secrets(live, runs, places)


def _places(live: Live) -> tuple[str, ...]:
    return tuple(dict.fromkeys(p for p in (live.cluster.namespace, live.cluster.kfp_namespace) if p))


def _parts(*listings: Listing) -> tuple[Part, ...]:
    made = [(entry_of(one), one.gaps) for one in listings]
    return tuple(part for entry, gaps in made for part in ((entry,) if entry else ()) + gaps)


def read_version(live: Live) -> Part:
    """The API server's version. Raises `Unreachable` when there is no API server to talk to."""
    try:
        return Entry("kubernetes/version.json", live.kubernetes.raw("/version"), "/version")
    except (Forbidden, NotFound) as error:
        return gap_of("kubernetes/version", error)


def _apis(live: Live) -> Iterator[Part]:
    try:
        groups = decoded(live.kubernetes.raw("/apis"), "/apis")
        versions = [text(g, "preferredVersion", "groupVersion") for g in items(groups, "groups")]
        yield Entry("kubernetes/apis.json", msgspec.json.encode(versions), "/apis")
    except KfpopsError as error:
        yield gap_of("kubernetes/apis", error)


def _is_absent(api_version: str, apis: Sequence[Part]) -> bool:
    group = api_version.rpartition("/")[0]
    known = [
        version for part in apis if isinstance(part, Entry) for version in msgspec.json.decode(part.body, type=list[str])
    ]
    return bool(group and known) and not any(version.startswith(f"{group}/") for version in known)


def _events(live: Live, objects: Objects, runs: Sequence[str], places: Sequence[str]) -> Iterator[Part]:
    if not runs:
        yield from _parts(read_list(live.kubernetes, Event, places))
        return
    listing = read_in(live.kubernetes, Event, (*places, _NODE_EVENTS))
    pods = {name_of(p) for p in objects.near}
    workflows = {name_of(w)[1] for w in objects.workflows} or {_prefix(name_of(p)[1]) for p in objects.own}
    kept = [e for e in listing.found or () if is_about(e, pods, workflows)]
    entry = entry_of(listing, kept)
    yield from (entry,) if entry else ()
    yield from listing.gaps


def _prefix(pod: str) -> str:
    """The workflow's name in a pod's name: the part before `-system-…` of KFP's templates."""
    return pod.partition("-system-")[0]


def _config_maps(live: Live, objects: Objects, runs: Sequence[str], places: Sequence[str]) -> Iterator[Part]:
    wanted = CONFIG_MAPS | config_map_names(objects.own)
    listing = read_in(live.kubernetes, ConfigMap, places) if runs else read_list(live.kubernetes, ConfigMap, places)
    kept = [c for c in listing.found or () if name_of(c)[1] in wanted]
    if runs:
        kept += _autoscaler(live)
    entry = entry_of(Listing(ConfigMap, listing.found), kept)
    yield from (entry,) if entry else ()
    yield from listing.gaps


def _autoscaler(live: Live) -> tuple[Item, ...]:
    try:
        return read_pages(
            live.kubernetes, list_path(ConfigMap, _AUTOSCALER), fieldSelector="metadata.name=cluster-autoscaler-status"
        )
    except KfpopsError:
        return ()


def _secrets(live: Live, runs: Sequence[str], places: Sequence[str]) -> Iterator[Part]:
    """Names and keys, through the port that never decodes a value. The raw answer, with the values, is never asked for."""
    found: list[Item] = []
    read = []
    for place in places if runs else (None, *places):
        try:
            found += _secret_names(live, place)
            read += [place] if place else []
        except KfpopsError as error:
            yield Gap("secrets", gap_of("", error).why)
            continue
        if place is None:
            break
    else:
        if not read:
            return
    body = {"kind": "SecretNames", "items": found}
    source = "list v1 secrets: names and keys, no values"
    yield Entry("kubernetes/v1/secrets.json", msgspec.json.encode(body), source, len(found), namespaces=tuple(read))


def _secret_names(live: Live, place: str | None) -> Iterator[Item]:
    for secret in live.cluster.kubernetes.list(Secret, place):
        # Helm's releases are Secrets too: large, many, and of no use here.
        if not secret.metadata.name.startswith("sh.helm."):
            metadata: Item = {"name": secret.metadata.name, "namespace": secret.metadata.namespace}
            yield {"metadata": metadata, "type": secret.type, "keys": list(secret.keys)}
