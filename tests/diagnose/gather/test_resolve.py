"""What a user types, and the run that is meant."""

from __future__ import annotations

import pytest

from kfpops.diagnose.gather.resolve import resolve_run
from kfpops.errors import NotFound, UsageError
from kfpops.model.run import Run
from tests.fakes import FakePipelines

ONE = Run("6f0f2b1e-6c3f-4f0e-9a5b-0f1d2c3b4a59", "nightly training", "FAILED")
TWO = Run("6f0f99aa-6c3f-4f0e-9a5b-0f1d2c3b4a59", "nightly scoring", "SUCCEEDED")
TWIN = Run("aaaa99aa-6c3f-4f0e-9a5b-0f1d2c3b4a59", "nightly scoring", "RUNNING")
KNOWN = FakePipelines((ONE, TWO, TWIN))


@pytest.mark.parametrize("text", [ONE.id, ONE.id.upper(), "nightly training", "6f0f2", "6F0F2B1E"])
def test_one_run_is_meant(text: str) -> None:
    assert resolve_run(KNOWN, "kubeflow", text) is ONE


def test_an_ambiguous_prefix_lists_the_candidates() -> None:
    with pytest.raises(UsageError) as told:
        resolve_run(KNOWN, "kubeflow", "6f0f")
    assert "Several run ids begin with 6f0f" in told.value.message
    assert ONE.id in told.value.hint
    assert TWO.id in told.value.hint
    assert TWIN.id not in told.value.hint


def test_a_name_that_several_runs_have_is_not_guessed() -> None:
    with pytest.raises(UsageError) as told:
        resolve_run(KNOWN, "kubeflow", "nightly scoring")
    assert "SUCCEEDED" in told.value.hint
    assert "RUNNING" in told.value.hint


def test_an_unknown_name_gets_near_names() -> None:
    with pytest.raises(NotFound) as told:
        resolve_run(KNOWN, "kubeflow", "nightly trainign")
    assert told.value.hint.startswith('Did you mean "nightly training"')
    assert told.value.exit_code == 2


def test_an_unknown_id_says_so_at_once() -> None:
    pipelines = FakePipelines((ONE,))
    with pytest.raises(NotFound):
        resolve_run(pipelines, "kubeflow", "00000000-6c3f-4f0e-9a5b-0f1d2c3b4a59")
    assert pipelines.asked == ["run"]


def test_three_letters_are_no_prefix() -> None:
    with pytest.raises(NotFound):
        resolve_run(KNOWN, "kubeflow", "6f0")
