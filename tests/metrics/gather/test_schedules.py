"""Recurring runs, read from KFP and Kubernetes."""

from __future__ import annotations

import pytest

from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.metrics.family import Series
from kfpops.metrics.gather.schedules import schedules
from kfpops.model.meta import Metadata
from kfpops.model.run import RecurringRun
from kfpops.model.scheduled_workflow import ScheduledWorkflow, ScheduledWorkflowStatus, TriggerStatus
from tests.fakes import FakeKubernetes, FakePipelines
from tests.metrics.building import at

NEXT = "kfp_recurring_run_next_expected_timestamp_seconds"
NIGHTLY = RecurringRun("id", "nightly", True, schedule="0 0 3 * * *")


def planned(namespace: str) -> ScheduledWorkflow:
    status = ScheduledWorkflowStatus(trigger=TriggerStatus(next_triggered_time=at(5)))
    return ScheduledWorkflow(metadata=Metadata(name="n", namespace=namespace, uid="id"), status=status)


def test_without_recurring_runs_kubernetes_is_not_asked() -> None:
    kubernetes = FakeKubernetes()
    assert schedules(FakePipelines(), kubernetes, "", lambda: "kubeflow") == {}
    assert kubernetes.asked == []


def test_a_kfp_that_knows_none_has_none() -> None:
    class Old(FakePipelines):
        def recurring_runs(self, namespace: str) -> tuple[RecurringRun, ...]:
            raise NotFound("There is no such thing.")

    assert schedules(Old(), FakeKubernetes(), "", lambda: "kubeflow") == {}


def test_what_kfp_refuses_is_raised() -> None:
    class Refusing(FakePipelines):
        def recurring_runs(self, namespace: str) -> tuple[RecurringRun, ...]:
            raise Forbidden("Not allowed.")

    with pytest.raises(Forbidden):
        schedules(Refusing(), FakeKubernetes(), "", lambda: "kubeflow")


@pytest.mark.parametrize("refusal", [Forbidden("no"), Unreachable("no"), NotFound("no such kind")])
def test_without_kubernetes_no_start_is_told(refusal: KfpopsError) -> None:
    kubernetes = FakeKubernetes([planned("kubeflow")], refusals={"scheduledworkflows": refusal})
    found = schedules(FakePipelines(recurring=[NIGHTLY]), kubernetes, "", lambda: "kubeflow")
    assert {series.family for series in found} == {"kfp_recurring_run_info"}


@pytest.mark.parametrize(("asked", "where"), [("", "kubeflow"), ("team-a", "team-a")])
def test_starts_are_those_of_the_namespace(asked: str, where: str) -> None:
    kubernetes = FakeKubernetes([planned(where)])
    found = schedules(FakePipelines(recurring=[NIGHTLY]), kubernetes, asked, lambda: "kubeflow")
    assert found[Series(NEXT, (where, "nightly"))] == at(5).timestamp()
