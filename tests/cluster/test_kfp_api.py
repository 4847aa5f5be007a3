"""KFP's REST API, with what it answers and what it should not."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from kfpops.cluster.kfp_api import KfpApi
from kfpops.cluster.kfp_route import KfpRoute, kfp_peer
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from tests.cluster.loopback import Answer, Asked, Loopback, says

RUNS = "/apis/v2beta1/runs"
HEALTH = "/apis/v2beta1/healthz"
SPEC = {"pipelineInfo": {"name": "train"}, "root": {"dag": {"tasks": {}}}}


def api(server: Loopback, timeout: float = 2.0) -> KfpApi:
    server.routes[HEALTH] = says({"tag_name": "2.17.0"})
    return KfpApi(KfpRoute([lambda: server.http(timeout=timeout).below("", kfp_peer(server.url, "kubeflow"), dict)]))


def a_run(run_id: str = "r1", **more: Any) -> dict[str, Any]:
    return {"run_id": run_id, "display_name": "nightly", "state": "FAILED", "pipeline_spec": SPEC, **more}


def test_an_empty_page_is_no_run(server: Loopback) -> None:
    server.routes[RUNS] = says({})
    assert list(api(server).runs("team-a")) == []


def test_runs_are_asked_for_newest_first_in_small_pages(server: Loopback) -> None:
    server.routes[RUNS] = [says({"runs": [a_run("a")], "next_page_token": "t"}), says({"runs": [a_run("b")]})]
    since = datetime(2026, 11, 1, tzinfo=timezone.utc)
    found = list(api(server).runs("team-a", name="nightly", state="failed", experiment_id="e1", since=since))
    assert [run.id for run in found] == ["a", "b"]
    first, second = (dict(asked.query) for asked in server.asked)
    predicates = json.loads(first.pop("filter"))["predicates"]
    assert predicates == [
        {"operation": "EQUALS", "key": "display_name", "stringValue": "nightly"},
        {"operation": "EQUALS", "key": "state", "stringValue": "FAILED"},
        {"operation": "GREATER_THAN_EQUALS", "key": "created_at", "timestampValue": "2026-11-01T00:00:00Z"},
    ]
    assert first == {"sort_by": "created_at desc", "page_size": "50", "experiment_id": "e1", "namespace": "team-a"}
    # KFP 2.17 refuses a token beside the filter that it was made with, when that holds a time.
    assert second == {key: value for key, value in first.items() if key != "sort_by"} | {"page_token": "t"}


def test_no_more_pages_are_read_than_are_needed(server: Loopback) -> None:
    server.routes[RUNS] = says({"runs": [a_run("a"), a_run("b"), a_run("c")], "next_page_token": "t"})
    assert [run.id for run in api(server).runs("", limit=2)] == ["a", "b"]
    assert server.asked[0].query["page_size"] == "2"
    assert server.paths() == [RUNS]
    assert list(api(server).runs("", limit=0)) == []


def test_a_token_that_never_changes_ends_the_list(server: Loopback) -> None:
    server.routes[RUNS] = says({"runs": [a_run()], "next_page_token": "t"})
    assert len(list(api(server).runs(""))) == 2


def test_a_list_that_ends_too_early_is_no_answer_for_who_wants_it_whole(server: Loopback) -> None:
    pages = [
        says({"runs": [a_run("a")], "total_size": 3, "next_page_token": "t"}),
        says({"runs": [a_run("b")], "total_size": 3}),
    ]
    server.routes[RUNS] = [*pages, *pages]
    assert len(list(api(server).runs(""))) == 2
    found = api(server).runs("", whole=True)
    assert [next(found).id, next(found).id] == ["a", "b"]
    with pytest.raises(BadAnswer, match="told 2 of 3 runs"):
        next(found)


@pytest.mark.parametrize("totals", [pytest.param((2, 5), id="runs that began"), pytest.param((5, 2), id="deleted runs")])
def test_runs_come_and_go_while_they_are_listed(server: Loopback, totals: tuple[int, int]) -> None:
    server.routes[RUNS] = [
        says({"runs": [a_run("a")], "total_size": totals[0], "next_page_token": "t"}),
        says({"runs": [a_run("b")], "total_size": totals[1]}),
    ]
    assert [run.id for run in api(server).runs("", whole=True)] == ["a", "b"]


def test_the_namespace_is_asked_for_and_given_back_as_kfp_does_not_tell_it(server: Loopback) -> None:
    server.routes[RUNS] = says({"runs": [a_run()]})
    assert [run.namespace for run in api(server).runs("team-a")] == ["team-a"]
    assert [run.namespace for run in api(server).runs("")] == [""]
    assert [asked.query.get("namespace") for asked in server.asked] == ["team-a", None]


def test_a_server_that_knows_no_namespaces_is_asked_without(server: Loopback) -> None:
    def single_user(asked: Asked) -> Answer:
        if "namespace" in asked.query:
            return says({"code": 3, "message": "In single-user mode, runs cannot be filtered by namespace"}, 400)
        later = "page_token" in asked.query
        return says({"runs": [a_run("b" if later else "a")], **({} if later else {"next_page_token": "t"})})

    server.routes[RUNS] = single_user
    assert [run.id for run in api(server).runs("team-a")] == ["a", "b"]
    assert len(server.asked) == 3


def test_names_of_pipelines_cost_one_request_at_most(server: Loopback) -> None:
    reference = {"pipeline_version_reference": {"pipeline_id": "p1", "pipeline_version_id": "v1"}}
    bare = [{"run_id": run_id, **reference} for run_id in ("a", "b")]
    server.routes[RUNS] = says({"runs": bare})
    server.routes["/apis/v2beta1/pipelines"] = says({"pipelines": [{"pipeline_id": "p1", "display_name": "train"}]})
    assert [run.pipeline_name for run in api(server).runs("")] == ["train", "train"]
    assert server.paths() == [RUNS, "/apis/v2beta1/pipelines"]


def test_without_the_right_to_pipelines_there_are_still_runs(server: Loopback) -> None:
    server.routes[RUNS] = says({"runs": [{"run_id": "a", "pipeline_version_reference": {"pipeline_id": "p1"}}]})
    server.routes["/apis/v2beta1/pipelines"] = says({}, 403)
    assert [run.pipeline_name for run in api(server).runs("team-a")] == [""]


def test_a_run_with_its_pipeline_costs_one_request(server: Loopback) -> None:
    server.routes[f"{RUNS}/r1"] = says(a_run())
    run = api(server).run("r1")
    assert (run.id, run.state, run.pipeline_name) == ("r1", "FAILED", "train")
    assert server.paths() == [f"{RUNS}/r1"]


def test_a_run_of_an_uploaded_pipeline_is_completed_and_what_was_read_is_kept(server: Loopback) -> None:
    manifest = {"metadata": {"name": "train-x", "namespace": "team-a"}, "status": {"phase": "Failed"}}
    old = {"pipeline_spec": {"pipeline_name": "train", "pipeline_manifest": json.dumps(SPEC)}}
    server.routes[f"{RUNS}/r1"] = says({"run_id": "r1", "pipeline_version_reference": {"pipeline_id": "p1"}})
    server.routes["/apis/v1beta1/runs/r1"] = says(
        {"run": old, "pipeline_runtime": {"workflow_manifest": json.dumps(manifest)}}
    )
    kfp = api(server)
    run = kfp.run("r1")
    workflow = kfp.workflow("r1")
    assert (run.namespace, run.pipeline_name, run.pipeline is not None) == ("team-a", "train", True)
    assert workflow is not None
    assert workflow.status.phase == "Failed"
    assert len(server.asked) == 2
    kfp.workflow("r1")
    assert len(server.asked) == 3


def test_a_run_that_cannot_be_completed_is_still_a_run(server: Loopback) -> None:
    server.routes[f"{RUNS}/r1"] = says({"run_id": "r1", "experiment_id": "e1", "error": {"message": "parse"}})
    server.routes["/apis/v1beta1/runs/r1"] = Answer(b'{"run":', missing=3)
    run = api(server).run("r1")
    assert (run.id, run.error, run.pipeline) == ("r1", "parse", None)


def test_a_run_without_a_workflow_has_none(server: Loopback) -> None:
    server.routes["/apis/v1beta1/runs/r1"] = says({"run": {"id": "r1"}})
    assert api(server).workflow("r1") is None


def test_a_truncated_workflow_is_a_bad_answer(server: Loopback) -> None:
    server.routes["/apis/v1beta1/runs/r1"] = says(
        {"run": {}, "pipeline_runtime": {"workflow_manifest": '{"metadata": {"na'}}
    )
    with pytest.raises(BadAnswer, match="run r1"):
        api(server).workflow("r1")


def test_an_unknown_run_is_said(server: Loopback) -> None:
    server.routes[f"{RUNS}/r1"] = says({"code": 5, "message": "Failed to get a run: Run r1 not found"}, 404)
    with pytest.raises(NotFound) as caught:
        api(server).run("r1")
    assert caught.value.message == "There is no run r1."
    assert "Run r1 not found" in caught.value.hint


def test_ids_cannot_leave_their_path(server: Loopback) -> None:
    with pytest.raises(BadAnswer):
        api(server).run("../../v1beta1?x=")
    assert server.paths() == [f"{RUNS}/..%2F..%2Fv1beta1%3Fx%3D"]


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        pytest.param(Answer(b"404 page not found", 404), BadAnswer, "does not know", id="another server"),
        pytest.param(Answer(b"<html>Log in</html>"), BadAnswer, "web page", id="a login page"),
        pytest.param(says({}, 302, Location="/dex"), Unreachable, "redirect", id="on the way to one"),
        pytest.param(says({"runs": []}), BadAnswer, "no run", id="something else"),
        pytest.param(
            says({"code": 16, "message": "no user identity header"}, 401), Unreachable, "no user identity", id="who asks?"
        ),
        pytest.param(
            says({"code": 7, "message": "not authorized"}, 403), Forbidden, "get runs.pipelines.kubeflow.org", id="not you"
        ),
        pytest.param(Answer(silent=True), Unreachable, "did not answer within 0.1 s", id="silence"),
    ],
)
def test_what_is_no_answer_is_said(server: Loopback, answer: Answer, kind: type[Exception], words: str) -> None:
    server.routes[f"{RUNS}/r1"] = answer
    with pytest.raises(kind) as caught:
        api(server, timeout=0.1 if answer.silent else 2.0).run("r1")
    assert words in str(caught.value)


LOG = "/apis/v1alpha1/runs/r1/nodes/n1/log"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says({"error_message": "no log", "error_details": "none"}), id="200 with an excuse"),
        pytest.param(says({"code": 5, "message": "not found"}, 404), id="404"),
    ],
)
def test_no_archived_log_is_none(server: Loopback, answer: Answer) -> None:
    server.routes[LOG] = answer
    assert api(server).archived_log("r1", "n1") is None


def test_an_archived_log(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"caf\xe9\nthe end\n", headers={"Content-Type": "text/plain"})
    log = api(server).archived_log("r1", "n1")
    assert log is not None
    assert (log.source, log.text, log.cut) == ("archive n1", "caf�\nthe end\n", False)


def test_of_a_long_archived_log_the_end_is_kept(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"0123456\n" * (100 << 10) + b"the end\n")
    log = api(server).archived_log("r1", "n1")
    assert log is not None
    assert log.cut
    assert log.text.endswith("the end\n")
    assert len(log.text) <= 512 << 10


def test_a_log_that_is_too_long_to_reach_its_end_is_not_given_out_as_its_end(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kfpops.cluster.kfp_api._LARGEST_LOG", 1 << 20)
    server.routes[LOG] = Answer(b"x" * (3 << 20))
    with pytest.raises(BadAnswer, match="longer than 1 MiB"):
        api(server).archived_log("r1", "n1")


@pytest.mark.parametrize(("answer", "number"), [({}, 0), ({"pipelines": [{"pipeline_id": "p"}], "total_size": 7}, 7)])
def test_pipelines_are_counted_by_one_request(server: Loopback, answer: dict[str, object], number: int) -> None:
    server.routes["/apis/v2beta1/pipelines"] = says({**answer, "next_page_token": "t"})
    assert api(server).pipeline_count("team-a") == number
    assert [asked.query for asked in server.asked] == [{"page_size": "1", "namespace": "team-a"}]


def test_pipelines_without_a_total_are_not_counted(server: Loopback) -> None:
    server.routes["/apis/v2beta1/pipelines"] = says({"pipelines": [{"pipeline_id": "p"}]})
    with pytest.raises(BadAnswer, match="how many pipelines"):
        api(server).pipeline_count("")


def test_recurring_runs_and_experiments(server: Loopback) -> None:
    def paged(asked: Asked) -> Answer:
        later = "page_token" in asked.query
        return says(
            {"recurringRuns": [{"recurring_run_id": "b" if later else "a"}], **({} if later else {"next_page_token": "t"})}
        )

    server.routes["/apis/v2beta1/recurringruns"] = paged
    server.routes["/apis/v2beta1/experiments"] = says({"experiments": [{"experiment_id": "e", "display_name": "Default"}]})
    kfp = api(server)
    assert [run.id for run in kfp.recurring_runs("team-a")] == ["a", "b"]
    assert [one.name for one in kfp.experiments("team-a")] == ["Default"]
    assert all(asked.query["namespace"] == "team-a" for asked in server.asked)


def test_answers_as_they_come(server: Loopback) -> None:
    assert api(server).raw(f"{HEALTH}?a=b") == b'{"tag_name": "2.17.0"}'
