"""What a bundle of a run holds, what it leaves to others, and that every hole is written down."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Part
from kfpops.capture.gather import gather
from kfpops.errors import BadAnswer, Forbidden, Unreachable
from tests.capture.bundles import RUN, thing
from tests.capture.server import FakeServer, FakeStore, live

OTHER = "11111111-280c-4bab-987d-08ae31e75a54"
ENDED = {"phase": "Failed", "containerStatuses": [{"name": "main", "containerID": "c"}, {"name": "side"}]}
RESTARTED = {"phase": "Running", "containerStatuses": [{"name": "main", "containerID": "c", "restartCount": 2}]}


def pod(name: str, run: str = "", namespace: str = "kubeflow", status: dict[str, Any] = ENDED) -> dict[str, Any]:
    made = thing(
        name, namespace, {"pipeline/runid": run} if run else {}, spec={"nodeName": "n", "containers": []}, status=status
    )
    made["metadata"]["annotations"] = {"a": "b"}
    return made


def event(name: str, pod: str) -> dict[str, Any]:
    return thing(name, involvedObject={"kind": "Pod", "name": pod, "namespace": "kubeflow"})


MANIFEST = {
    "metadata": {"name": "wf", "namespace": "kubeflow"},
    "status": {"nodes": {i: {"id": i, "type": "Pod", "templateName": "t", "phase": "Failed"} for i in ("wf-1", "wf-2")}},
}


def server(**more: Any) -> FakeServer:
    objects = {
        "pods": [
            pod("wf-t-1", RUN),
            pod("api", status=RESTARTED),
            pod("foreign", OTHER, status=RESTARTED),
            pod("foreign-done", OTHER),
            pod("web", "", "elsewhere", RESTARTED),
        ],
        "workflows": [thing("wf", labels={"pipeline/runid": RUN}), thing("foreign", labels={"pipeline/runid": OTHER})],
        "events": [event("e1", "wf-t-1"), event("e2", "foreign"), event("e3", "api")],
        "configmaps": [thing("kfp-launcher"), thing("private")],
        "secrets": [{**thing("s"), "data": {"b": "eA==", "a": "eA=="}}, thing("sh.helm.release.v1.x")],
        "nodes": [thing("n", "")],
    }
    texts = {
        "/version": b"{}",
        "/apis": b'{"groups": []}',
        "wf-t-1/main": b"2026-11-21T09:00:00Z failed\n",
        "api/main": b"2026-11-21T09:00:00Z served\n",
        f"/apis/v2beta1/runs/{RUN}": json.dumps({"run_id": RUN}).encode(),
        "/apis/v2beta1/runs": json.dumps({"runs": [{"run_id": RUN}, {"run_id": OTHER}]}).encode(),
        "/apis/v2beta1/experiments": b'{"experiments": [{"experiment_id": "e"}]}',
        f"/apis/v1beta1/runs/{RUN}": json.dumps({"pipeline_runtime": {"workflow_manifest": json.dumps(MANIFEST)}}).encode(),
        f"/apis/v1alpha1/runs/{RUN}/nodes/wf-2/log": b"the archived log",
    }
    return FakeServer(objects, texts, **more)


def files(parts: list[Part]) -> dict[str, Entry]:
    return {p.path: p for p in parts if isinstance(p, Entry)}


def gaps(parts: list[Part]) -> dict[str, str]:
    return {p.source: p.why for p in parts if isinstance(p, Gap)}


def names(parts: list[Part], path: str) -> list[str]:
    return [o["metadata"]["name"] for o in json.loads(files(parts)[path].body)["items"]]


def test_a_run_with_what_surrounds_it() -> None:
    parts = list(gather(live(server()), (RUN,)))
    assert names(parts, "kubernetes/v1/pods.json") == ["wf-t-1", "api", "foreign", "web"]
    assert names(parts, "kubernetes/argoproj.io/v1alpha1/workflows.json") == ["wf"]
    assert names(parts, "kubernetes/v1/events.json") == ["e1", "e3"]
    assert names(parts, "kubernetes/v1/configmaps.json") == ["kfp-launcher"]
    assert names(parts, "kubernetes/v1/nodes.json") == ["n"]
    assert json.loads(files(parts)["kfp/v2beta1/runs.json"].body) == {"runs": [{"run_id": RUN}], "total_size": 1}


def test_of_other_runs_only_the_room_they_take() -> None:
    pods = json.loads(files(list(gather(live(server()), (RUN,))))["kubernetes/v1/pods.json"].body)["items"]
    by_name = {p["metadata"]["name"]: p for p in pods}
    assert "annotations" not in by_name["foreign"]["metadata"]
    assert by_name["wf-t-1"]["metadata"]["annotations"] == {"a": "b"}


def test_secrets_are_names_and_keys() -> None:
    body = json.loads(files(list(gather(live(server()), (RUN,))))["kubernetes/v1/secrets.json"].body)
    assert body["items"] == [{"metadata": {"name": "s", "namespace": "kubeflow"}, "type": "", "keys": ["a", "b"]}]


def test_logs_of_the_run_and_of_kfp() -> None:
    parts = list(gather(live(server()), (RUN,)))
    found = files(parts)
    assert found["logs/kubeflow/wf-t-1/main.log"].body == b"2026-11-21T09:00:00Z failed\n"
    assert "logs/kubeflow/api/main.previous.log" in found
    assert not [path for path in found if "foreign" in path or "/side" in path]
    rows = [json.loads(line) for line in found["logs/index.jsonl"].body.splitlines()]
    assert {(r["pod"], r["container"], r["previous"]) for r in rows} == {
        ("wf-t-1", "main", False),
        ("api", "main", False),
        ("api", "main", True),
    }


def test_a_log_that_cannot_be_read_is_in_the_index() -> None:
    path = "/api/v1/namespaces/kubeflow/pods/wf-t-1/log"
    parts = list(gather(live(server(refuse={path: Forbidden("Not allowed to get pods/log")})), (RUN,)))
    (row,) = [r for line in files(parts)["logs/index.jsonl"].body.splitlines() if (r := json.loads(line))["pod"] == "wf-t-1"]
    assert (row["path"], row["error"]) == (None, "403: Not allowed to get pods/log")


def test_archived_logs_of_pods_that_are_gone() -> None:
    found = files(list(gather(live(server()), (RUN,))))
    assert found[f"kfp/v1alpha1/runs/{RUN}/nodes/wf-2.log"].body == b"the archived log"
    assert f"kfp/v1alpha1/runs/{RUN}/nodes/wf-1.log" not in found


def test_everything() -> None:
    parts = list(gather(live(server())))
    assert names(parts, "kubernetes/v1/pods.json") == ["wf-t-1", "api", "foreign", "foreign-done", "web"]
    assert names(parts, "kubernetes/v1/events.json") == ["e1", "e2", "e3"]
    assert len(json.loads(files(parts)["kfp/v2beta1/runs.json"].body)["runs"]) == 2
    assert gaps(parts) == {
        **{
            f"/apis/v2beta1/{name}": f"404: there is no /apis/v2beta1/{name}"
            for name in ("healthz", "recurringruns", "pipelines")
        },
        f"/apis/v1beta1/runs/{OTHER}": f"404: there is no /apis/v1beta1/runs/{OTHER}",
        "/apis/v1alpha1/tasks": "404: there is no /apis/v1alpha1/tasks",
    }


def test_every_hole_is_written_down() -> None:
    refuse = {
        "/api/v1/nodes": Forbidden("Not allowed to list nodes"),
        "/api/v1/secrets": Forbidden("Not allowed to list secrets"),
        "/api/v1/namespaces/kubeflow/secrets": Forbidden("Not allowed to list secrets"),
        "/apis/v2beta1/experiments": Unreachable("The KFP API failed (500)"),
        f"/apis/v2beta1/runs/{RUN}": Unreachable("The KFP API failed (500)"),
    }
    parts = list(gather(live(server(refuse=refuse)), (RUN,)))
    found = gaps(parts)
    assert found["/api/v1/nodes"] == "403: Not allowed to list nodes"
    assert found["secrets"] == "403: Not allowed to list secrets"
    assert found["/apis/v2beta1/experiments"] == found["/apis/v2beta1/runs"] == "The KFP API failed (500)"
    assert not {"kubernetes/v1/nodes.json", "kubernetes/v1/secrets.json", "kfp/v2beta1/runs.json"} & set(files(parts))


def test_without_a_kfp_api() -> None:
    assert gaps(list(gather(live(server(), kfp=False), (RUN,)))) == {"KFP REST API": "there is none"}


def test_an_api_server_that_is_down_is_no_bundle() -> None:
    with pytest.raises(Unreachable):
        list(gather(live(FakeServer(refuse={"/version": Unreachable("refused the connection")})), (RUN,)))


def test_a_single_user_server_that_refuses_namespaces_is_asked_without() -> None:
    class SingleUser(FakeServer):
        def raw(self, path: str) -> bytes:
            if "experiments" in path and "namespace=" in path:
                raise BadAnswer("In single-user mode, namespace must be empty (400)")
            return super().raw(path)

    parts = list(gather(live(SingleUser(server().objects, server().texts)), (RUN,)))
    assert json.loads(files(parts)["kfp/v2beta1/experiments.json"].body)["total_size"] == 1


def test_executor_logs_in_the_store() -> None:
    uri = f"minio://b/v2/artifacts/p/{RUN}/t/0/executor-logs-0"
    made = server()
    named = {**MANIFEST, "spec": {"args": [uri, uri.replace(RUN, OTHER)]}}
    body = json.dumps({"pipeline_runtime": {"workflow_manifest": json.dumps(named)}}).encode()
    made.texts[f"/apis/v1beta1/runs/{RUN}"] = body
    found = files(list(gather(live(made, store=FakeStore({uri: b"log"})), (RUN,))))
    assert [json.loads(line)["key"] for line in found["store/bytes.jsonl"].body.splitlines()] == [
        uri.removeprefix("minio://b/")
    ]
    assert found["store/bytes/0000"].body == b"log"


def test_it_tells_what_it_reads() -> None:
    said: list[str] = []
    list(gather(live(server()), (RUN,), said.append))
    assert said[0] == "pods and workflows"
    assert "logs 3 of 3" in said


def test_kinds_of_an_api_that_the_cluster_has_not_are_neither_asked_for_nor_missed() -> None:
    fake = server()
    fake.texts["/apis"] = b'{"groups": [{"preferredVersion": {"groupVersion": "argoproj.io/v1alpha1"}}]}'
    parts = list(gather(live(fake), (RUN,)))
    assert not [path for path in fake.asked if "serving.kserve.io" in path]
    assert not [source for source in gaps(parts) if "serving.kserve.io" in source]
    assert "kubernetes/v1/nodes.json" in files(parts)
