"""Which cluster is this?"""

from __future__ import annotations

import pytest

from kfpops.cluster.identity import namespace_uid
from kfpops.errors import Unreachable
from tests.cluster.loopback import Answer, Loopback, says, status_of

PATH = "/api/v1/namespaces/kubeflow"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({"message": "no"}, 403), id="it may not be read"),
        pytest.param(
            status_of(404, 'namespaces "kubeflow" not found', name="kubeflow", kind="namespaces"), id="it is not there"
        ),
        pytest.param(says({"metadata": {"name": "kubeflow"}}), id="it has none"),
    ],
)
def test_nothing_is_known_when(server: Loopback, answer: Answer) -> None:
    server.routes[PATH] = answer
    assert namespace_uid(server.http(), "kubeflow") == ""


def test_a_cluster_that_is_down_is_no_answer(server: Loopback) -> None:
    server.routes[PATH] = status_of(401, "Unauthorized")
    with pytest.raises(Unreachable):
        namespace_uid(server.http(), "kubeflow")


def test_one_request_tells_it(server: Loopback) -> None:
    server.routes[PATH] = says({"metadata": {"name": "kubeflow", "uid": "5d0c1b3e"}})
    assert namespace_uid(server.http(), "kubeflow") == "5d0c1b3e"
    assert server.paths() == [PATH]
