"""What the causes of failed user code share."""

from __future__ import annotations

import pytest

from kfpops.diagnose.facts import Facts, RunCase
from kfpops.diagnose.step import Step
from kfpops.diagnose.user_code import ended_by, group_key, place_facts, quotation, retry_advice, retry_facts
from kfpops.model.pipeline_ir import Component, ComponentRef, Dag, PipelineIR, RetryPolicy, TaskSpec
from kfpops.model.run import Run
from tests.builders import RUN_ID, a_pod, a_step, a_workflow, some_facts
from tests.log_samples import caught, python_log, uncaught


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step(), id="no log"),
        pytest.param(a_step(log=python_log("bye\n")), id="no traceback"),
        pytest.param(a_step(log=python_log(caught("ImportError: x") + "going on\n")), id="a handled one"),
        pytest.param(a_step(log=python_log(uncaught("KeyError: 'a'")), role="importer"), id="KFP's importer"),
    ],
)
def test_nothing_ended_the_program(step: Step) -> None:
    assert ended_by(step) is None


def test_a_quotation_shows_the_user_s_line_and_the_exception() -> None:
    frame = '  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode\n    raise JSONDecodeError(text, s)\n'
    error = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
    ended = ended_by(a_step(log=python_log(uncaught(error, "json.loads(text)", frame))))
    assert ended is not None
    (quoted,) = quotation(*ended)
    assert quoted.text.splitlines() == [
        "Traceback (most recent call last):",
        '  File "/tmp/tmp.S/ephemeral_component.py", line 9, in train',
        "    json.loads(text)",
        "  …",
        '  File "/usr/lib/python3.11/json/decoder.py", line 355, in raw_decode',
        "    raise JSONDecodeError(text, s)",
        error,
    ]
    assert quoted.source == "log/pod log main"
    assert place_facts(ended[1]) == {"file": "ephemeral_component.py", "line": 9, "function": "train"}


def test_a_quotation_names_what_the_exception_goes_back_to() -> None:
    first = "Traceback (most recent call last):\n  File \"/app/x.py\", line 1, in f\n    g()\nKeyError: 'a'\n"
    link = "\nThe above exception was the direct cause of the following exception:\n\n"
    ended = ended_by(a_step(log=python_log(first + link + uncaught("RuntimeError: no"))))
    assert ended is not None
    assert [e.text for e in quotation(*ended)][1:] == ["KeyError: 'a'"]


def test_pods_of_no_task_stand_for_themselves() -> None:
    one, other = (a_step(pod=a_pod(name), task=None) for name in ("notebook-0", "notebook-1"))
    assert group_key(one) != group_key(other)
    assert group_key(a_step(pod=a_pod("a")), "x") == group_key(a_step(pod=a_pod("b")), "x")


def _facts(step: Step, asked: int | None, policy: str) -> Facts:
    retry = RetryPolicy(max_retry_count=asked) if asked else None
    root = Component(dag=Dag(tasks={"train": TaskSpec(ComponentRef("comp"), retry_policy=retry)}))
    defaults = {"retryStrategy": {"limit": "2", "retryPolicy": policy}} if policy else {}
    workflow = a_workflow(spec={"templateDefaults": defaults})
    run = Run(RUN_ID, "nightly", "FAILED", pipeline=PipelineIR(root=root))
    return some_facts(step, case=RunCase(RUN_ID, "nightly", "kubeflow", run=run, workflow=workflow))


@pytest.mark.parametrize(
    ("asked", "policy", "attempts", "transient"),
    [
        pytest.param(None, "OnError", 1, False, id="none were asked for"),
        pytest.param(4, "OnError", 5, False, id="all were made"),
        pytest.param(4, "", 2, False, id="nothing says why fewer were made"),
        pytest.param(None, "OnError", 1, True, id="to ask for some would not help here"),
    ],
)
def test_no_word_about_retries(asked: int | None, policy: str, attempts: int, transient: bool) -> None:
    step = a_step(attempts=attempts)
    assert retry_advice(step, _facts(step, asked, policy), transient) == ()


def test_retries_that_were_not_made() -> None:
    step = a_step()
    facts = _facts(step, 4, "OnError")
    assert retry_facts(step, facts) == {"max_retries": 4, "attempts": 1}
    (advice,) = retry_advice(step, facts)
    assert "retryPolicy" in advice.text
    assert advice.kubectl == "kubectl -n kubeflow edit configmap workflow-controller-configmap"


def test_what_may_pass_can_be_tried_again() -> None:
    step = a_step()
    (advice,) = retry_advice(step, _facts(step, None, ""), transient=True)
    assert advice.sdk == "train_task.set_retry(num_retries=3, backoff_duration='30s')"


def test_a_pipeline_that_is_not_known_asked_for_nothing() -> None:
    step = a_step()
    assert retry_facts(step, some_facts(step)) == {}
