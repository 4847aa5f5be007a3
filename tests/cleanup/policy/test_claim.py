from __future__ import annotations

import pytest

from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.policy.claim import gives_up, keeper
from kfpops.cleanup.policy.policy import Select
from kfpops.cleanup.policy.retention import Say
from tests.cleanup.policy.runs import an_artifact

MODELS, DATA = Select(type=("system.Model",)), Select(type=("system.Dataset",))
WHOLE_GOES = Say("old", False, "", True, Select())
WHOLE_STAYS = Say("last", True, "", True, Select())
DATA_GO = Say("data", False, "", False, DATA)
DATA_STAY = Say("few-data", True, "", False, DATA)
MODELS_STAY = Say("models", True, "", False, MODELS)
LARGE_GO = Say("large", False, "", False, Select(larger_than=50))
LARGE_STAY = Say("keep-large", True, "", False, Select(larger_than=50))
MODEL = an_artifact(type="system.Model")


@pytest.mark.parametrize(
    "says, artifact",
    [
        pytest.param((), an_artifact(), id="no rule speaks of it"),
        pytest.param((), None, id="no rule speaks of the run"),
        pytest.param((DATA_GO,), MODEL, id="a rule about other artifacts"),
        pytest.param((DATA_GO,), None, id="a rule about artifacts gives no run up"),
        pytest.param((WHOLE_GOES, WHOLE_STAYS), an_artifact(), id="one rule keeps the run"),
        pytest.param((WHOLE_STAYS, WHOLE_GOES), None, id="one rule keeps the run, whichever comes first"),
        pytest.param((WHOLE_GOES, MODELS_STAY), MODEL, id="one rule keeps the type"),
        pytest.param((WHOLE_GOES, MODELS_STAY), None, id="a run that keeps something stays"),
        pytest.param((DATA_GO, DATA_STAY), an_artifact(), id="two rules about it"),
        pytest.param((LARGE_GO,), an_artifact(size=None), id="nobody knows whether it is large"),
        pytest.param((WHOLE_GOES, LARGE_STAY), an_artifact(size=None), id="it may be large enough to stay"),
        pytest.param((WHOLE_GOES, MODELS_STAY), an_artifact(type=""), id="it may be a model"),
    ],
)
def test_what_is_kept(says: tuple[Say, ...], artifact: ArtifactFact | None) -> None:
    assert gives_up(says, artifact) is None


@pytest.mark.parametrize(
    "says, artifact, rule",
    [
        pytest.param((WHOLE_GOES,), None, "old", id="a run as a whole"),
        pytest.param((WHOLE_GOES,), MODEL, "old", id="all that is in it"),
        pytest.param((DATA_GO, WHOLE_GOES), None, "old", id="a run as a whole, by the rule about runs"),
        pytest.param((DATA_GO, WHOLE_GOES), an_artifact(), "data", id="the first rule that fits"),
        pytest.param((WHOLE_GOES, MODELS_STAY), an_artifact(), "old", id="what the other rule does not keep"),
        pytest.param((DATA_GO, MODELS_STAY), an_artifact(), "data", id="keep models, drop datasets"),
    ],
)
def test_what_is_given_up(says: tuple[Say, ...], artifact: ArtifactFact | None, rule: str) -> None:
    found = gives_up(says, artifact)
    assert found is not None
    assert found.rule == rule


def test_who_keeps_it() -> None:
    assert keeper((WHOLE_GOES,), MODEL) is None
    assert keeper((WHOLE_GOES, MODELS_STAY), an_artifact()) is None
    assert keeper((MODELS_STAY, WHOLE_STAYS), MODEL) == WHOLE_STAYS
    assert keeper((MODELS_STAY, WHOLE_GOES), None) == MODELS_STAY
