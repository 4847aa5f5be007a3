"""Lists with selectors, gaps as the errors of the live server, and logs without time stamps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kfpops.capture.kubernetes import BundleKubernetes
from kfpops.capture.open import open_bundle
from kfpops.errors import BadAnswer, Forbidden, NotFound, NotInBundle
from kfpops.model.event import Event
from kfpops.model.inference_service import InferenceService
from kfpops.model.namespaced import Secret
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from tests.capture import bundles
from tests.capture.bundles import listing, thing

PODS = listing(
    thing("a", labels={"pipeline/runid": "1"}, spec={"nodeName": "n1"}, status={"phase": "Failed"}),
    thing("b", labels={"pipeline/runid": "2"}, spec={"nodeName": "n2"}, status={"phase": "Running"}),
    thing("c", "other", spec={}, status={"phase": "Succeeded"}),
)


def kubernetes(path: Path, content: dict[str, Any], /, **more: Any) -> BundleKubernetes:
    return BundleKubernetes(open_bundle(bundles.folder(path, content, **more)))


@pytest.mark.parametrize(
    "asked, names",
    [
        pytest.param({}, "abc", id="all"),
        pytest.param({"namespace": "kubeflow"}, "ab", id="of a namespace"),
        pytest.param({"labels": "pipeline/runid=1"}, "a", id="with a label's value"),
        pytest.param({"labels": "!pipeline/runid"}, "c", id="without a label"),
        pytest.param({"labels": "pipeline/runid in (1,2)"}, "ab", id="with one of two values"),
        pytest.param({"fields": "status.phase!=Succeeded,status.phase!=Failed"}, "b", id="alive"),
        pytest.param({"fields": "spec.nodeName=n1"}, "a", id="on a node"),
        pytest.param({"fields": "metadata.name==b", "namespace": "kubeflow"}, "b", id="by name"),
        pytest.param({"fields": "metadata.name=-"}, "", id="none"),
    ],
)
def test_pods_are_listed(tmp_path: Path, asked: dict[str, str], names: str) -> None:
    found = kubernetes(tmp_path, {"kubernetes/v1/pods.json": PODS}).list(Pod, **asked)
    assert "".join(p.metadata.name for p in found) == names


def test_a_namespace_does_not_matter_to_nodes(tmp_path: Path) -> None:
    files = {"kubernetes/v1/nodes.json": listing(thing("n1", ""))}
    assert len(kubernetes(tmp_path, files).list(Node, "kubeflow")) == 1


def test_events_are_found_by_what_they_are_about(tmp_path: Path) -> None:
    event = thing("e", involvedObject={"kind": "Pod", "name": "a"}, reason="Failed")
    api = kubernetes(tmp_path, {"kubernetes/v1/events.json": listing(event)})
    assert len(api.list(Event, "kubeflow", fields="involvedObject.name=a,involvedObject.kind=Pod")) == 1
    assert api.list(Event, "kubeflow", fields="involvedObject.name=b") == ()


def test_secrets_are_names_and_keys(tmp_path: Path) -> None:
    files = {"kubernetes/v1/secrets.json": {"kind": "SecretNames", "items": [thing("s", keys=["user", "password"])]}}
    (secret,) = kubernetes(tmp_path, files).list(Secret)
    assert secret.keys == ("user", "password")


def test_a_list_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"kubernetes/v1/pods\.json"):
        kubernetes(tmp_path, {}).list(Pod)


@pytest.mark.parametrize(
    "why, error",
    [
        ('403: pods is forbidden: User "a" cannot list resource', Forbidden),
        ("404: no such kind", NotFound),
        ("503: x", NotFound),
    ],
)
def test_a_list_that_could_not_be_read_says_why(tmp_path: Path, why: str, error: type[Exception]) -> None:
    api = kubernetes(tmp_path, {}, gaps=[{"source": "/api/v1/pods", "why": why}])
    with pytest.raises(error, match="could not be read when the bundle was made"):
        api.list(Pod, "kubeflow")


@pytest.mark.parametrize(
    "content, gaps, known",
    [
        pytest.param({}, [], False, id="nothing tells of the kind"),
        pytest.param(
            {"kubernetes/apis.json": ["apps/v1", "serving.kserve.io/v1beta1"]}, [], False, id="the cluster had its group"
        ),
        pytest.param({"kubernetes/apis.json": ["apps/v1"]}, [], True, id="the cluster had not its group"),
        pytest.param({"kubernetes/apis.json": {}}, [], False, id="the list of groups cannot be read"),
        pytest.param(
            {}, [{"source": "inferenceservices", "why": "404: no such kind"}], True, id="the server did not know it"
        ),
        pytest.param(
            {}, [{"source": "inferenceservices", "why": "it did not answer"}], False, id="the server did not answer"
        ),
    ],
)
def test_whether_a_kind_was_absent(tmp_path: Path, content: dict[str, Any], gaps: list[Any], known: bool) -> None:
    with pytest.raises(NotFound) as raised:
        kubernetes(tmp_path, content, gaps=gaps).list(InferenceService)
    assert isinstance(raised.value, NotInBundle) is not known


def test_a_missing_right_is_named(tmp_path: Path) -> None:
    api = kubernetes(tmp_path, {}, gaps=[{"source": "/api/v1/nodes", "why": "403: forbidden"}])
    with pytest.raises(Forbidden) as raised:
        api.list(Node)
    assert raised.value.needs == "list nodes"


def test_a_list_of_some_namespaces_answers_for_those_only(tmp_path: Path) -> None:
    path = "kubernetes/v1/pods.json"
    more = {
        "files": [{"path": path, "namespaces": ["kubeflow"]}],
        "gaps": [{"source": "/api/v1/pods", "why": "403: not allowed"}],
    }
    api = kubernetes(tmp_path, {path: PODS}, **more)
    assert len(api.list(Pod, "kubeflow")) == 2
    with pytest.raises(Forbidden) as raised:
        api.list(Pod)
    assert raised.value.needs == "list pods in all namespaces"


def test_a_truncated_list_is_a_bad_answer(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer, match=r"kubernetes/v1/pods\.json"):
        kubernetes(tmp_path, {"kubernetes/v1/pods.json": b'{"items": [{"metadata"'}).list(Pod)


def test_a_selector_that_cannot_be_read_is_a_bad_answer(tmp_path: Path) -> None:
    with pytest.raises(BadAnswer, match="cannot be understood"):
        kubernetes(tmp_path, {"kubernetes/v1/pods.json": PODS}).list(Pod, labels="app in web")


LOG = b"\n".join(
    [
        b"2026-11-21T09:55:20.008582013Z I1121 starting",
        b"2026-11-21T09:55:20.108582013Z ",
        b"2026-11-21T09:55:21Z 2026-11-21 09:55:21 the program's own time",
        b"no time stamp \xff here",
        b"",
    ]
)


def test_a_log_loses_the_kubelets_time_stamps_only(tmp_path: Path) -> None:
    log = kubernetes(tmp_path, {"logs/kubeflow/a/main.log": LOG}).log("kubeflow", "a", "main")
    assert log.text.split("\n") == [
        "I1121 starting",
        "",
        "2026-11-21 09:55:21 the program's own time",
        "no time stamp \ufffd here",
    ]
    assert log.source == "pod log kubeflow/a/main"
    assert not log.cut


def test_the_end_of_a_log_is_cut(tmp_path: Path) -> None:
    log = kubernetes(tmp_path, {"logs/kubeflow/a/main.log": LOG}).log("kubeflow", "a", "main", tail_lines=1)
    assert log.text == "no time stamp \ufffd here"
    assert log.cut


def test_the_log_before_the_restart(tmp_path: Path) -> None:
    api = kubernetes(tmp_path, {"logs/kubeflow/a/main.previous.log": LOG})
    assert api.log("kubeflow", "a", "main", previous=True).text.startswith("I1121")
    with pytest.raises(NotFound):
        api.log("kubeflow", "a", "main")


def test_an_endless_line_loses_its_middle(tmp_path: Path) -> None:
    body = b"2026-11-21T09:55:21Z begin" + b"x" * 5_000_000 + b"end\n"
    text = kubernetes(tmp_path, {"logs/kubeflow/a/main.log": body}).log("kubeflow", "a", "main").text
    assert text.startswith("begin")
    assert text.endswith("end")
    assert len(text) < 50_000


def test_the_index_says_why_a_log_is_not_there(tmp_path: Path) -> None:
    row = {"path": None, "namespace": "kubeflow", "pod": "a", "container": "main", "previous": False, "error": "404: gone"}
    api = kubernetes(tmp_path, {"logs/index.jsonl": (row,)})
    with pytest.raises(NotFound, match="no log of a, container main: 404: gone"):
        api.log("kubeflow", "a", "main")


def test_what_the_kubelet_says_of_a_lost_log_is_no_log(tmp_path: Path) -> None:
    body = b"unable to retrieve container logs for containerd://7f"
    with pytest.raises(NotFound, match="no longer on its node"):
        kubernetes(tmp_path, {"logs/kubeflow/a/main.log": body}).log("kubeflow", "a", "main")
