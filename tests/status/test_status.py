from __future__ import annotations

from kfpops.errors import Forbidden, Unreachable
from kfpops.model.workload import Deployment
from kfpops.render.json import to_json
from kfpops.render.text import to_text
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
