from __future__ import annotations

import pytest

from kfpops.cleanup.live import OutOfOrder, live
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.policy.policy import HOUR, Kinds, Policy
from tests.cleanup.building import (
    ALL_KINDS,
    NOW,
    ROOT_PATH,
    a_run,
    an_artifact,
    an_inventory,
    an_object,
    deleted,
    judged_by,
    listed,
    log_key,
    path,
    run_id,
    told,
    uri_of,
)

KEPT, GONE, UNFINISHED = a_run(1), deleted(2), a_run(3, finished=False, state="RUNNING", finished_at=None)
GONE_MODEL = an_artifact(GONE, id="2")
ALL = Policy(kinds=ALL_KINDS)


@pytest.mark.parametrize(
    "modified_at, goes",
    [
        pytest.param(NOW - 23 * HOUR, False, id="younger than the grace"),
        pytest.param(NOW + HOUR, False, id="in the future of the store's clock"),
        pytest.param(float("nan"), False, id="a time that is no number"),
        pytest.param(NOW - 24 * HOUR, True, id="as old as the grace"),
    ],
)
def test_what_is_young_stays(modified_at: float, goes: bool) -> None:
    found = told(an_inventory([GONE], [GONE_MODEL]), path(uri_of(GONE)), ALL, modified_at=modified_at)
    assert found[1] == ("+run-deleted" if goes else "young")


def test_the_age_of_a_kind_holds_beside_the_grace() -> None:
    policy = Policy(kinds=Kinds(orphans=48 * HOUR))
    inventory = an_inventory([GONE], [GONE_MODEL])
    assert told(inventory, path(uri_of(GONE)), policy, NOW - 47 * HOUR)[1] == "young"
    assert told(inventory, path(uri_of(GONE)), policy, NOW - 48 * HOUR)[1] == "+run-deleted"


def test_what_was_written_after_the_reading_began_is_young_whatever_the_stores_clock_says() -> None:
    """A store whose clock is two days ahead."""
    inventory = an_inventory([GONE], [GONE_MODEL], began_at=NOW - 48 * HOUR)
    assert told(inventory, path(uri_of(GONE)), ALL, modified_at=NOW - 48 * HOUR)[1] == "young"


def test_without_a_policy_everything_keeps_its_label_and_nothing_goes() -> None:
    inventory = an_inventory([KEPT, GONE], [an_artifact(KEPT), GONE_MODEL])
    keys = {
        path(uri_of(GONE)): ("orphan", "kind-not-asked", GONE.id),
        f"{ROOT_PATH}/train/{run_id(9)}/fit/x/m": ("orphan", "kind-not-asked", run_id(9)),
        log_key(GONE.workflow): ("orphan", "kind-not-asked", GONE.id),
        f"{path(KEPT.root)}/fit/x/rows.tmp": ("unreferenced", "unreferenced", KEPT.id),
    }
    assert {key: told(inventory, key, Policy()) for key in keys} == keys


def test_partial_outputs_of_a_run_that_may_be_retried_stay() -> None:
    run = a_run(1, state="FAILED", retryable=True)
    assert told(an_inventory([run]), f"{path(run.root)}/fit/x/rows", ALL)[1] == "may-be-retried"


def test_keys_that_do_not_rise_stop_everything() -> None:
    marks, terms = judged_by(an_inventory(), ALL)
    for keys in (["b", "a"], ["a", "a"], ["a", "c", "b"]):
        with pytest.raises(OutOfOrder) as stopped:
            list(live([[an_object(key) for key in keys]], marks, terms))
        assert stopped.value.key == keys[-1]
    for second in ("a", "b"):
        with pytest.raises(OutOfOrder):
            list(live([[an_object("b")], [an_object(second)]], marks, terms))


def test_the_order_is_that_of_bytes() -> None:
    """A byte that is no UTF-8 comes behind an emoji, although its escape comes before it in Python's order."""
    marks, terms = judged_by(an_inventory(), ALL)
    list(live([[an_object("a/\U0001f600"), an_object("a/\udcff")]], marks, terms))
    with pytest.raises(OutOfOrder):
        list(live([[an_object("a/\udcff"), an_object("a/\U0001f600")]], marks, terms))


def test_marks_that_do_not_rise_stop_everything() -> None:
    _, terms = judged_by(an_inventory(), ALL)
    marks = [Mark(p, "artifact", False, "live", "run-kept") for p in ("b", "a")]
    with pytest.raises(OutOfOrder):
        list(live([[an_object("c")]], marks, terms))


def test_the_mark_of_the_artifact_comes_with_what_goes() -> None:
    inventory = an_inventory([GONE], [GONE_MODEL])
    marks, terms = judged_by(inventory, ALL)
    keys = [path(uri_of(GONE)), f"{path(GONE.root)}/fit/x/left"]
    (judged,) = live(listed(keys), marks, terms)
    assert [(obj.key, group.mark and group.mark.id) for obj, group in judged.each()] == [(keys[0], "2"), (keys[1], None)]


def test_live_artifacts_without_an_object_are_told() -> None:
    """Those before, between and behind the keys; not metrics, nor those that go."""
    runs = [KEPT, GONE]
    rows = [
        an_artifact(KEPT, id="there", uri=f"{KEPT.root}/t/m"),
        an_artifact(KEPT, id="directory", uri=f"{KEPT.root}/t/d"),
        *(an_artifact(KEPT, id=f"gone-{n}", uri=f"{KEPT.root}/t/{n}") for n in ("a", "m-", "m.", "z")),
        an_artifact(KEPT, id="metric", uri=f"{KEPT.root}/t/metrics", type="system.Metrics"),
        an_artifact(KEPT, id="cleaned", uri=f"{KEPT.root}/t/c", state="DELETED"),
        GONE_MODEL,
    ]
    marks, terms = judged_by(an_inventory(runs, rows), ALL)
    root = path(KEPT.root)
    pages = listed([f"{root}/t/m", f"{root}/t/d/0", f"{root}/t/m-x", f"{root}/t/x"], page=1)
    found = [mark.id for judged in live(pages, marks, terms) for mark in judged.missed]
    assert sorted(found) == ["gone-a", "gone-m-", "gone-m.", "gone-z"]


def test_many_missing_artifacts_are_handed_over_by_and_by() -> None:
    marks = [Mark(f"{ROOT_PATH}/a/{n:06}", "artifact", False, "live", "run-kept", id=str(n)) for n in range(5000)]
    _, terms = judged_by(an_inventory(), ALL)
    found = [judged.missed for judged in live([[an_object("a")], [an_object("z")]], marks, terms)]
    assert max(map(len, found)) <= 1000
    assert sum(map(len, found)) == 5000


def test_one_uri_with_many_rows_takes_no_memory() -> None:
    """A dataset that was imported again and again."""
    _, terms = judged_by(an_inventory(), ALL)
    shared = Mark(f"{ROOT_PATH}/data", "artifact", False, "live", "imported")
    marks = (shared._replace(who=str(n)) for n in range(50_000))
    (judged,) = live([[an_object(f"{ROOT_PATH}/data/x")]], marks, terms)
    assert judged.keeps == {("live", "imported"): (1, 10)}
