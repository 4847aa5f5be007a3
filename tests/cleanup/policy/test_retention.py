from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.cleanup.inventory import RunFact
from kfpops.cleanup.policy.policy import Best, GroupKey, Keep, Policy, Rule, Select
from kfpops.cleanup.policy.retention import Say, says
from tests.cleanup.policy.runs import DAY, NOW, a_run, many


def told(runs: Mapping[str, RunFact], *rules: Rule) -> dict[str, list[tuple[str, bool, str]]]:
    found = says(runs, Policy(rules=rules), NOW)
    return {run_id: [(say.rule, say.keeps, say.why) for say in every] for run_id, every in found.items()}


def given_up(runs: Mapping[str, RunFact], rule: Rule) -> set[str]:
    return {run_id for run_id, every in told(runs, rule).items() if not any(keeps for _, keeps, _ in every)}


@pytest.mark.parametrize(
    "rule, run",
    [
        pytest.param(Rule("r", Select(pipeline=("other",))), a_run(), id="a rule about others"),
        pytest.param(Rule("r", Select(state=("FAILED",))), a_run(), id="another state"),
        pytest.param(Rule("r"), a_run(known=False), id="a run that was deleted in KFP"),
    ],
)
def test_nothing_is_said(rule: Rule, run: RunFact) -> None:
    assert told(many(run), rule) == {}


@pytest.mark.parametrize(
    "run, why",
    [
        pytest.param(a_run(finished=False), "it has not ended", id="an unfinished run"),
        pytest.param(a_run(when=None), "nobody knows when it ended", id="a run without times"),
        pytest.param(a_run(when=0.0), "nobody knows when it ended", id="a run of 1970"),
        pytest.param(a_run(when=NOW - DAY + 1), "younger than the grace of 1d", id="a young run"),
        pytest.param(a_run(when=NOW + 30 * DAY), "younger than the grace of 1d", id="a run of the future"),
        pytest.param(
            a_run(created_at=NOW - 90 * DAY, finished_at=NOW - 60), "younger than the grace of 1d", id="lately ended"
        ),
    ],
)
def test_what_no_rule_gives_up(run: RunFact, why: str) -> None:
    assert told(many(run), Rule("r")) == {"r1": [("r", True, why)]}


def test_a_rule_without_a_keep_gives_up_what_it_selects() -> None:
    runs = many(a_run("old"), a_run("failed", state="FAILED"))
    assert told(runs, Rule("failures", Select(state=("FAILED",)))) == {
        "failed": [("failures", False, "the rule keeps nothing of what it selects")]
    }


def test_the_grace_is_over_after_it() -> None:
    assert given_up(many(a_run(when=NOW - DAY)), Rule("r")) == {"r1"}


def test_archived_runs_are_as_any_other() -> None:
    assert given_up(many(a_run(archived=True)), Rule("r")) == {"r1"}


NIGHTS = [a_run(f"t{day}", f"2026-11-{day:02d} 03:00") for day in range(10, 20)]
GOLDEN = {
    "t19": "last 3 of kubeflow/train, daily 2026-11-19, weekly 2026-W47",
    "t18": "last 3 of kubeflow/train, daily 2026-11-18",
    "t17": "last 3 of kubeflow/train, daily 2026-11-17, best accuracy 2 of 2",
    "t16": "daily 2026-11-16",
    "t15": "weekly 2026-W46",
    "t12": "tagged release-3",
    "t11": "best accuracy 1 of 2",
}


def test_a_whole_rule() -> None:
    special = {
        "t11": {"metrics": {"accuracy": 0.99}},
        "t17": {"metrics": {"accuracy": 0.9}},
        "t12": {"tags": ("release-3",)},
    }
    runs = many(*(msgspec.structs.replace(run, **special.get(run.id, {})) for run in NIGHTS))
    keep = Keep(last=3, daily=4, weekly=2, best=Best("accuracy", 2), tagged=())
    beyond = "not among last 3, daily 4, weekly 2, best 2 by accuracy, tagged of kubeflow/train"
    assert told(runs, Rule("nightly", keep=keep)) == {
        run_id: [("nightly", run_id in GOLDEN, GOLDEN.get(run_id, beyond))] for run_id in runs
    }


def test_groups_are_never_mixed() -> None:
    runs = many(
        *NIGHTS,
        a_run("rare", "2026-01-01 03:00", pipeline="other"),
        a_run("elsewhere", "2026-01-01 03:00", namespace="team-a"),
    )
    found = told(runs, Rule("r", keep=Keep(last=1)))
    assert {r: found[r][0][2] for r in ("t19", "rare", "elsewhere")} == {
        "t19": "last 1 of kubeflow/train",
        "rare": "last 1 of kubeflow/other",
        "elsewhere": "last 1 of team-a/train",
    }


def test_groups_by_other_keys_and_none() -> None:
    runs = many(a_run("a", experiment="x"), a_run("b", "2026-10-02 03:00", experiment="y"), a_run("c", experiment="x"))
    by_experiment: tuple[GroupKey, ...] = ("experiment",)
    assert given_up(runs, Rule("r", keep=Keep(last=1), group_by=by_experiment)) == {"c"}
    assert given_up(runs, Rule("r", keep=Keep(last=1), group_by=())) == {"a", "c"}
    assert told(runs, Rule("r", keep=Keep(last=1), group_by=()))["b"][0][2] == "last 1 of all its runs"


def test_a_run_of_an_unknown_pipeline_is_never_counted_with_others() -> None:
    runs = many(a_run("a", pipeline=""), a_run("b", pipeline=""))
    assert told(runs, Rule("r", keep=Keep(last=1)))["a"] == [("r", True, "last 1 of an unknown pipeline")]
    assert given_up(runs, Rule("r", keep=Keep(last=1))) == set()
    assert given_up(runs, Rule("r")) == {"a", "b"}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_run("x", "2026-11-20 03:00", finished=False), id="an unfinished run"),
        pytest.param(a_run("x", None), id="a run without times"),
        pytest.param(a_run("x", "2026-11-20 03:00", known=False), id="a deleted run"),
        pytest.param(a_run("x", "2026-11-20 03:00", state="FAILED"), id="a run that is not selected"),
    ],
)
def test_who_takes_no_place_in_a_count(other: RunFact) -> None:
    better = msgspec.structs.replace(other, metrics={"accuracy": 1.0})
    runs = many(a_run("a", metrics={"accuracy": 0.5}), better)
    keep = Keep(last=1, best=Best("accuracy", 1))
    assert told(runs, Rule("r", Select(state=("SUCCEEDED",)), keep))["a"][0][2] == (
        "last 1 of kubeflow/train, best accuracy 1 of 1"
    )


def test_a_young_run_takes_its_place() -> None:
    runs = many(a_run("young", NOW - 60), a_run("old"))
    assert told(runs, Rule("r", keep=Keep(last=1)))["young"] == [("r", True, "last 1 of kubeflow/train")]
    assert given_up(runs, Rule("r", keep=Keep(last=1))) == {"old"}


class TestTypes:
    RULE = Rule("r", keep=Keep(last=1), keep_types=("system.Model", "my.*"))

    def test_of_each_run_the_types_are_kept(self) -> None:
        found = says(many(a_run("a"), a_run("b")), Policy(rules=(self.RULE,)), NOW)
        typed = Say("r", True, "keeps system.Model and my.*", False, Select(type=("system.Model", "my.*")))
        assert found == {
            "a": (Say("r", True, "last 1 of kubeflow/train", True, Select()), typed),
            "b": (Say("r", False, "not among last 1 of kubeflow/train", False, Select()), typed),
        }

    def test_also_of_deleted_runs_as_far_as_anybody_knows_them(self) -> None:
        rule = replace(self.RULE, select=Select(pipeline=("train",), experiment=("x",), older_than=DAY))
        runs = many(a_run("gone", None, known=False), a_run("other", known=False, pipeline="other"))
        assert told(runs, rule) == {"gone": [("r", True, "keeps system.Model and my.*")]}

    def test_a_rule_about_artifacts_is_not_about_the_whole_run(self) -> None:
        (say,) = says(many(a_run()), Policy(rules=(Rule("r", Select(type=("system.Dataset",))),)), NOW)["r1"]
        assert (say.keeps, say.whole, say.select.type) == (False, False, ("system.Dataset",))


numbers = st.none() | st.integers(1, 4)
bests = st.none() | st.builds(Best, st.just("accuracy"), st.integers(1, 3), st.booleans())
keeps = st.builds(
    Keep,
    last=numbers,
    within=st.none() | st.sampled_from([2 * DAY, 30 * DAY]),
    daily=numbers,
    weekly=numbers,
    monthly=numbers,
    best=bests,
    tagged=st.sampled_from([None, (), ("v*",)]),
)
moments = st.none() | st.integers(0, 200).map(lambda hours: NOW - hours * 7 * 3_600.0)
facts = st.builds(
    dict,
    when=moments,
    finished=st.sampled_from([True, True, True, False]),
    known=st.sampled_from([True, True, True, False]),
    pipeline=st.sampled_from(["train", "other", ""]),
    tags=st.sampled_from([(), (), ("v1",), ("x",)]),
    metrics=st.sampled_from([{}, {"accuracy": 0.5}, {"accuracy": 0.9}, {"accuracy": float("nan")}]),
)
worlds = st.lists(facts, max_size=14).map(lambda every: many(*(a_run(f"r{n:02d}", **one) for n, one in enumerate(every))))


@settings(max_examples=75, deadline=None)
@given(worlds, keeps, st.randoms(use_true_random=False))
def test_the_order_of_runs_never_matters(runs: dict[str, RunFact], keep: Keep, chance: random.Random) -> None:
    shuffled = list(runs.items())
    chance.shuffle(shuffled)
    assert told(dict(shuffled), Rule("r", keep=keep)) == told(runs, Rule("r", keep=keep))


@settings(max_examples=75, deadline=None)
@given(worlds, keeps)
def test_what_is_kept_is_kept_again(runs: dict[str, RunFact], keep: Keep) -> None:
    rule = Rule("r", keep=keep)
    gone = given_up(runs, rule)
    assert given_up({run_id: run for run_id, run in runs.items() if run_id not in gone}, rule) == set()


@settings(max_examples=75, deadline=None)
@given(worlds, keeps, keeps)
def test_one_keep_more_never_gives_up_more(runs: dict[str, RunFact], keep: Keep, other: Keep) -> None:
    more = {name: getattr(other, name) for name in Keep.__slots__ if getattr(keep, name) is None}
    assert given_up(runs, Rule("r", keep=replace(keep, **more))) <= given_up(runs, Rule("r", keep=keep))


@settings(max_examples=50, deadline=None)
@given(worlds, keeps)
def test_one_pipeline_never_decides_for_another(runs: dict[str, RunFact], keep: Keep) -> None:
    alone = {run_id: run for run_id, run in runs.items() if run.pipeline == "train"}
    together = told(runs, Rule("r", keep=keep))
    assert told(alone, Rule("r", keep=keep)) == {run_id: together[run_id] for run_id in alone if run_id in together}
