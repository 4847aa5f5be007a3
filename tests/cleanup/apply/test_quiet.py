"""Runs that KFP calls CANCELING for ever: they are passed by only when Kubernetes shows that nothing of them is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.cleanup.apply.quiet import quiet_runs
from kfpops.errors import Forbidden
from kfpops.knowledge.argo_workflow import RUN_LABEL
from kfpops.model.meta import Metadata
from kfpops.model.pod import Pod, PodStatus
from kfpops.model.run import Run
from kfpops.model.workflow import Workflow, WorkflowSpec
from tests.fakes import FakeKubernetes, a_cluster

RUN = Run(id="r-1", name="backfill", state="CANCELING")


def workflow(run_id: str, *, suspend: bool = False) -> Workflow:
    return Workflow(
        Metadata(name=f"wf-{run_id}", namespace="team-a", labels={RUN_LABEL: run_id}), WorkflowSpec(suspend=suspend)
    )


def pod(phase: str, run_id: str = "r-1") -> Pod:
    metadata = Metadata(name=f"pod-{phase}", namespace="team-a", labels={RUN_LABEL: run_id})
    return Pod(metadata=metadata, status=PodStatus(phase=phase))


OTHER = workflow("r-2")


@pytest.mark.parametrize(
    "objects, run",
    [
        pytest.param([], RUN, id="an empty list proves nothing"),
        pytest.param([OTHER, workflow("r-1")], RUN, id="its workflow goes on"),
        pytest.param([OTHER, pod("Running")], RUN, id="a pod of it still runs"),
        pytest.param([OTHER, pod("Pending")], RUN, id="or will"),
        pytest.param([OTHER, pod("Unknown")], RUN, id="or may"),
        pytest.param([workflow("r-1", suspend=True), pod("Running")], RUN, id="suspended, but a pod runs on"),
        pytest.param([OTHER], replace(RUN, state="RUNNING"), id="nobody has ended it"),
        pytest.param([OTHER], replace(RUN, state="PENDING"), id="it has not begun yet"),
    ],
)
def test_it_is_waited_for(objects: list[Any], run: Run) -> None:
    assert quiet_runs(a_cluster(FakeKubernetes(objects)), [run]) == frozenset()


def test_it_is_waited_for_where_pods_cannot_be_seen() -> None:
    kubernetes = FakeKubernetes([OTHER], refusals={"pods": Forbidden("Not allowed to list pods.")})
    assert quiet_runs(a_cluster(kubernetes), [RUN]) == frozenset()


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param([OTHER, pod("Failed"), pod("Running", "r-2")], id="its workflow is gone, and so are its pods"),
        pytest.param([workflow("r-1", suspend=True), pod("Succeeded")], id="its workflow is suspended, and no pod is left"),
    ],
)
def test_it_is_not_waited_for(objects: list[Any]) -> None:
    assert quiet_runs(a_cluster(FakeKubernetes(objects)), [RUN]) == frozenset({"r-1"})
