"""Answers without an error that still cannot be the whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.capture.lineage import BundleLineage
from kfpops.capture.open import open_bundle
from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.kfp_runs import KfpRuns
from kfpops.cleanup.gather.lineage_runs import SeenRun, SeenRuns
from kfpops.cleanup.gather.runs import merged
from kfpops.cleanup.gather.soundness import check_deleted, check_sources
from kfpops.cleanup.inventory import Gap
from kfpops.errors import Unreachable
from kfpops.model.diagnosis import Source
from kfpops.model.lineage import LineageHealth
from kfpops.ports import Cluster
from tests.capture.bundles import folder
from tests.cleanup.gather.lines import GONE, MADE, USED, a_kfp, a_run, context, the_cluster
from tests.lineage.memory import MemoryLineage

KFP = KfpRuns({MADE: a_run(MADE), USED: a_run(USED, "FAILED")})
SEEN = SeenRuns({MADE: SeenRun(context(MADE))})


class OwnApi(MemoryLineage):
    def health(self) -> LineageHealth:
        return LineageHealth("kfp-api", "the KFP API")


def checked(cluster: Cluster, kfp: KfpRuns = KFP, seen: SeenRuns = SEEN, users: tuple[str, ...] = ()) -> tuple[Gap, ...]:
    gaps = Gaps()
    check_sources(cluster, users, kfp, seen, gaps)
    return tuple(gaps.found)


@pytest.mark.parametrize(
    "kfp, seen",
    [
        pytest.param(KFP, SEEN, id="the store knows a run that went well"),
        pytest.param(KfpRuns(), SeenRuns(), id="an empty KFP and an empty store"),
        pytest.param(KfpRuns(), SEEN, id="all runs were deleted"),
        pytest.param(KfpRuns({USED: a_run(USED, "FAILED")}), SeenRuns(), id="a run that failed may have left no trace"),
        pytest.param(KfpRuns({USED: a_run(USED, "RUNNING")}), SeenRuns(), id="a run that has only begun"),
    ],
)
def test_what_fits_together(kfp: KfpRuns, seen: SeenRuns) -> None:
    assert checked(the_cluster(), kfp, seen) == ()


def test_the_store_of_another_kfp() -> None:
    (gap,) = checked(the_cluster(), KFP, SeenRuns({GONE: SeenRun(context(GONE))}))
    assert gap.fatal
    assert "none of the 1 runs" in gap.why
    assert "--metadata-url" in gap.hint


def test_one_namespace_of_several() -> None:
    cluster = the_cluster(lineage=OwnApi())
    assert checked(cluster, users=("kubeflow",)) == ()
    (gap,) = checked(cluster, users=("kubeflow", "team-a"))
    assert (gap.fatal, gap.why) == (True, "KFP's own API tells artifacts of kubeflow only, not of team-a")


def test_ml_metadata_tells_of_all_namespaces() -> None:
    assert checked(the_cluster(), users=("kubeflow", "team-a")) == ()
    assert checked(replace(the_cluster(), lineage=None), users=("team-a",)) == ()


def test_a_bundle_whose_lineage_is_not_whole(tmp_path: Path) -> None:
    files = {f"mlmd/{name}.jsonl": b"" for name in ("executions", "events", "contexts", "associations")}
    gap = {"source": "artifacts of the lineage", "why": "only 20000 artifacts are kept, the newest"}
    path = folder(tmp_path, {**files, "mlmd/artifacts.jsonl": b"{\n"}, gaps=[gap], scope={"everything": True})
    cluster = replace(the_cluster(source=Source("bundle", "x")), lineage=BundleLineage(open_bundle(path)))
    assert [(gap.fatal, gap.why) for gap in checked(cluster)] == [
        (True, "1 line of mlmd/artifacts.jsonl cannot be read"),
        (True, "artifacts of the lineage: only 20000 artifacts are kept, the newest"),
    ]


def deleted(cluster: Cluster, *, borrows: bool, gaps: Gaps | None = None) -> list[Gap]:
    seen = SeenRuns({GONE: SeenRun(context(GONE), borrows=borrows)})
    gaps = gaps or Gaps()
    check_deleted(cluster, merged(KFP, seen, "kubeflow"), seen, gaps)
    return gaps.found


def test_a_deleted_run_is_asked_for_when_it_used_what_others_made() -> None:
    kfp = a_kfp()
    assert deleted(the_cluster(kfp=kfp), borrows=False) == []
    assert kfp.asked == []
    assert deleted(the_cluster(kfp=kfp), borrows=True) == []
    assert kfp.asked == ["run"]


def test_a_run_that_is_there_but_was_not_listed() -> None:
    (gap,) = deleted(the_cluster(kfp=a_kfp(known=(a_run(GONE),))), borrows=True)
    assert (gap.fatal, gap.why) == (True, f"it has run {GONE}, but did not list it")


def test_kfp_that_does_not_answer_is_a_fatal_gap() -> None:
    (gap,) = deleted(the_cluster(kfp=a_kfp(broken=Unreachable("It is down."))), borrows=True)
    assert (gap.fatal, gap.why) == (True, "It is down.")


def test_nothing_is_asked_when_the_plan_is_refused_anyhow() -> None:
    kfp, gaps = a_kfp(), Gaps()
    gaps.tell("lineage", "there is none")
    deleted(the_cluster(kfp=kfp), borrows=True, gaps=gaps)
    assert kfp.asked == []
