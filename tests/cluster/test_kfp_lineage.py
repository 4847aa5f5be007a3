"""KFP's own lineage API beyond the ports' suite: what is asked, how often, and what a server of another kind says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from kfpops.cluster.kfp_lineage import KfpLineage, available
from kfpops.cluster.kfp_route import KfpRoute
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, Unreachable
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery
from tests.cluster.kfp_lineage_stub import KfpLineageStub, native
from tests.cluster.loopback import Answer, Loopback, loopback, says, status_of
from tests.ports.lineage_world import FIRST, RAW, SECOND, THIRD, WIDE, a_world

ARTIFACTS, LINKS = "/apis/v2beta1/artifacts", "/apis/v2beta1/artifact_tasks"
IDS = a_world().ids


@pytest.fixture
def server() -> Iterator[KfpLineageStub]:
    made = KfpLineageStub(a_world().rows, largest_page=200)
    yield made
    made.close()


def port(server: Loopback, namespace: str = "") -> KfpLineage:
    return KfpLineage(KfpRoute([server.http]), namespace)


def of(*names: str) -> list[str]:
    return [native(f"{'artifact' if name.startswith('a') else 'execution'}:{IDS[name]}") for name in names]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({"code": 5, "message": "Not Found"}, 404), id="2.17 does not know the path"),
        pytest.param(says({"code": 12, "message": "Not Implemented"}, 501), id="nothing behind the path"),
        pytest.param(Answer(b"404 page not found\n", 404), id="a gateway before it does not"),
    ],
)
def test_a_server_without_the_api(answer: Answer) -> None:
    with loopback() as server:
        server.routes[ARTIFACTS] = answer
        assert not available(KfpRoute([server.http]))
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({}), id="there are no artifacts yet"),
        pytest.param(says({"code": 3, "message": "a namespace cannot be empty"}, 400), id="it has users"),
        pytest.param(says({"code": 7, "message": "User is not authorized"}, 403), id="these may not list artifacts"),
    ],
)
def test_a_server_with_the_api(answer: Answer) -> None:
    with loopback() as server:
        server.routes[ARTIFACTS] = answer
        assert available(KfpRoute([server.http]))
        assert server.asked[0].query == {"page_size": "1"}


@pytest.mark.parametrize(
    "answer, error",
    [
        pytest.param(says({"code": 14, "message": "no database"}, 503), Unreachable, id="it is down"),
        pytest.param(says({"code": 16, "message": "login"}, 401), Unreachable, id="it wants to know who asks"),
        pytest.param(
            status_of(403, 'services "ml-pipeline:8888" is forbidden: User "jo" cannot get resource "services/proxy"'),
            Forbidden,
            id="the API server lets nobody through",
        ),
    ],
)
def test_an_answer_that_says_nothing_of_it(answer: Answer, error: type[KfpopsError]) -> None:
    with loopback() as server:
        server.routes[ARTIFACTS] = answer
        route = KfpRoute([server.http])
        with pytest.raises(error):
            available(route)


def test_ids_are_asked_for_a_hundred_at_a_time(server: KfpLineageStub) -> None:
    parts = of(*(f"a.part{n}" for n in range(130)))
    found = port(server)
    assert len(found.artifacts(parts)) == 130
    assert len(server.asked) == 2
    assert len(found.events_of_artifacts(parts)) == 130
    assert len(server.asked) == 4
    assert max(len(asked.query["filter"]) for asked in server.asked[:2]) < 4000
    assert [sum(name == "artifact_ids" for name, _ in asked.pairs) for asked in server.asked[2:]] == [100, 30]


def test_tasks_are_read_run_by_run_and_kept(server: KfpLineageStub) -> None:
    found = port(server)
    uses = of(*(f"e.use{n}" for n in range(120)))
    found.events_of_artifacts(of("a.popular"))
    assert [e.task for e in found.executions(uses)] == [f"use-{n}" for n in range(120)]
    assert server.paths() == [LINKS, f"/apis/v2beta1/runs/{WIDE}/tasks"]
    parents = [e.parent_id for e in found.executions(uses)]
    assert [e.run_id for e in found.executions(parents)] == [WIDE]
    assert len(server.asked) == 2


def test_a_run_that_goes_on_is_read_anew(server: KfpLineageStub) -> None:
    found = port(server)
    before = found.executions_of_run(SECOND)
    server.tasks.append({"task_id": "new", "run_id": SECOND, "name": "later", "type": "RUNTIME"})
    assert [e.id for e in found.executions_of_run(SECOND)] == ["new", *(e.id for e in before)]


def test_a_task_without_links_is_found_with_its_run_only(server: KfpLineageStub) -> None:
    assert port(server).executions(of("e.skipped")) == ()
    found = port(server)
    found.executions(of("e.other"))
    assert [e.state for e in found.executions(of("e.skipped"))] == ["CANCELED"]
    assert [e.state for e in port(server).executions(of("e.skipped", "e.other"))] == ["CANCELED", "COMPLETE"]


def test_one_unknown_id_does_not_hide_the_others(server: KfpLineageStub) -> None:
    parts = of(*(f"a.part{n}" for n in range(100)))
    events = port(server).events_of_artifacts([*parts[:50], "no-such-artifact", *parts[50:]])
    assert len(events) == 100
    # Seven halvings of a hundred, each with its other half.
    assert len(server.asked) < 20


def test_a_run_that_was_deleted_meanwhile_has_no_tasks(server: KfpLineageStub) -> None:
    found = port(server)
    found.events_of_artifacts(of("a.data"))
    server.refuse[f"/apis/v2beta1/runs/{FIRST}/tasks"] = says({"code": 5, "message": "gone"}, 404)
    assert [e.run_id for e in found.executions(of("e.load", "e.cached"))] == [SECOND]


def test_a_single_uri_is_asked_for_as_the_server_can_look_it_up(server: KfpLineageStub) -> None:
    assert len(port(server).artifacts_at([RAW])) == 2
    assert (
        '"operation":"EQUALS","key":"uri","stringValue":"gs://warehouse/raw/orders.csv"' in server.asked[0].query["filter"]
    )


def test_the_server_narrows_a_search(server: KfpLineageStub) -> None:
    since = datetime(2026, 11, 18, 9, 0, 0, 500_000, tzinfo=timezone.utc)
    list(port(server).find_artifacts(ArtifactQuery(type="Model", uri_prefix="minio://", since=since, until=since)))
    asked = server.asked[0].query
    assert asked["sort_by"] == "created_at desc"
    for part in (
        '"key":"type","intValue":2',
        '"key":"uri","stringValue":"minio://"',
        '"timestampValue":"2026-11-18T09:00:00Z"',
    ):
        assert part in asked["filter"]
    list(port(server).find_artifacts(ArtifactQuery(type="acme.Weird")))
    assert len(server.asked) == 1


def test_the_newest_runs_come_first(server: KfpLineageStub) -> None:
    found = port(server).find_executions(ExecutionQuery(task="load"))
    assert [e.run_id for e in found] == [THIRD, SECOND, FIRST]
    assert {asked.query["view"] for asked in server.asked} == {"FULL"}


def test_before_a_time_within_a_second(server: KfpLineageStub) -> None:
    (load,) = port(server).executions(of("e.load"))
    assert load.created_at is not None
    found = port(server).find_executions(ExecutionQuery(task="load", before=load.created_at + timedelta(milliseconds=1)))
    assert [e.id for e in found] == of("e.load")


def test_without_the_right_to_pipelines_they_have_no_names(server: KfpLineageStub) -> None:
    server.refuse["/apis/v2beta1/pipelines"] = says({"code": 7, "message": "no"}, 403)
    assert [run.pipeline for run in port(server).runs([FIRST])] == [""]


def test_the_namespace_goes_along_where_there_are_users() -> None:
    server = KfpLineageStub(a_world().rows, namespace="team-a")
    try:
        assert len(port(server, "team-a").artifacts(of("a.model"))) == 1
        assert [run.namespace for run in port(server, "team-a").runs([FIRST])] == ["team-a"]
        assert port(server, "team-a").health().back_end == "kfp-api"
        with pytest.raises(BadAnswer, match="namespace cannot be empty"):
            port(server).artifacts(of("a.model"))
        with pytest.raises(Forbidden) as caught:
            port(server, "team-b").artifacts(of("a.model"))
    finally:
        server.close()
    assert caught.value.needs == "list artifacts.pipelines.kubeflow.org"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({"code": 14, "message": "down"}, 503), id="down"),
        pytest.param(Answer(b'{"artifacts": [{"artifact'), id="truncated"),
        pytest.param(Answer(b"<html>login</html>"), id="a login page"),
    ],
)
def test_an_answer_that_is_none(server: KfpLineageStub, answer: Answer) -> None:
    server.refuse[ARTIFACTS] = answer
    with pytest.raises(Unreachable):
        port(server).artifacts(["a"])


def test_a_store_that_goes_away_between_two_pages() -> None:
    server = KfpLineageStub(a_world().rows, largest_page=5)
    try:
        found = port(server).find_artifacts(ArtifactQuery())
        assert next(found).id
        server.refuse[ARTIFACTS] = says({"code": 14, "message": "down"}, 503)
        with pytest.raises(Unreachable):
            list(found)
    finally:
        server.close()
