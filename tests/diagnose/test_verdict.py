from __future__ import annotations

import pytest

from kfpops.diagnose.verdict import tone, verdict
from kfpops.model.diagnosis import Diagnosis
from kfpops.model.finding import Finding
from tests.diagnose.samples import OOM, PULLING, QUOTA, of_a_namespace, of_a_run

LONE = Finding("memory/oom-killed", "certain", "Pod x ran out of memory", OOM.objects)


@pytest.mark.parametrize(
    "diagnosis, expected",
    [
        pytest.param(of_a_run(state="succeeded"), "Run nightly (6f0f2b1e) succeeded. Nothing is wrong.", id="a good run"),
        pytest.param(
            of_a_run(state="running"), "Run nightly (6f0f2b1e) is running. Nothing is wrong.", id="a run under way"
        ),
        pytest.param(
            of_a_run(state="running", waiting=(PULLING,)),
            "Run nightly (6f0f2b1e) is running. Nothing is wrong; it waits for the image.",
            id="a run that may wait",
        ),
        pytest.param(
            of_a_namespace(state="running"), "Namespace team-a: 63 runs and 500 pods, nothing is wrong.", id="all well"
        ),
        pytest.param(
            of_a_run(), "Run nightly (6f0f2b1e) failed, and nothing that could be read says why.", id="failed without a sign"
        ),
        pytest.param(
            of_a_run(OOM), "Run nightly (6f0f2b1e) failed. Step train ran out of memory (limit 400Mi).", id="failed"
        ),
        pytest.param(
            of_a_run(QUOTA, state="waiting"),
            "Run nightly (6f0f2b1e) is stuck. Quota team-a has no room left for memory.",
            id="stuck",
        ),
        pytest.param(
            of_a_namespace(QUOTA),
            "Namespace team-a: 37 runs and 412 pods, 1 cause. Quota team-a has no room left for memory.",
            id="one cause of many pods",
        ),
        pytest.param(
            of_a_namespace(OOM, LONE),
            "Namespace team-a: 1 run and 1 pod, 2 causes. First: Step train ran out of memory (limit 400Mi).",
            id="two causes in one pod are one pod",
        ),
    ],
)
def test_verdict(diagnosis: Diagnosis, expected: str) -> None:
    assert verdict(diagnosis) == expected


def test_tone_is_green_only_when_nothing_is_wrong_and_nothing_open() -> None:
    assert tone(of_a_run(state="succeeded")) == "good"
    assert tone(of_a_run(state="succeeded", gaps=True)) == "plain"
    assert tone(of_a_run(OOM)) == "bad"
    assert tone(of_a_run(QUOTA, state="waiting")) == "waiting"
