from __future__ import annotations

import pytest

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.cleanup.targets.partial_outputs import unnamed
from tests.cleanup.building import NOW, a_run, an_inventory, run_id

FAILED = a_run(1, state="FAILED", failed=True)


@pytest.mark.parametrize(
    "run, kinds, goes, reason",
    [
        pytest.param(FAILED, Kinds(), False, "unreferenced", id="not asked"),
        pytest.param(a_run(1, retryable=True), Kinds(partial=0.0), False, "may-be-retried", id="a retry may come"),
        pytest.param(a_run(2), Kinds(partial=0.0), False, "may-be-retried", id="a run that is not among all runs"),
        pytest.param(FAILED, Kinds(partial=0.0), True, "partial-output", id="goes"),
    ],
)
def test_files_that_no_artifact_names(run: RunFact, kinds: Kinds, goes: bool, reason: str) -> None:
    mark = Mark("r/p/1", "run", False, "live", "run-kept", run_id(1))
    verdict = unnamed(mark, claims_of(an_inventory([run]), Policy(), NOW), kinds)
    assert (verdict.goes, verdict.label, verdict.reason) == (goes, "unreferenced", reason)
