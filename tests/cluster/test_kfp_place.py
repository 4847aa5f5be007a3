"""Which namespace KFP runs in."""

from __future__ import annotations

import pytest

from kfpops.cluster.kfp_place import find_kfp
from kfpops.errors import Unreachable, UsageError
from tests.cluster.loopback import Answer, Loopback, says, status_of

USUAL = "/api/v1/namespaces/kubeflow/services/ml-pipeline"
ALL = "/api/v1/services"
ABSENT = status_of(404, 'services "ml-pipeline" not found', name="ml-pipeline", kind="services")


def services(*namespaces: str) -> Answer:
    return says({"items": [{"metadata": {"name": "ml-pipeline", "namespace": name}} for name in namespaces]})


def test_the_usual_place_costs_one_request(server: Loopback) -> None:
    server.routes[USUAL] = says({"metadata": {"name": "ml-pipeline"}})
    assert find_kfp(server.http(), "") == "kubeflow"
    assert server.paths() == [USUAL]


@pytest.mark.parametrize("usual", [ABSENT, says({"message": "no"}, 403)])
@pytest.mark.parametrize(
    "everywhere, wanted, found",
    [
        pytest.param(services(), "team-a", "kubeflow", id="nowhere: the usual name is as good as any"),
        pytest.param(says({}, 403), "team-a", "kubeflow", id="nobody may look"),
        pytest.param(services("ml"), "team-a", "ml", id="elsewhere"),
        pytest.param(services("ml", "team-a"), "team-a", "team-a", id="in the user's own namespace"),
    ],
)
def test_elsewhere(server: Loopback, usual: Answer, everywhere: Answer, wanted: str, found: str) -> None:
    server.routes.update({USUAL: usual, ALL: everywhere})
    assert find_kfp(server.http(), wanted) == found
    assert server.asked[1].query == {"fieldSelector": "metadata.name=ml-pipeline"}


def test_several_are_listed(server: Loopback) -> None:
    server.routes.update({USUAL: ABSENT, ALL: services("ml-b", "ml-a")})
    with pytest.raises(UsageError, match="Several namespaces have a KFP: ml-a, ml-b"):
        find_kfp(server.http(), "")


def test_a_cluster_that_is_down_is_no_answer(server: Loopback) -> None:
    server.routes[USUAL] = status_of(401, "Unauthorized")
    with pytest.raises(Unreachable, match="refused the credentials"):
        find_kfp(server.http(), "")
