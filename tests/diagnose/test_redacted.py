"""What looks like a credential leaves the core in no field of a finding; names and ordinary texts stay."""

from __future__ import annotations

from kfpops.diagnose.redacted import redacted, redacted_gap
from kfpops.model.finding import Advice, Evidence, Finding, NotChecked, ObjectRef

CANARY = "AKIAIOSFODNN7CANARY1"
TEXT = f"botocore failed with aws_access_key_id={CANARY}"


def test_ordinary_texts_stay_as_they_are() -> None:
    finding = Finding(
        "python/exception",
        "certain",
        "Step train failed with KeyError: 'high'",
        objects=(ObjectRef("Pod", "train-x7k2p-system-container-impl-3392073604", "kubeflow"),),
        facts={"exit_code": 1, "image": "python@sha256:" + "0a" * 32, "uri": "minio://mlpipeline/v2/artifacts/a/b"},
        evidence=(Evidence("log", "KeyError: 'high' in 6f0f2b1e-6c3f-4f0e-9a5b-0f1d2c3b4a59"),),
        advice=(Advice("Correct it.", "train_task.set_memory_limit('512Mi')", "kubectl -n kubeflow get pod train"),),
    )
    assert redacted(finding) == finding


def test_credentials_stay_inside() -> None:
    finding = Finding(
        "python/exception",
        "certain",
        TEXT,
        facts={"message": TEXT},
        evidence=(Evidence("log", TEXT),),
        advice=(Advice(TEXT, TEXT, TEXT),),
    )
    assert CANARY in repr(finding)
    assert CANARY not in repr(redacted(finding))
    assert CANARY not in repr(redacted_gap(NotChecked("logs", TEXT)))
