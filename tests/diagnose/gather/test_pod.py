"""Gathering one pod, of a run or of none."""

from __future__ import annotations

import pytest

from kfpops.diagnose.gather import gather_pod
from kfpops.errors import NotFound
from tests.builders import a_pod, running
from tests.diagnose.gather.test_run import FAILED, FAILED_POD
from tests.fakes import FakeKubernetes, a_cluster


def test_a_pod_of_a_run_knows_its_task() -> None:
    logs = {FAILED_POD.metadata.name: "no"}
    facts = gather_pod(a_cluster(FakeKubernetes((FAILED, FAILED_POD), logs)), FAILED_POD.metadata.name)
    assert [(s.task, s.run_name, s.state) for s in facts.steps] == [("train", "train-x7k2p", "failed")]
    assert facts.cases[0].workflow is not None


def test_a_pod_of_no_run_stands_alone() -> None:
    pod = a_pod("notebook-0", metadata={"labels": {}}, statuses=(running(),))
    facts = gather_pod(a_cluster(FakeKubernetes((pod,))), "notebook-0")
    assert facts.cases == ()
    assert facts.steps[0].state == "running"


def test_a_pod_that_is_gone_is_found_in_its_workflow() -> None:
    facts = gather_pod(a_cluster(FakeKubernetes((FAILED,))), "train-x7k2p-system-container-impl-0")
    assert [(s.task, s.state, s.pod) for s in facts.steps] == [("train", "failed", None)]
    assert facts.subject.id is None


def test_an_unknown_pod_is_told_with_what_to_do() -> None:
    with pytest.raises(NotFound) as told:
        gather_pod(a_cluster(FakeKubernetes()), "nobody")
    assert "diagnose run" in told.value.hint
