"""The inventory: everything that clean-up judges by, beside the objects themselves, as it is at one moment.

What is read later may be newer, so the order matters. The lineage store comes first and KFP's runs after it: a run that the
lineage store knows was there before the list was read, and is missing from it only when it was deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec

from kfpops.cleanup.gather.artifacts import Draft, ReadArtifacts, Reading, read_artifacts
from kfpops.cleanup.gather.attributions import Attributions
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.kfp_runs import KFP_API, KfpRuns, read_kfp
from kfpops.cleanup.gather.lineage_runs import LINEAGE, SeenRuns, read_runs
from kfpops.cleanup.gather.logs import find_logs
from kfpops.cleanup.gather.namespaces import users_namespaces
from kfpops.cleanup.gather.owners import Owners
from kfpops.cleanup.gather.parallel import in_parallel
from kfpops.cleanup.gather.roots import check_roots, find_roots
from kfpops.cleanup.gather.runs import merged
from kfpops.cleanup.gather.soundness import check_deleted, check_sources
from kfpops.cleanup.gather.spill import Spilled, spill
from kfpops.cleanup.gather.uses import with_attributed
from kfpops.cleanup.inventory import ArtifactFact, Inventory, Pin
from kfpops.cleanup.policy.policy import Policy
from kfpops.knowledge.step_cost import accelerators_of
from kfpops.model.run import KfpHealth
from kfpops.ports import Cluster, Lineage

_NO_LINEAGE = "Is ML Metadata within reach? --metadata-url and --metadata-db say where it is; `kfpops status` tells more."


def gather_inventory(cluster: Cluster, policy: Policy, pins: Sequence[Pin], folder: Path) -> Inventory:
    """Artifacts go to disk below `folder`, runs stay in memory. What cannot be read stands in `gaps`.

    Raises `UsageError` for wrong settings, and for nothing else.
    """
    gaps, began_at = Gaps(), cluster.now.timestamp()
    if not cluster.complete:
        gaps.tell("capture", "it was made of single runs: what others use is not in it", "Capture everything, or go live.")
    seen, read = _read_lineage(cluster, policy, folder, gaps)
    home = gaps.read("KFP's namespace", lambda: cluster.kfp_namespace, "")
    users = _users(cluster, seen, home, gaps)
    kfp = _read_kfp(cluster, users, gaps)
    runs = merged(kfp, seen, home)
    check_sources(cluster, users or (), kfp, seen, gaps)
    check_deleted(cluster, runs, seen, gaps)
    attributed = Attributions(_attributions(cluster.lineage, kfp, gaps))
    artifacts = spill(_completed(read.drafts, kfp, attributed), ArtifactFact, folder / "artifacts.jsonl")
    read.drafts.drop()
    roots = find_roots(cluster, policy, users or (), home, gaps)
    check_roots(roots, runs.values(), policy, gaps)
    return Inventory(
        began_at=began_at,
        roots=roots,
        runs=runs,
        artifacts=artifacts,
        pins=(*pins, *read.nobodys),
        logs=find_logs(cluster, users or (), home, gaps),
        workflows_known=kfp.workflows_known,
        gaps=tuple(gaps.found),
        counts={"runs": len(runs), "known": len(kfp.runs), "artifacts": artifacts.count, "cache_entries": kfp.entries},
    )


def _read_lineage(cluster: Cluster, policy: Policy, folder: Path, gaps: Gaps) -> tuple[SeenRuns, ReadArtifacts]:
    file = folder / "drafts.jsonl"
    if cluster.lineage is None:
        gaps.tell(LINEAGE, "there is no lineage store", _NO_LINEAGE)
        return SeenRuns(), ReadArtifacts(spill((), Draft, file), ())
    owners = Owners(cluster.lineage)
    seen = read_runs(cluster.lineage, owners, gaps)
    return seen, read_artifacts(Reading(cluster.lineage, owners, policy, seen, gaps), file)


def _users(cluster: Cluster, seen: SeenRuns, home: str, gaps: Gaps) -> tuple[str, ...] | None:
    """The namespaces of a KFP with users; None without."""
    if cluster.pipelines is None:
        return None
    health = gaps.read(KFP_API, cluster.pipelines.health, KfpHealth())
    if not health.multi_user:
        return None
    return users_namespaces(cluster, (run.context.namespace for run in seen.by_id.values()), home, gaps)


def _read_kfp(cluster: Cluster, users: tuple[str, ...] | None, gaps: Gaps) -> KfpRuns:
    if cluster.pipelines is None:
        gaps.tell(KFP_API, "there is none", "Without it every run looks deleted. --kfp-url says where it is.")
        return KfpRuns()
    return read_kfp(cluster.pipelines, ("",) if users is None else users, gaps)


def _attributions(lineage: Lineage | None, kfp: KfpRuns, gaps: Gaps) -> Iterator[tuple[str, Sequence[str]]]:
    """Of the runs that KFP has: what others were given counts for nothing."""
    if lineage is not None:
        yield from gaps.stream(LINEAGE, partial(in_parallel, lineage.artifacts_of_run, kfp.runs))


def _completed(drafts: Spilled[Draft], kfp: KfpRuns, attributed: Attributions) -> Iterator[ArtifactFact]:
    """With what an attribution alone tells, and with what the producer's pipeline asks for."""
    for draft in drafts:
        fact = draft.fact
        uses = with_attributed(fact.uses, attributed.of(fact.id))
        producer = fact.producer
        if producer is not None:
            pipeline = kfp.pipelines.get(producer.run_id)
            asked = accelerators_of(pipeline, draft.task_path, draft.inputs)
            producer = msgspec.structs.replace(producer, accelerators=asked) if asked is not None else producer
        yield msgspec.structs.replace(fact, uses=uses, producer=producer)
