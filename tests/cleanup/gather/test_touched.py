from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cleanup.gather.touched import touching
from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.policy.policy import Policy, Rule
from kfpops.model.run import Run
from tests.cleanup.building import ROOT, a_run, an_artifact, an_inventory, imported
from tests.cleanup.gather.planning import LOOSE, a_bucket, a_look, here, planned

NEAR, FAR = a_run(1, caches=True), a_run(2, caches=True, root="minio://mlpipeline/elsewhere/train/2")
OURS, THEIRS = an_artifact(NEAR, id="1"), an_artifact(FAR, id="2", uri=f"{FAR.root}/fit/x/model")


@pytest.mark.parametrize(
    "uri, touches",
    [
        pytest.param("", False, id="no URI"),
        pytest.param("minio://mlpipeline/v2/artifacts-2/x", False, id="beside the root"),
        pytest.param("minio://other/v2/artifacts/x", False, id="another bucket"),
        pytest.param(f"{ROOT}/train/x", True, id="below the root"),
        pytest.param(ROOT, True, id="the root"),
        pytest.param("s3://mlpipeline/v2", True, id="around the root"),
        pytest.param("minio://mlpipeline", True, id="the bucket"),
    ],
)
def test_a_run_touches_what_it_uses(uri: str, touches: bool) -> None:
    look = a_look(an_inventory((NEAR, FAR), (OURS, THEIRS, imported(uri, FAR, id="3"))), Policy(), a_bucket())
    assert touching(look, [NEAR.id, FAR.id]) == ({NEAR.id, FAR.id} if touches else {NEAR.id})


@pytest.mark.parametrize(
    "rows, evicted", [((OURS, THEIRS), [NEAR.id]), ((an_artifact(NEAR, (FAR, "cached")),), [NEAR.id, FAR.id])]
)
def test_only_runs_that_have_to_do_with_the_roots_are_deleted_in_kfp(
    rows: tuple[ArtifactFact, ...], evicted: list[str], tmp_path: Path
) -> None:
    policy = Policy(rules=(Rule("all"),), cache="evict", limits=LOOSE)
    look = a_look(an_inventory((NEAR, FAR), rows), policy, a_bucket())
    summary, _ = planned(look, tmp_path, here(Run(NEAR.id, NEAR.name), Run(FAR.id, FAR.name)))
    assert sorted(e.run_id for e in summary.header.evictions) == evicted
