from __future__ import annotations

from kfpops.cleanup.claims import claims_of
from kfpops.cleanup.policy.policy import Policy, Rule
from kfpops.cleanup.why.answer import Step, steps_of
from tests.cleanup.building import NOW, a_pin, a_run, an_artifact, an_inventory, deleted, judged_by, run_id, uri_of

RUN, USER, GONE = a_run(1, caches=True), a_run(2), deleted(3)


NO_POLICY = Policy()


def steps(policy: Policy = NO_POLICY, *ids: str) -> tuple[Step, ...]:
    artifact = an_artifact(RUN, (USER, "cached"), (GONE, "read"))
    inventory = an_inventory((RUN, USER, GONE), (artifact,), pins=(a_pin(uri_of(RUN), "served", "ns/model"),))
    marks, _ = judged_by(inventory, policy)
    return steps_of([artifact], ids, marks, claims_of(inventory, policy, NOW))


def test_without_anything_there_is_no_path() -> None:
    assert steps_of((), (), (), claims_of(an_inventory(), Policy(), NOW)) == ()


def test_each_use_is_told_with_what_its_run_claims() -> None:
    told = {(s.kind, s.id): (s.keeps, s.text) for s in steps()}
    assert told["use", USER.id] == (True, f"run {USER.id} (run 2, pipeline train) took it from the cache; KFP has it, and no rule gives it up")  # fmt: skip  # noqa: E501
    assert told["use", GONE.id] == (False, f"run {GONE.id} (run 3, pipeline train) read it; it was deleted in KFP")
    assert told["artifact", "1"][1].startswith("artifact 1 (system.Model), made by task fit of run ")


def test_what_is_served() -> None:
    assert Step("pin", "ns/model", "served by ns/model", True) in steps()


def test_the_cache_does_not_keep_what_is_evicted() -> None:
    cached = [s for s in steps() if "the cache can hand it out" in s.text]
    assert [s.keeps for s in cached] == [True]
    evicted = [s for s in steps(Policy(rules=(Rule("old"),), cache="evict")) if "the cache can hand it out" in s.text]
    assert [s.keeps for s in evicted] == [False]


def test_a_rule_says_why() -> None:
    assert Step("rule", "old", "rule old gives it up: the rule keeps nothing of what it selects", False) in steps(
        Policy(rules=(Rule("old"),))
    )


def test_a_run_that_nobody_knows() -> None:
    assert Step("run", run_id(9), f"run {run_id(9)}: neither KFP nor the lineage store knows it", False) in steps(
        Policy(), run_id(9)
    )
