"""Whatever the runs, their artifacts and the policy are: what a budget gives up suffices, is needed, and may go."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.cleanup.budget import over_budget, within_budget
from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import ArtifactFact, How, RunFact, Use
from kfpops.cleanup.policy.policy import Keep, Policy, Rule, Select
from kfpops.cleanup.policy.retention import always_kept, says
from kfpops.cleanup.sight import Sight
from kfpops.cleanup.targets.run_artifacts import judge_artifact
from tests.cleanup.policy.runs import NOW, a_run, many
from tests.cleanup.test_budget import made

names = ["r0", "r1", "r2", "r3", "r4", "r5"]


def mostly(usual: object, *others: object) -> st.SearchStrategy[object]:
    return st.sampled_from([usual] * 7 + list(others))


worlds = st.fixed_dictionaries(
    {
        name: st.builds(
            dict,
            when=mostly("2026-10-01 03:00", "2026-09-01 03:00", "2026-08-01 03:00", "2026-11-21 11:00"),
            namespace=mostly("kubeflow", "team-a"),
            known=mostly(True, False),
            finished=mostly(True, False),
            tags=mostly((), ("v1",)),
            state=mostly("SUCCEEDED", "FAILED", "FAILED"),
            caches=mostly(False, True, True),
            retryable=mostly(False, True),
        )
        for name in names
    }
).map(lambda every: many(*(a_run(name, **one) for name, one in every.items())))
hows: list[How] = ["made", "cached", "read", "imported"]
users = st.lists(st.builds(Use, mostly("r1", *names), mostly("cached", *hows)), max_size=2, unique_by=lambda use: use.run_id)  # type: ignore[arg-type]
stores = st.lists(
    st.tuples(
        st.sampled_from(names), users, st.integers(0, 500), st.none() | st.sampled_from([1.0, 60.0, 3600.0]), st.booleans()
    ),
    min_size=2,
    max_size=8,
).map(
    lambda rows: [
        made(
            maker,
            size,
            seconds=seconds,
            uses=(Use(maker, "made"), *uses),
            type="system.Model" if model else "system.Dataset",
            uri=f"s3://b/a{n}",
        )
        for n, (maker, uses, size, seconds, model) in enumerate(rows)
    ]
)
RULES = (
    Rule("failed", Select(state=("FAILED",))),
    Rule("last", Select(pipeline=("other",)), keep=Keep(last=1)),
    Rule("data", Select(type=("system.Dataset",), state=("FAILED",))),
    Rule("models", Select(state=("FAILED",)), keep_types=("system.Model",)),
)
policies = st.builds(
    lambda rules, cache, budget: Policy(rules=tuple(rules), cache=cache, budget=(("kubeflow", budget),)),
    st.lists(st.sampled_from(RULES), max_size=2, unique_by=lambda rule: rule.name),
    st.sampled_from(["respect", "evict"]),
    st.integers(1, 900),
)


def live_bytes(runs: Mapping[str, RunFact], artifacts: Iterable[ArtifactFact], policy: Policy, gone: Iterable[str]) -> int:
    """What kubeflow's runs made and is kept, by the judgement that plans are made by, when these runs are given up too."""
    over = dict.fromkeys(gone, "budget kubeflow")
    claims = Claims(Sight(runs, says(runs, policy, NOW), frozenset(), policy.grace, NOW, policy.cache == "evict"), over, {})
    return sum(
        artifact.size or 0
        for artifact in artifacts
        if artifact.producer and runs[artifact.producer.run_id].namespace == "kubeflow"
        if not judge_artifact(artifact, claims).goes
    )


def may_go(runs: Mapping[str, RunFact], policy: Policy) -> set[str]:
    said = says(runs, policy, NOW)
    return {
        run.id
        for run in runs.values()
        if run.known and run.namespace == "kubeflow" and not run.tags and not always_kept(run, policy.grace, NOW)
        if not any(say.keeps for say in said.get(run.id, ()))
    }


@settings(max_examples=100, deadline=None)
@given(worlds, stores, policies, st.randoms(use_true_random=False))
def test_what_always_holds(
    runs: dict[str, RunFact], artifacts: list[ArtifactFact], policy: Policy, chance: random.Random
) -> None:
    found = within_budget(runs, artifacts, policy, NOW)
    gone = set(found.runs)
    assert gone <= may_go(runs, policy)
    left = live_bytes(runs, artifacts, policy, gone)
    if found.shortfalls:
        assert left == found.shortfalls[0].live
        assert left == live_bytes(runs, artifacts, policy, may_go(runs, policy)), "nothing more could be freed"
    else:
        assert left <= policy.budget[0][1]
    for run_id in gone:
        assert live_bytes(runs, artifacts, policy, gone - {run_id}) > left, "nobody goes for nothing"
    chance.shuffle(artifacts)
    assert within_budget(dict(reversed(runs.items())), artifacts, policy, NOW) == found


@settings(max_examples=50, deadline=None)
@given(worlds, stores, policies, st.integers(0, 500))
def test_a_larger_budget_never_costs_more(
    runs: dict[str, RunFact], artifacts: list[ArtifactFact], policy: Policy, more: int
) -> None:
    wide = replace(policy, budget=(("kubeflow", policy.budget[0][1] + more),))
    assert set(over_budget(runs, artifacts, wide, NOW)) <= set(over_budget(runs, artifacts, policy, NOW))
