"""Which back end answers for lineage, and that nothing is asked before somebody wants to know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kfpops.cluster.kfp_lineage import KfpLineage
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.cluster.lineage_choice import LineageChoice, choose_lineage
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.refusals import Peer
from kfpops.errors import Forbidden, Unreachable, UsageError
from kfpops.ports import Lineage
from kfpops.settings import Settings
from tests.cluster.loopback import Answer, Loopback, says

ARTIFACTS = "/apis/v2beta1/artifacts"
DOWN = Unreachable("There is no Service metadata-grpc-service.")


class Nothing:
    """A way to an ML Metadata that has no rows."""

    back_end = "mlmd-grpc"
    peer = Peer("the test store")
    closed = 0

    def call(self, method: str, request: bytes) -> bytes:
        return b""

    def close(self) -> None:
        self.closed += 1


MLMD = MlmdRpc(Nothing(), "test")


def route(server: Loopback) -> KfpRoute:
    return KfpRoute((server.http,))


def open_mlmd() -> Lineage:
    return MLMD


def no_mlmd() -> Lineage:
    raise DOWN


def test_a_named_address_asks_nobody(server: Loopback) -> None:
    assert choose_lineage(Settings(metadata_url="grpc://here"), route(server), "", open_mlmd) is MLMD
    assert server.asked == []


def test_a_named_database_comes_first(server: Loopback) -> None:
    with pytest.raises(UsageError):
        choose_lineage(Settings(metadata_db="nonsense://", metadata_url="grpc://here"), route(server), "", open_mlmd)
    assert server.asked == []


@pytest.mark.parametrize("answer", [Answer(b"404 page not found", 404), says({"code": 12}, 501), says({"code": 5}, 404)])
def test_a_kfp_without_lineage_of_its_own_has_ml_metadata(server: Loopback, answer: Answer) -> None:
    server.routes[ARTIFACTS] = answer
    assert choose_lineage(Settings(), route(server), "", open_mlmd) is MLMD
    assert server.paths() == [ARTIFACTS]


def test_a_kfp_with_lineage_of_its_own_is_asked(server: Loopback) -> None:
    server.routes[ARTIFACTS] = says({"artifacts": []})
    assert isinstance(choose_lineage(Settings(), route(server), "team-a", no_mlmd), KfpLineage)


def test_a_kfp_that_does_not_answer_leaves_ml_metadata(server: Loopback) -> None:
    server.routes[ARTIFACTS] = Answer(b"no", 401)
    assert choose_lineage(Settings(), route(server), "", open_mlmd) is MLMD


def test_with_neither_kfps_own_error_is_told(server: Loopback) -> None:
    server.routes[ARTIFACTS] = Answer(b"no", 401)
    with pytest.raises(Unreachable, match="refused the credentials"):
        choose_lineage(Settings(), route(server), "", no_mlmd)


def test_a_right_that_ml_metadata_takes_is_told_beside_kfps_error(server: Loopback) -> None:
    def forbidden() -> Lineage:
        raise Forbidden("Not allowed to list pods in kubeflow.", "Ask.", "list pods in kubeflow")

    server.routes[ARTIFACTS] = Answer(b"no", 401)
    with pytest.raises(Unreachable, match="refused the credentials") as caught:
        choose_lineage(Settings(), route(server), "", forbidden)
    assert caught.value.hint.endswith("ML Metadata is closed to you, too: Not allowed to list pods in kubeflow. Ask.")


def test_without_ml_metadata_its_error_is_told(server: Loopback) -> None:
    with pytest.raises(Unreachable, match="no Service metadata-grpc-service"):
        choose_lineage(Settings(), route(server), "", no_mlmd)


def counting(choose: Callable[[], Lineage], calls: list[int]) -> Callable[[], Lineage]:
    def counted() -> Lineage:
        calls.append(1)
        return choose()

    return counted


def test_the_choice_is_made_once_and_not_before() -> None:
    calls: list[int] = []
    choice: Lineage = LineageChoice(counting(open_mlmd, calls))
    assert calls == []
    assert list(choice.artifacts(["1"])) == list(choice.executions(["1"])) == []
    assert list(choice.events_of_artifacts(["1"])) == list(choice.events_of_executions(["1"])) == []
    assert list(choice.artifacts_at(["s3://b"])) == list(choice.runs(["r"])) == []
    assert choice.health().address == "test"
    assert len(calls) == 1


def test_a_failed_choice_stands_for_a_while() -> None:
    calls: list[int] = []
    now = [100.0]
    choice = LineageChoice(counting(no_mlmd, calls))
    choice.clock = lambda: now[0]
    for _ in range(3):
        with pytest.raises(Unreachable):
            choice.health()
    assert len(calls) == 1
    now[0] += 31
    with pytest.raises(Unreachable):
        choice.health()
    assert len(calls) == 2


def test_what_is_open_is_closed_once() -> None:
    way = Nothing()
    choice = LineageChoice(lambda: MlmdRpc(way, "test"))
    choice.close()
    choice.health()
    choice.close()
    choice.close()
    assert way.closed == 1


def test_forbidden_is_forbidden() -> None:
    refused = Forbidden("Not allowed to get services in kubeflow.", needs="get services in kubeflow")

    def choose() -> Lineage:
        raise refused

    with pytest.raises(Forbidden):
        LineageChoice(choose).health()
