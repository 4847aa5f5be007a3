from __future__ import annotations

from kfpops.diagnose.report import report
from kfpops.render.json import to_json
from tests.builders import NOW
from tests.diagnose.samples import OOM, PULLING, QUOTA, of_a_namespace, of_a_run
from tests.schemas import validates


def test_nothing_wrong_is_an_empty_list() -> None:
    made = report(of_a_run(state="succeeded"), NOW)
    validates(to_json(made))
    assert made["findings"] == []
    assert made["waiting"] == []
    assert made["not_checked"] == []


def test_unknown_is_null_and_never_empty_text() -> None:
    made = report(of_a_run(OOM), NOW)
    finding = made["findings"][0]  # type: ignore[index]
    assert finding["facts"] == {"limit_bytes": 419430400, "request_bytes": None, "exit_code": 1, "node": None}
    assert finding["evidence"][1]["at"] is None
    assert finding["advice"][0]["kubectl"] is None


def test_reports_follow_their_schema() -> None:
    for diagnosis in (of_a_run(OOM, waiting=(PULLING,), gaps=True), of_a_namespace(QUOTA, OOM)):
        validates(to_json(report(diagnosis, NOW)))


def test_what_waits_is_told_with_its_threshold() -> None:
    made = report(of_a_run(state="running", waiting=(PULLING,)), NOW)
    assert made["waiting"] == [
        {
            "object": {"kind": "Pod", "namespace": "kubeflow", "name": "extract-1", "container": None, "uid": None},
            "for": "the image",
            "since": PULLING.since,
            "stuck_after": PULLING.stuck_after,
        }
    ]


def test_the_same_diagnosis_gives_the_same_bytes() -> None:
    diagnosis = of_a_namespace(QUOTA, OOM)
    assert to_json(report(diagnosis, NOW)) == to_json(report(diagnosis, NOW))
