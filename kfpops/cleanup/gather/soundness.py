"""Whether what was read can be the whole: sources that answered without an error, and still left something out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.kfp_runs import KFP_API, KfpRuns
from kfpops.cleanup.gather.lineage_runs import LINEAGE, SeenRuns
from kfpops.cleanup.gather.runs import confirm_deleted
from kfpops.cleanup.inventory import RunFact
from kfpops.ports import Cluster

_OTHER_STORE = "Is it the store of this KFP? --metadata-url and --metadata-db say which one is read."
_AGAIN = "Try again. If it stays, list as a user who may see all runs."


def check_sources(cluster: Cluster, users: Sequence[str], kfp: KfpRuns, seen: SeenRuns, gaps: Gaps) -> None:
    """`users`: the namespaces of a KFP with users, none without."""
    _check_store(kfp, seen, gaps)
    if cluster.lineage is None or (cluster.source.kind != "bundle" and not users):
        return
    health = gaps.read(LINEAGE, cluster.lineage.health, None)
    for problem in health.problems if health and health.back_end == "bundle" else ():
        gaps.tell(LINEAGE, problem, "Make the bundle again.")
    unseen = sorted(set(users) - {cluster.namespace})
    if health and health.back_end == "kfp-api" and unseen:
        why = f"KFP's own API tells artifacts of {cluster.namespace} only, not of {', '.join(unseen[:3])}"
        gaps.tell(LINEAGE, why, "Read the lineage store itself: --metadata-url or --metadata-db.")


def check_deleted(cluster: Cluster, runs: Mapping[str, RunFact], seen: SeenRuns, gaps: Gaps) -> None:
    """A run that KFP did not list claims nothing, so those that use what others made must really be gone.

    What a deleted run made itself is looked at when it would go. A bundle may leave old runs out: one of them tells.
    """
    missing = [id for id, run in runs.items() if not run.known]
    if any(gap.fatal for gap in gaps.found):
        return
    asked = [id for id in missing if seen.by_id[id].borrows] or (missing[:1] if cluster.source.kind == "bundle" else ())
    gone = gaps.read(KFP_API, partial(confirm_deleted, cluster, asked), {}) if asked else {}
    if there := [id for id, is_gone in gone.items() if not is_gone]:
        gaps.tell(KFP_API, f"it has run {there[0]}, but did not list it", _AGAIN)


def _check_store(kfp: KfpRuns, seen: SeenRuns, gaps: Gaps) -> None:
    """A run leaves its first trace with its first driver: of those that went well the lineage store must know some."""
    done = [id for id, run in kfp.runs.items() if run.state == "SUCCEEDED"]
    if done and not any(id in seen.by_id for id in done) and not any(gap.fatal for gap in gaps.found):
        gaps.tell(LINEAGE, f"the lineage store knows none of the {len(done):,} runs that KFP calls SUCCEEDED", _OTHER_STORE)
