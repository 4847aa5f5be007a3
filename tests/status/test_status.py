from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from kfpops.errors import Forbidden, KfpopsError, NotFound, Unreachable, UsageError
from kfpops.model.lineage import LineageHealth
from kfpops.model.workload import Deployment
from kfpops.render.json import to_json
from kfpops.render.text import to_text
from kfpops.status.findings import Status
from kfpops.status.gather import gather_status
from kfpops.status.present import present
from kfpops.status.report import status_report
from tests.builders import NOW, a_node
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.knowledge.test_installation import a_deployment
from tests.schemas import validates

REFUSED = {
    "events": Forbidden('User "ops" cannot list events', needs="list events in kubeflow"),
    "log": Forbidden('User "ops" cannot get logs', needs="get pods/log in kubeflow"),
}


def deployed(*names: str) -> tuple[Deployment, ...]:
    return tuple(a_deployment(name, f"image/{name}:1.0") for name in names)


def test_a_missing_object_does_not_mean_a_missing_right() -> None:
    access = {a.source: a for a in gather_status(a_cluster(pipelines=FakePipelines())).access}
    assert access["logs"].readable
    assert access["pods"].readable
    assert access["KFP API"].readable


def test_refusals_name_the_right_and_what_is_lost() -> None:
    status = gather_status(a_cluster(FakeKubernetes((a_node(),), refusals=REFUSED), FakePipelines()))
    access = {a.source: a for a in status.access if not a.readable}
    assert set(access) == {"events", "logs", "object store"}
    assert access["events"].needs == "list events in kubeflow"
    text = " ".join(to_text(present(status)).split())
    assert "3 sources cannot be read" in text
    assert "Needs: get pods/log in kubeflow. Without it: Python errors, missing packages" in text


def test_no_list_is_read_as_a_whole_to_learn_of_a_right() -> None:
    kubernetes = FakeKubernetes((a_node(),))
    gather_status(a_cluster(kubernetes, FakePipelines()))
    assert kubernetes.asked.count("pods") == 1
    assert kubernetes.asked.count("nodes") == 2


def test_a_kfp_that_does_not_answer_is_told() -> None:
    status = gather_status(a_cluster(pipelines=FakePipelines(broken=Unreachable("It refused the connection."))))
    assert status.parts[0].state == "not ready"
    assert status.parts[0].detail == "It refused the connection."
    assert present(status).verdict.startswith("KFP in the namespace kubeflow: KFP is not ready")


def test_no_kfp_at_all() -> None:
    status = gather_status(a_cluster())
    assert status.parts[0].state == "absent"


def test_reports_follow_their_schema() -> None:
    objects = (a_node(), *deployed("workflow-controller", "seaweedfs", "mysql"))
    for refusals in ({}, REFUSED):
        status = gather_status(a_cluster(FakeKubernetes(objects, refusals=refusals), FakePipelines()))
        validates(to_json(status_report(status, NOW)))


@dataclass
class FakeLineageHealth:
    """As much of ports.Lineage as a status asks for."""

    answer: LineageHealth | KfpopsError

    def health(self) -> LineageHealth:
        if isinstance(self.answer, KfpopsError):
            raise self.answer
        return self.answer


def with_lineage(answer: LineageHealth | KfpopsError) -> Status:
    cluster = replace(a_cluster(pipelines=FakePipelines()), lineage=FakeLineageHealth(answer))  # type: ignore[arg-type]
    return gather_status(cluster)


def the_lineage(status: Status) -> tuple[str, str]:
    part = next(p for p in status.parts if p.name == "Lineage")
    return part.state, part.detail


def test_a_cluster_without_lineage_is_not_refused_anything() -> None:
    status = gather_status(a_cluster())
    assert the_lineage(status) == ("absent", "no lineage store was found")
    assert "lineage" not in {a.source for a in status.access}
    assert status_report(status, NOW)["lineage"] is None


def test_lineage_without_a_problem_takes_one_line() -> None:
    status = with_lineage(LineageHealth("mlmd-grpc", "metadata-grpc-service:8080"))
    assert the_lineage(status) == ("ready", "ML Metadata over gRPC, metadata-grpc-service:8080")
    assert "What slows lineage down" not in to_text(present(status))
    assert {a.source: a.readable for a in status.access}["lineage"]


@pytest.mark.parametrize(
    "error, state, refused",
    [
        pytest.param(NotFound("There is no Service metadata-grpc-service."), "absent", False, id="there is none"),
        pytest.param(Unreachable("It did not answer."), "not ready", True, id="it does not answer"),
        pytest.param(UsageError("There is no such file."), "unknown", True, id="it was named wrongly"),
        pytest.param(
            Forbidden("No.", needs="create pods/portforward in kubeflow"), "unknown", True, id="it may not be read"
        ),
    ],
)
def test_lineage_that_does_not_answer_is_a_gap(error: KfpopsError, state: str, refused: bool) -> None:
    status = with_lineage(error)
    assert the_lineage(status) == (state, error.message)
    assert ("lineage" in {a.source for a in status.access if not a.readable}) is refused
    validates(to_json(status_report(status, NOW)))


def test_missing_indexes_come_with_the_statements_that_make_them() -> None:
    statement = "CREATE INDEX kfpops_association_execution ON Association (execution_id);"
    health = LineageHealth("mlmd-database", "db/metadb", ("Association has no index on execution_id.",), (statement,))
    status = with_lineage(health)
    text = to_text(present(status))
    assert statement in text
    assert "Association has no index on execution_id." in text
    assert json.loads(to_json(status_report(status, NOW)))["lineage"] == {
        "back_end": "mlmd-database",
        "address": "db/metadb",
        "problems": ["Association has no index on execution_id."],
        "remedies": [statement],
    }
    validates(to_json(status_report(status, NOW)))
