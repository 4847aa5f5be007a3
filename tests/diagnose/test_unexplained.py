"""Words that no cause knows are shown as they are."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.step import Step
from kfpops.diagnose.unexplained import unexplained
from tests.builders import a_step, some_facts


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(a_step("running", message="some words"), id="what has not failed needs no explanation"),
        pytest.param(a_step("failed", message=""), id="no words"),
        pytest.param(a_step("failed", message="No more retries left"), id="a consequence"),
    ],
)
def test_nothing_is_said(step: Step) -> None:
    assert unexplained(step) is None


def test_words_of_argo_that_nobody_knows_are_quoted_not_interpreted() -> None:
    (finding,) = diagnose(some_facts(a_step(message="the flux capacitor is empty")), all_causes()).findings
    assert (finding.cause, finding.confidence) == ("process/exit-code", "possible")
    assert "the flux capacitor is empty" in finding.title


def test_a_refusal_of_a_plugin_that_nobody_knows_is_an_admission() -> None:
    message = 'pods "wf-1" is forbidden: team label must match the cost centre'
    (finding,) = diagnose(some_facts(a_step(message=message)), all_causes()).findings
    assert finding.cause == "admission/forbidden"
    assert "team label must match the cost centre" in finding.advice[0].text
