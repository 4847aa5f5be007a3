"""What is left out of a capture of everything is written down."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry
from kfpops.capture.gather.kfp import MOST_ARCHIVED, MOST_RUNS, MOST_WORKFLOWS, read_kfp
from kfpops.errors import NotFound


class ManyRuns:
    """A KFP with more runs than a bundle keeps; each has one failed pod that is gone."""

    def __init__(self, count: int) -> None:
        self.count = count

    def raw(self, path: str) -> bytes:
        parts = urlsplit(path)
        if parts.path == "/apis/v2beta1/runs":
            first = int(parse_qs(parts.query).get("page_token", ["0"])[0])
            runs = [{"run_id": f"run-{n}"} for n in range(first, min(first + 50, self.count))]
            following = {"next_page_token": str(first + 50)} if first + 50 < self.count else {}
            return json.dumps({"runs": runs, **following}).encode()
        if parts.path.startswith("/apis/v1beta1/runs/"):
            node = {"id": "wf-1", "name": "wf.root.a.executor", "type": "Pod", "phase": "Failed", "templateName": "t"}
            workflow = {"metadata": {"name": "wf", "namespace": "kubeflow"}, "status": {"nodes": {"wf-1": node}}}
            return json.dumps({"run": {}, "pipeline_runtime": {"workflow_manifest": json.dumps(workflow)}}).encode()
        if parts.path.endswith("/log"):
            return b"a line"
        raise NotFound(f"there is no {parts.path}")


def gaps(count: int) -> dict[str, str]:
    parts = read_kfp(ManyRuns(count), "kubeflow", (), (), lambda text: None)
    return {p.source: p.why for p in parts if isinstance(p, Gap) and not p.source.startswith("/apis")}


def test_a_capture_of_everything_asks_for_the_step_cache() -> None:
    class Caching(ManyRuns):
        def raw(self, path: str) -> bytes:
            if not path.startswith("/apis/v1alpha1/tasks?"):
                return super().raw(path)
            (wanted,) = json.loads(parse_qs(urlsplit(path).query)["filter"][0])["predicates"]
            assert wanted == {"op": "NOT_EQUALS", "key": "fingerprint", "string_value": ""}
            return json.dumps({"tasks": [{"id": "a", "runId": "run-0", "fingerprint": "f"}]}).encode()

    def found(*runs: str) -> list[bytes]:
        parts = read_kfp(Caching(1), "kubeflow", runs, (), lambda text: None)
        return [p.body for p in parts if isinstance(p, Entry) and p.path == "kfp/v1alpha1/tasks.json"]

    assert [json.loads(body)["tasks"] for body in found()] == [[{"id": "a", "runId": "run-0", "fingerprint": "f"}]]
    assert found("run-0") == []


def test_what_fits_leaves_no_gap() -> None:
    assert gaps(3) == {}


def test_each_limit_leaves_a_gap_that_names_it() -> None:
    found = gaps(MOST_RUNS + 50)
    assert set(found) == {"older runs", "workflows of older runs", "archived logs of older runs"}
    assert str(MOST_RUNS) in found["older runs"]
    assert f"{MOST_RUNS - MOST_WORKFLOWS} are left out" in found["workflows of older runs"]
    assert f"{MOST_WORKFLOWS - MOST_ARCHIVED} are left out" in found["archived logs of older runs"]
