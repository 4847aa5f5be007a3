from __future__ import annotations

import pytest

from kfpops.knowledge.run_state import state_of_run
from kfpops.model.run import Run, StateChange


@pytest.mark.parametrize(
    "state, history, expected",
    [
        pytest.param("SUCCEEDED", (), "succeeded", id="succeeded"),
        pytest.param("SUCCEEDED", ("RUNNING", "CANCELING"), "succeeded", id="cancelled too late"),
        pytest.param("PENDING", (), "running", id="pending is under way"),
        pytest.param("SOMETHING_NEWER", (), "unknown", id="a word of a newer KFP"),
        pytest.param("", (), "unknown", id="no word at all"),
        pytest.param("FAILED", ("PENDING", "", "RUNNING"), "failed", id="failed; entries without a state mean nothing"),
        pytest.param("FAILED", ("RUNNING", "CANCELING", "FAILED"), "cancelled", id="KFP calls a cancelled run FAILED"),
        pytest.param("CANCELING", (), "cancelled", id="being cancelled"),
    ],
)
def test_state_of_run(state: str, history: tuple[str, ...], expected: str) -> None:
    assert state_of_run(Run("id", "name", state, state_history=tuple(StateChange(None, s) for s in history))) == expected
