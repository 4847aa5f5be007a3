"""Lists and logs of the API server."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.cluster.access import Headers
from kfpops.cluster.kubernetes import KubernetesApi
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.model.event import Event
from kfpops.model.namespaced import Secret
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow
from tests.cluster.loopback import Answer, Asked, Loopback, says, status_of

PODS = "/api/v1/namespaces/team-a/pods"
LOG = "/api/v1/namespaces/team-a/pods/train/log"


def page(*names: str, token: str = "") -> Answer:
    items = [{"metadata": {"name": name}} for name in names]
    return says({"kind": "PodList", "metadata": {"continue": token}, "items": items})


def names(found: Any) -> list[str]:
    return [thing.metadata.name for thing in found]


def test_a_namespace_without_pods_has_none(server: Loopback) -> None:
    server.routes[PODS] = says({"kind": "PodList", "metadata": {}, "items": None})
    assert KubernetesApi(server.http()).list(Pod, "team-a") == ()


def test_lists_come_in_pages_with_their_selectors(server: Loopback) -> None:
    server.routes[PODS] = [page("a", "b", token="next"), page("c")]
    found = KubernetesApi(server.http()).list(Pod, "team-a", labels="pipeline/runid=1", fields="status.phase!=Succeeded")
    assert names(found) == ["a", "b", "c"]
    first, second = (dict(asked.query) for asked in server.asked)
    assert first == {"limit": "500", "labelSelector": "pipeline/runid=1", "fieldSelector": "status.phase!=Succeeded"}
    assert second == {**first, "continue": "next"}


@pytest.mark.parametrize(
    "kind, namespace, path",
    [
        (Pod, None, "/api/v1/pods"),
        (Event, "team-a", "/api/v1/namespaces/team-a/events"),
        (Node, "team-a", "/api/v1/nodes"),
        (Workflow, "team-a", "/apis/argoproj.io/v1alpha1/namespaces/team-a/workflows"),
    ],
)
def test_every_kind_has_its_path(server: Loopback, kind: Any, namespace: str | None, path: str) -> None:
    server.routes[path] = says({"items": []})
    KubernetesApi(server.http()).list(kind, namespace)
    assert server.paths() == [path]


def test_a_list_that_was_forgotten_is_begun_again(server: Loopback) -> None:
    gone = status_of(410, "The provided continue parameter is too old")
    server.routes[PODS] = [page("a", token="1"), gone, page("a", token="2"), page("b")]
    assert names(KubernetesApi(server.http()).list(Pod, "team-a")) == ["a", "b"]
    assert "continue" not in server.asked[2].query


def test_a_list_that_is_always_forgotten_is_given_up(server: Loopback) -> None:
    server.routes[PODS] = lambda asked: status_of(410, "too old") if "continue" in asked.query else page("a", token="1")
    with pytest.raises(Unreachable, match="410 Gone"):
        KubernetesApi(server.http()).list(Pod, "team-a")
    assert len(server.asked) == 6


def test_one_object_that_cannot_be_read_hides_no_other(server: Loopback) -> None:
    items = [
        {"metadata": {"name": "a"}},
        {"metadata": {"name": ["no", "name"]}},
        {"metadata": {"name": "b", "labels": None}},
    ]
    server.routes[PODS] = says({"metadata": {}, "items": items})
    assert names(KubernetesApi(server.http()).list(Pod, "team-a")) == ["a", "b"]


def test_values_of_secrets_do_not_enter_the_model(server: Loopback) -> None:
    body = {"items": [{"metadata": {"name": "s"}, "data": {"password": "aHVudGVyMg=="}}]}
    server.routes["/api/v1/namespaces/team-a/secrets"] = says(body)
    (secret,) = KubernetesApi(server.http()).list(Secret, "team-a")
    assert secret.keys == ("password",)
    assert "aHVudGVyMg" not in repr(secret)


def test_a_kind_that_the_cluster_does_not_know_is_said(server: Loopback) -> None:
    with pytest.raises(NotFound) as caught:
        KubernetesApi(server.http()).list(Workflow, "team-a")
    assert caught.value.message == "The cluster knows no workflows.argoproj.io (argoproj.io/v1alpha1)."
    assert "Argo Workflows is not installed" in caught.value.hint


@pytest.mark.parametrize(
    "kind, namespace, path, needs",
    [
        (Pod, "team-a", PODS, "list pods in team-a"),
        (Pod, None, "/api/v1/pods", "list pods in all namespaces"),
        (Node, None, "/api/v1/nodes", "list nodes"),
        (Secret, "team-a", "/api/v1/namespaces/team-a/secrets", "list secrets in team-a"),
        (Workflow, "a", "/apis/argoproj.io/v1alpha1/namespaces/a/workflows", "list workflows.argoproj.io in a"),
    ],
)
def test_a_missing_right_is_named(server: Loopback, kind: Any, namespace: str | None, path: str, needs: str) -> None:
    server.routes[path] = says({"message": "forbidden"}, 403)
    with pytest.raises(Forbidden) as caught:
        KubernetesApi(server.http()).list(kind, namespace)
    assert caught.value.needs == needs


@pytest.mark.parametrize("body", [b"<html>login</html>", b'{"items": [{"meta', b"", b'"ok"', b"\xff\xfe"])
def test_what_is_no_list_is_a_bad_answer(server: Loopback, body: bytes) -> None:
    server.routes[PODS] = Answer(body)
    with pytest.raises(BadAnswer):
        KubernetesApi(server.http()).list(Pod, "team-a")


def test_a_log_is_asked_for_by_lines(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"one\ntwo\n")
    log = KubernetesApi(server.http()).log("team-a", "train", "main", previous=True, tail_lines=40)
    assert (log.source, log.text, log.cut) == ("pod log team-a/train/main (previous)", "one\ntwo\n", False)
    assert server.asked[0].query == {"container": "main", "tailLines": "40", "previous": "true"}


def test_a_log_with_as_many_lines_as_asked_for_may_have_had_more(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"one\ntwo\n")
    assert KubernetesApi(server.http()).log("team-a", "train", "main", tail_lines=2).cut


def test_an_empty_log_is_a_log(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"")
    assert KubernetesApi(server.http()).log("team-a", "train", "main").text == ""


def test_bytes_that_are_no_text_are_replaced(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"caf\xe9 \xff\x00\n")
    assert KubernetesApi(server.http()).log("team-a", "train", "main").text == "caf� �\n"


def test_a_line_of_five_megabytes_leaves_the_end_in_place(server: Loopback) -> None:
    server.routes[LOG] = Answer(b"x" * (5 << 20) + b"\nTraceback: the end\n")
    log = KubernetesApi(server.http()).log("team-a", "train", "main")
    assert log.text.endswith("Traceback: the end\n")
    assert log.cut
    assert len(log.text) < 520 << 10


def test_too_much_to_read_is_asked_for_again_with_fewer_lines(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kfpops.cluster.kubernetes._MOST_OF_A_LOG", 1 << 20)

    def log_of(asked: Asked) -> Answer:
        lines = int(asked.query["tailLines"])
        return Answer(b"".join(b"%06d %s\n" % (i, b"x" * 30_000) for i in range(1000 - lines, 1000)))

    server.routes[LOG] = log_of
    log = KubernetesApi(server.http()).log("team-a", "train", "main")
    assert [asked.query["tailLines"] for asked in server.asked] == ["400", "20"]
    assert "\n000999 " in log.text
    assert log.cut


@pytest.mark.parametrize(
    "answer, words",
    [
        pytest.param(status_of(404, 'pods "train" not found', kind="pods"), "no log of pod team-a/train", id="no pod"),
        pytest.param(
            status_of(400, 'container "main" in pod "train" is waiting to start: ContainerCreating'),
            "waiting to start: ContainerCreating",
            id="not yet",
        ),
        pytest.param(
            status_of(400, 'previous terminated container "main" in pod "train" not found'),
            "previous terminated",
            id="no previous",
        ),
        pytest.param(
            Answer(b"unable to retrieve container logs for containerd://4f"), "no longer on its node", id="collected"
        ),
    ],
)
def test_a_log_that_is_not_there(server: Loopback, answer: Answer, words: str) -> None:
    server.routes[LOG] = answer
    with pytest.raises(NotFound) as caught:
        KubernetesApi(server.http()).log("team-a", "train", "main")
    assert words in caught.value.message


def test_the_right_to_read_logs_is_named_with_its_subresource(server: Loopback) -> None:
    server.routes[LOG] = says({"message": "no"}, 403)
    with pytest.raises(Forbidden) as caught:
        KubernetesApi(server.http()).log("team-a", "train", "main")
    assert caught.value.needs == "get pods/log in team-a"
    assert "kubectl auth can-i get pods --subresource=log -n team-a" in caught.value.hint


def test_a_dead_kubelet_is_not_waited_for_long(server: Loopback) -> None:
    server.routes[LOG] = status_of(500, 'Get "https://10.0.0.7:10250/containerLogs/…": dial tcp: i/o timeout')
    with pytest.raises(Unreachable, match="i/o timeout"):
        KubernetesApi(server.http()).log("team-a", "train", "main")
    assert len(server.asked) == 2


def test_answers_as_they_come(server: Loopback) -> None:
    server.routes["/version"] = says({"gitVersion": "v1.35.4", "major": "1"})
    api = KubernetesApi(server.http())
    assert api.server_version() == "v1.35.4"
    assert api.raw("/version?timeout=1s") == b'{"gitVersion": "v1.35.4", "major": "1"}'
    assert server.asked[1].query == {"timeout": "1s"}


def test_credentials_go_along(server: Loopback) -> None:
    server.routes["/version"] = says({})
    headers: Headers = lambda: {"Authorization": "Bearer abc"}  # noqa: E731
    KubernetesApi(server.http(headers=headers)).server_version()
    assert server.asked[0].headers["Authorization"] == "Bearer abc"
