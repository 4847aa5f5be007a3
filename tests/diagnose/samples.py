"""Diagnoses to print: a run that ran out of memory, and a namespace with several causes."""

from __future__ import annotations

from datetime import timedelta

from kfpops.model.diagnosis import Diagnosis, Source, Subject
from kfpops.model.finding import Advice, Evidence, Finding, NotChecked, ObjectRef, Patience
from tests.builders import NOW, RUN_ID

POD = "train-x7k2p-system-container-impl-1"
OOM = Finding(
    cause="memory/oom-killed",
    confidence="certain",
    title="Step train ran out of memory (limit 400Mi)",
    objects=(ObjectRef("Pod", POD, "kubeflow", "main", "0b7c"),),
    runs=(RUN_ID,),
    tasks=("train",),
    facts={"limit_bytes": 419430400, "request_bytes": None, "exit_code": 1, "node": ""},
    evidence=(
        Evidence(
            f"pod/{POD}/status/containerStatuses[main]/state/terminated",
            "reason=OOMKilled exitCode=1",
            NOW - timedelta(minutes=3),
        ),
        Evidence("log/pod log main", "Killed\nComponent failed to execute successfully: exit status 137"),
    ),
    advice=(
        Advice("Raise the memory limit of train. It was 400Mi; start with 600Mi.", "train_task.set_memory_limit('600Mi')"),
        Advice("See what it uses while it runs:", None, f"kubectl -n kubeflow top pod {POD} --containers"),
    ),
)
QUOTA = Finding(
    cause="admission/quota-exceeded",
    confidence="likely",
    title="Quota team-a has no room left for memory",
    objects=(ObjectRef("ResourceQuota", "team-a", "team-a"), *(ObjectRef("Pod", f"p-{n}", "team-a") for n in range(412))),
    runs=tuple(f"{n:08x}-6c3f-4f0e-9a5b-0f1d2c3b4a59" for n in range(37)),
    tasks=("extract", "train"),
    facts={"quota": "team-a", "requested": 4.0},
    advice=(Advice("Free some of it, or raise the quota.", None, "kubectl -n team-a edit resourcequota team-a"),),
)
PULLING = Patience(
    ObjectRef("Pod", "extract-1", "kubeflow"), "the image", NOW - timedelta(seconds=40), NOW + timedelta(minutes=14)
)
GAP = NotChecked("logs of train", "the pod is gone and no archived log was found")


def of_a_run(*findings: Finding, state: str = "failed", waiting: tuple[Patience, ...] = (), gaps: bool = False) -> Diagnosis:
    subject = Subject("run", RUN_ID, "nightly", "kubeflow", state)  # type: ignore[arg-type]
    return Diagnosis(subject, Source("cluster", "test"), NOW, findings, waiting, (GAP,) if gaps else (), 1, 5)


def of_a_namespace(*findings: Finding, state: str = "failed", waiting: tuple[Patience, ...] = ()) -> Diagnosis:
    subject = Subject("namespace", None, "team-a", "team-a", state)  # type: ignore[arg-type]
    return Diagnosis(subject, Source("cluster", "test"), NOW, findings, waiting, (), 63, 500)
