from __future__ import annotations

from typing import Any

import pytest

from kfpops.cleanup.claims import Claim, Claims, claims_of
from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.policy import HOUR, Keep, Policy, Rule, Select
from tests.cleanup.building import NOW, a_pin, a_run, an_artifact, an_inventory, deleted, run_id

NOTHING_KEPT = Rule("all")
MODELS_KEPT = Rule("models", keep_types=("system.Model",))
DATASETS_GO = Rule("datasets", Select(type=("system.Dataset",)))
RUN = a_run(1)
FAILED = a_run(1, state="FAILED", retryable=True)


def claims(run: RunFact, *rules: Rule, pin: str = "", **policy: Any) -> Claims:
    pins = (a_pin(pin),) if pin else ()
    return claims_of(an_inventory([run], pins=pins), Policy(rules=rules, **policy), NOW)


@pytest.mark.parametrize(
    "run, rules, reason",
    [
        pytest.param(RUN, (), "run-kept", id="no rule speaks of it"),
        pytest.param(RUN, (Rule("last", keep=Keep(last=1)),), "rule-keeps", id="a rule keeps it"),
        pytest.param(a_run(1, finished=False), (NOTHING_KEPT,), "run-unfinished", id="unfinished"),
        pytest.param(a_run(1, finished_at=NOW - HOUR), (NOTHING_KEPT,), "young", id="ended an hour ago"),
        pytest.param(a_run(1, finished_at=None, created_at=NOW - HOUR), (NOTHING_KEPT,), "young", id="made an hour ago"),
        pytest.param(deleted(1, finished_at=NOW + HOUR), (), "young", id="deleted, and of the future"),
        pytest.param(deleted(1, finished=False), (), "run-unfinished", id="deleted, but nobody says that it ended"),
        pytest.param(FAILED, (NOTHING_KEPT,), "may-be-retried", id="given up, but a retry may come"),
        pytest.param(a_run(1, archived=True), (), "run-kept", id="archived"),
    ],
)
def test_what_a_run_keeps(run: RunFact, rules: tuple[Rule, ...], reason: str) -> None:
    claim = claims(run, *rules).of(run.id)
    assert claim is not None
    assert (claim.goes, claim.label, claim.reason) == (False, "live", reason)


@pytest.mark.parametrize(
    "run, rules, expected",
    [
        pytest.param(deleted(1), (), Claim(True, "orphan", "run-deleted"), id="deleted"),
        pytest.param(deleted(1, failed=True), (), Claim(True, "orphan", "run-failed-and-deleted"), id="failed and deleted"),
        pytest.param(RUN, (NOTHING_KEPT,), Claim(True, "expired", "run-expired", "all"), id="given up by a rule"),
    ],
)
def test_what_a_run_does_not_keep(run: RunFact, rules: tuple[Rule, ...], expected: Claim) -> None:
    assert claims(run, *rules).of(run.id) == expected


def test_a_run_is_found_whatever_its_letters() -> None:
    run = a_run(1, id=f"ABCDEF{run_id(1)[6:]}")
    known = claims(run)
    assert known.find(run.id.lower()) == run
    assert known.of(run.id.lower()) == known.of(run.id)
    assert claims(a_run(1, id=run.id.lower())).find(run.id) is not None


def test_a_pin_keeps_a_run_that_is_given_up_that_was_deleted_and_that_nobody_knows() -> None:
    pinned = Claim(False, "live", "pinned")
    assert claims(RUN, NOTHING_KEPT, pin=RUN.id.upper()).of(RUN.id) == pinned
    assert claims(deleted(1), pin=RUN.id).of(RUN.id) == pinned
    assert claims(RUN, pin=run_id(9)).of(run_id(9)) == pinned
    assert claims(RUN).of(run_id(9)) is None


def test_an_artifact_of_a_run_that_is_given_up_in_part() -> None:
    model, dataset = an_artifact(RUN), an_artifact(RUN, type="system.Dataset")
    known = claims(RUN, NOTHING_KEPT, MODELS_KEPT)
    assert known.on(RUN, model) == Claim(False, "live", "rule-keeps", "models")
    assert known.on(RUN, dataset) == Claim(True, "expired", "artifact-expired", "all")
    known = claims(RUN, DATASETS_GO)
    assert known.on(RUN, model) == Claim(False, "live", "run-kept")
    assert known.on(RUN, dataset) == Claim(True, "expired", "artifact-expired", "datasets")
    assert known.of(RUN.id) == Claim(False, "live", "run-kept")


def test_types_that_are_kept_stay_when_their_run_was_deleted() -> None:
    run = deleted(1)
    known = claims(run, MODELS_KEPT)
    assert known.on(run, an_artifact(run)).reason == "rule-keeps"
    assert known.on(run, an_artifact(run, type="system.Dataset")).reason == "run-deleted"


def test_a_run_that_only_looks_deleted_keeps_what_it_uses() -> None:
    """It began after KFP was asked for its runs."""
    run = deleted(1, created_at=NOW - HOUR, finished_at=None)
    assert claims(run).on(run, an_artifact(deleted(2))) == Claim(False, "live", "young")


def test_no_rule_takes_an_artifact_of_a_run_that_has_not_ended() -> None:
    run = a_run(1, finished=False)
    assert not claims(run, DATASETS_GO).on(run, an_artifact(run, type="system.Dataset")).goes


@pytest.mark.parametrize(
    "run, rules, policy, evicted",
    [
        pytest.param(RUN, (NOTHING_KEPT,), {}, False, id="the cache is respected"),
        pytest.param(RUN, (), {"cache": "evict"}, False, id="no rule gives it up"),
        pytest.param(RUN, (DATASETS_GO,), {"cache": "evict"}, False, id="given up in part"),
        pytest.param(RUN, (NOTHING_KEPT, MODELS_KEPT), {"cache": "evict"}, False, id="a rule keeps something of it"),
        pytest.param(a_run(1, finished=False), (NOTHING_KEPT,), {"cache": "evict"}, False, id="unfinished"),
        pytest.param(deleted(1), (NOTHING_KEPT,), {"cache": "evict"}, False, id="deleted already"),
        pytest.param(RUN, (NOTHING_KEPT,), {"cache": "evict"}, True, id="given up as a whole"),
        pytest.param(FAILED, (NOTHING_KEPT,), {"cache": "evict"}, True, id="failed, and given up as a whole"),
    ],
)
def test_runs_that_are_deleted_in_kfp_first(
    run: RunFact, rules: tuple[Rule, ...], policy: dict[str, Any], evicted: bool
) -> None:
    assert claims(run, *rules, **policy).evicted(run.id) is evicted


def test_a_failed_run_that_is_evicted_does_not_wait_for_a_retry() -> None:
    assert claims(FAILED, NOTHING_KEPT, cache="evict").of(FAILED.id) == Claim(True, "expired", "run-expired", "all")


def test_the_budget_gives_up_a_run() -> None:
    run = a_run(1)
    big = an_artifact(run, size=2000)
    known = claims_of(an_inventory([run], [big]), Policy(budget=(("team-a", 1000),), cache="evict"), NOW)
    assert known.of(run.id) == Claim(True, "expired", "over-budget", "budget team-a")
    assert known.on(run, big) == known.of(run.id)


def test_workflows_lead_to_their_runs() -> None:
    runs = [a_run(1), a_run(2, workflow="train-00001"), a_run(3, workflow="")]
    assert claims_of(an_inventory(runs), Policy(), NOW).workflows == {"train-00001": (run_id(1), run_id(2))}
