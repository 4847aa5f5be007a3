from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest

from kfpops.cleanup.budget import Budgeted, Shortfall, over_budget, within_budget
from kfpops.cleanup.inventory import TAG, ArtifactFact, Pin, Producer, RunFact, Use
from kfpops.cleanup.policy.policy import CacheChoice, Keep, Policy, Rule, Select
from tests.cleanup.policy.runs import NOW, a_run, an_artifact, many

KUBEFLOW = "budget kubeflow"


def of(budget: int, *rules: Rule, cache: CacheChoice = "evict", **more: int) -> Policy:
    return Policy(rules=rules, cache=cache, budget=(("kubeflow", budget), *more.items()))


def made(run_id: str, size: int = 100, *users: str, seconds: float | None = 60.0, **other: object) -> ArtifactFact:
    """An artifact that this run made; `users` took it from the cache."""
    name = f"{run_id}-{size}-{seconds}-{'-'.join(users)}-{len(other)}"
    uses = (Use(run_id, "made"), *(Use(user, "cached") for user in users))
    maker = Producer(f"e-{name}", run_id, "train", "f", True, seconds, 0.0)
    return an_artifact(name, **{"size": size, "uses": uses, "producer": maker, **other})


def dearer(artifact: ArtifactFact, **changes: object) -> ArtifactFact:
    assert artifact.producer is not None
    return msgspec.structs.replace(artifact, producer=msgspec.structs.replace(artifact.producer, **changes))


A, B, C = (a_run(name, f"2026-10-0{day} 03:00") for day, name in enumerate("abc", 1))


@pytest.mark.parametrize(
    "runs, artifacts, policy",
    [
        pytest.param(many(A), [made("a")], Policy(), id="no budget"),
        pytest.param(many(A), [made("a")], of(100), id="just within it"),
        pytest.param(many(A), [made("a")], Policy(budget=(("team-a", 1),)), id="another namespace's budget"),
        pytest.param(many(A), [made("a", size=None)], of(1), id="of an unknown size"),  # type: ignore[arg-type]
        pytest.param(many(A), [made("a", producer=None)], of(1), id="imported: nobody's bytes"),
        pytest.param(many(a_run("a", known=False)), [made("a")], of(1), id="of a deleted run: not live"),
        pytest.param(many(A), [made("a"), made("gone")], of(100), id="of a run that nobody knows: not live"),
        pytest.param(many(A, B), [made("a"), made("b")], of(100, Rule("r", keep=Keep(last=1))), id="a rule frees enough"),
    ],
)
def test_nothing_goes_and_nothing_is_short(
    runs: Mapping[str, RunFact], artifacts: list[ArtifactFact], policy: Policy
) -> None:
    assert within_budget(runs, artifacts, policy, NOW) == Budgeted({}, ())


@pytest.mark.parametrize(
    "run, rules",
    [
        pytest.param(a_run("a", finished=False), (), id="unfinished"),
        pytest.param(a_run("a", NOW - 60), (), id="young"),
        pytest.param(a_run("a", None), (), id="of an unknown age"),
        pytest.param(a_run("a", tags=("v1",)), (), id="tagged"),
        pytest.param(A, (Rule("r", keep=Keep(last=1)),), id="kept by a rule"),
        pytest.param(A, (Rule("r", Select(type=("system.Model",)), Keep(last=1)),), id="of which a rule keeps a part"),
        pytest.param(A, (Rule("r", keep_types=("system.Model",)),), id="of which a rule keeps a type"),
    ],
)
def test_runs_that_no_budget_gives_up(run: RunFact, rules: tuple[Rule, ...]) -> None:
    artifacts = [made("a", type="system.Model")]
    assert within_budget(many(run), artifacts, of(1, *rules), NOW) == Budgeted({}, (Shortfall("kubeflow", 1, 100, 0),))


@pytest.mark.parametrize(
    "pin", [Pin("a", "label"), Pin(made("a").uri, "pins file"), Pin("s3://mlpipeline/v2", "served")], ids=lambda pin: pin.by
)
def test_pinned_runs_stay(pin: Pin) -> None:
    assert within_budget(many(A), [made("a")], of(1), NOW, [pin]) == Budgeted({}, (Shortfall("kubeflow", 1, 100, 0),))


def test_a_run_that_made_something_tagged_stays_and_one_that_used_it_does_not() -> None:
    artifacts = [made("a", 100, "b", labels={TAG: "v1"}), made("a", 20), made("b", 30)]
    assert within_budget(many(A, B), artifacts, of(1), NOW) == Budgeted({"b": KUBEFLOW}, (Shortfall("kubeflow", 1, 120, 0),))


def test_it_stops_as_soon_as_it_is_met() -> None:
    runs, artifacts = many(A, B, C), [made("a"), made("b"), made("c")]
    assert over_budget(runs, artifacts, of(200), NOW) == {"a": KUBEFLOW}
    assert over_budget(runs, artifacts, of(199), NOW) == {"a": KUBEFLOW, "b": KUBEFLOW}


@pytest.mark.parametrize(
    "artifacts, order",
    [
        pytest.param([made("a", seconds=9), made("b", seconds=5), made("c", seconds=7)], "bca", id="the fastest first"),
        pytest.param([made("a", 100), made("b", 300), made("c", 200)], "bca", id="the largest of equally fast ones first"),
        pytest.param([made("a", 10, seconds=1), made("b", 100, seconds=20), made("c", 50, seconds=7)], "acb", id="per byte"),
        pytest.param([made("a"), made("b"), made("c")], "abc", id="of equal ones the oldest first"),
        pytest.param([made("a", seconds=None), made("b", seconds=1e9), made("c")], "cba", id="what nobody knows last"),
        pytest.param(
            [dearer(made("a"), accelerators=1.0), dearer(made("b"), accelerators=None), made("c", seconds=659)],
            "bca",
            id="a second on one accelerator is eleven",
        ),
        pytest.param(
            [made("a", 50), dearer(made("a", 50, seconds=61.0), execution_id="e-a-50-60.0--0"), made("b", 100, seconds=70)],
            "ab",
            id="an execution with two outputs runs once",
        ),
    ],
)
def test_the_order(artifacts: list[ArtifactFact], order: str) -> None:
    found = over_budget(many(A, B, C), artifacts, of(0), NOW)
    assert "".join(found) == order
    assert over_budget(many(C, B, A), reversed(artifacts), of(0), NOW) == found


class TestShared:
    def test_bytes_go_with_the_last_user(self) -> None:
        artifacts = [made("a", 1000, "b"), made("c", 10)]
        assert over_budget(many(A, B, C), artifacts, of(500), NOW) == {"a": KUBEFLOW, "b": KUBEFLOW}

    def test_a_run_that_frees_nothing_in_the_end_stays(self) -> None:
        young = a_run("c", NOW - 60)
        artifacts = [made("a", 100, "c"), made("b", 50)]
        expected = Budgeted({"b": KUBEFLOW}, (Shortfall("kubeflow", 10, 100, 0),))
        assert within_budget(many(A, B, young), artifacts, of(10), NOW) == expected

    def test_nor_one_whose_bytes_others_still_use(self) -> None:
        artifacts = [made("a", 400, "b", seconds=1), made("c", 150, seconds=2), made("b", 10, seconds=1e6)]
        assert list(over_budget(many(A, B, C), artifacts, of(450), NOW)) == ["c"]

    def test_runs_of_another_namespace_never_go_for_it(self) -> None:
        other = a_run("b", namespace="team-a")
        found = within_budget(many(A, other), [made("a", 100, "b")], of(10), NOW)
        assert found == Budgeted({}, (Shortfall("kubeflow", 10, 100, 0),))

    def test_bytes_of_a_deleted_run_count_for_its_oldest_user(self) -> None:
        gone, user = a_run("a", known=False, namespace=""), a_run("b", namespace="team-a")
        policy = Policy(budget=(("kubeflow", 0), ("team-a", 0)), cache="evict")
        assert over_budget(many(gone, user), [made("a", 100, "b")], policy, NOW) == {"b": "budget team-a"}


class TestCache:
    CACHED = a_run("a", "2026-10-01 03:00", caches=True)

    def test_what_the_cache_holds_is_not_freed(self) -> None:
        found = within_budget(many(self.CACHED), [made("a")], of(10, cache="respect"), NOW)
        assert found == Budgeted({}, (Shortfall("kubeflow", 10, 100, 100),))

    def test_nor_what_a_retry_would_take(self) -> None:
        found = within_budget(many(a_run("a", retryable=True)), [made("a")], of(10, cache="respect"), NOW)
        assert found == Budgeted({}, (Shortfall("kubeflow", 10, 100, 100),))

    def test_it_still_holds_what_a_rule_gave_up(self) -> None:
        found = within_budget(many(self.CACHED), [made("a")], of(10, Rule("r"), cache="respect"), NOW)
        assert found == Budgeted({}, (Shortfall("kubeflow", 10, 100, 100),))

    def test_evicting_frees_it(self) -> None:
        assert over_budget(many(self.CACHED), [made("a")], of(10), NOW) == {"a": KUBEFLOW}

    def test_then_the_run_whose_entry_it_is_must_go_too(self) -> None:
        """A rule gave its artifact up, but not the run: only without the run the cache lets go of it."""
        rule = Rule("r", Select(pipeline=("train",), type=("system.Dataset",)))
        runs = many(self.CACHED, a_run("b", pipeline="other"))
        found = over_budget(runs, [made("a", 100, "b")], of(10, rule), NOW)
        assert found == {"a": KUBEFLOW, "b": KUBEFLOW}

    @pytest.mark.parametrize("changes", [{"complete": False}, {"fingerprint": ""}])
    def test_what_can_be_no_hit_goes(self, changes: dict[str, object]) -> None:
        artifacts = [dearer(made("a"), **changes)]
        assert over_budget(many(self.CACHED), artifacts, of(10, cache="respect"), NOW) == {"a": KUBEFLOW}
