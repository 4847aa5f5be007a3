"""Gather: from a live cluster to the parts of a bundle, one by one. The only part of capture that asks live ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Part
from kfpops.capture.gather.kfp import RUNS, read_kfp, run_ids
from kfpops.capture.gather.kubernetes import read_around, read_objects, read_version
from kfpops.capture.gather.lineage import Runs, read_lineage
from kfpops.capture.gather.live import Live
from kfpops.capture.gather.logs import is_system, read_logs
from kfpops.capture.gather.store import artifact_uris, executor_log_uris, read_store
from kfpops.capture.scope import name_of

__all__ = ["Live", "gather"]


def gather(live: Live, runs: Sequence[str] = (), say: Callable[[str], object] = lambda text: None) -> Iterator[Part]:
    """Files and gaps of a bundle of these runs and what surrounds them; without runs: of everything.

    `say` is told what is being read. Raises `Unreachable` when the API server does not answer at all; all else is a gap.
    """
    yield read_version(live)
    say("pods and workflows")
    objects = read_objects(live, runs)
    yield from read_around(live, objects, runs, say)
    home = live.cluster.kfp_namespace
    system = [p for p in objects.pods if is_system(p, home)]
    yield from read_logs(live.kubernetes, objects.own, system, say)
    manifests: list[bytes] = []
    listed: tuple[str, ...] = ()
    if live.kfp is None:
        yield Gap("KFP REST API", "there is none")
    else:
        names = {name_of(p)[1] for p in objects.pods}
        namespace = next(iter(objects.namespaces), live.cluster.namespace) if runs else live.cluster.namespace
        for part in read_kfp(live.kfp, namespace, runs, names, say):
            if isinstance(part, Entry) and part.path.startswith("kfp/v1beta1/"):
                manifests.append(part.body)
            elif isinstance(part, Entry) and part.path == RUNS:
                listed = run_ids(part.body)
            yield part
    if live.cluster.store is not None and not runs:
        yield Gap("object store", "objects are only kept of single runs: kfpops capture run RUN")
    lineage: list[Part] = []
    if live.cluster.lineage is not None:
        lineage = list(read_lineage(live.cluster.lineage, Runs(tuple(runs), listed), say))
        yield from lineage
    if live.cluster.store is not None and runs:
        say("object store")
        yield from read_store(live.cluster.store, executor_log_uris(manifests, runs), artifact_uris(lineage))
