"""Runs of KFP and of the lineage store in one form, and the proof that one was deleted."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cleanup.gather.kfp_runs import KfpRuns
from kfpops.cleanup.gather.lineage_runs import SeenRun, SeenRuns
from kfpops.cleanup.gather.runs import confirm_deleted, merged
from kfpops.cleanup.inventory import RunFact
from kfpops.errors import Forbidden, KfpopsError, NotInBundle, Unreachable
from kfpops.model.run import Run
from tests.cleanup.gather.lines import GONE, MADE, ROOT, USED, a_kfp, a_run, at, context, the_cluster
from tests.fakes import FakePipelines


def fact(run: Run, seen: SeenRun | None = None, **more: Any) -> RunFact:
    lineage = SeenRuns({run.id: seen} if seen else {})
    return merged(KfpRuns({run.id: run}, **more), lineage, "kubeflow")[run.id]


def test_nothing() -> None:
    assert merged(KfpRuns(), SeenRuns(), "kubeflow") == {}


def test_a_run_that_kfp_has() -> None:
    run = a_run(MADE, experiment_id="e1", recurring_run_id="gone", pipeline_name="Train daily", archived=True)
    seen = SeenRun(context(MADE, namespace="team-a", pipeline="train"), tags={"t": None}, metrics={"m": 1.0})
    found = fact(run, seen, experiments={"e1": "Default"}, caching={MADE})
    assert found == RunFact(
        id=MADE,
        known=True,
        finished=True,
        name="name of 1",
        namespace="team-a",
        pipeline="train",
        experiment="Default",
        recurring_run="gone",
        state="SUCCEEDED",
        workflow="wf-1",
        root=f"{ROOT}/train/{MADE}",
        created_at=at(0).timestamp(),
        finished_at=at(60).timestamp(),
        archived=True,
        failed=False,
        caches=True,
        tags=("t",),
        metrics={"m": 1.0},
    )


def test_a_run_without_a_trace_in_the_lineage_store() -> None:
    found = fact(a_run(MADE, pipeline_name="train"))
    assert (found.known, found.namespace, found.pipeline, found.root) == (True, "kubeflow", "train", "")


@pytest.mark.parametrize(
    "state, finished, failed, retryable",
    [
        ("SUCCEEDED", True, False, False),
        ("SKIPPED", True, False, False),
        ("FAILED", True, True, True),
        ("CANCELED", True, True, True),
        ("CANCELING", False, None, False),
        ("RUNNING", False, None, False),
        ("PENDING", False, None, False),
        ("PAUSED", False, None, False),
        ("", False, None, False),
        ("RESTING", False, None, False),
    ],
)
def test_states(state: str, finished: bool, failed: bool | None, retryable: bool) -> None:
    found = fact(a_run(MADE, state))
    assert (found.finished, found.failed, found.retryable) == (finished, failed, retryable)


def test_a_run_that_only_the_lineage_store_knows() -> None:
    seen = SeenRun(context(GONE, created_at=at(5)), any=True, failed=True, workflow="wf-3")
    found = merged(KfpRuns(caching={GONE}), SeenRuns({GONE: seen}), "kubeflow")[GONE]
    assert (found.known, found.finished, found.failed, found.caches, found.retryable) == (False, True, True, True, False)
    assert (found.workflow, found.created_at, found.state) == ("wf-3", at(5).timestamp(), "")


def test_only_404_says_that_a_run_is_gone() -> None:
    assert confirm_deleted(the_cluster(), [GONE, MADE, GONE, USED]) == {GONE: True, MADE: False, USED: False}
    assert confirm_deleted(the_cluster(), []) == {}


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Unreachable("It is down."), id="no answer"),
        pytest.param(Forbidden("No."), id="not allowed to know"),
        pytest.param(NotInBundle("The bundle holds no run."), id="left out of a bundle"),
    ],
)
def test_whatever_else_is_no_proof(error: KfpopsError) -> None:
    with pytest.raises(Unreachable):
        confirm_deleted(the_cluster(kfp=a_kfp(broken=error)), [GONE])


def test_without_kfp_nothing_is_proved() -> None:
    with pytest.raises(Unreachable):
        confirm_deleted(the_cluster(pipelines=None), [GONE])


def test_one_request_for_each_run() -> None:
    kfp = FakePipelines()
    confirm_deleted(the_cluster(kfp=kfp), [str(n) for n in range(20)] * 2)
    assert kfp.asked == ["run"] * 20
