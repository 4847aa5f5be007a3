from __future__ import annotations

import pytest

from kfpops.cleanup.live import OutOfOrder
from kfpops.cleanup.policy.policy import DAY, Kinds, Policy
from kfpops.cleanup.targets.versions import judge_versions, judged_versions
from kfpops.model.bucket import ObjectVersion
from tests.cleanup.building import (
    ALL_KINDS,
    NOW,
    OLD,
    ROOT_PATH,
    a_run,
    an_artifact,
    an_inventory,
    deleted,
    judged_by,
    path,
    uri_of,
)

KEPT, GONE = a_run(1), deleted(2)
FAILED = a_run(4, retryable=True)
INVENTORY = an_inventory([KEPT, GONE, FAILED], [an_artifact(KEPT), an_artifact(GONE, id="2")])
LIVE, DEAD = path(uri_of(KEPT)), path(uri_of(GONE))


def a_version(key: str, id: str, days: float = 100, latest: bool = False) -> ObjectVersion:
    return ObjectVersion(key, id, latest, False, 10, "e", NOW - days * DAY)


def a_marker(key: str, id: str, days: float = 90, latest: bool = True) -> ObjectVersion:
    return ObjectVersion(key, id, latest, True, 0, "", NOW - days * DAY)


def told(*versions: ObjectVersion, kinds: Kinds = ALL_KINDS) -> dict[str, str]:
    """Version → reason, by both ways; a `+` before the reason of what may go."""
    marks, terms = judged_by(INVENTORY, Policy(kinds=kinds))
    judged = judge_versions(versions, marks, terms)
    assert list(judged_versions([versions[:1], versions[1:]], marks, terms)) == list(judged)
    return {version.version_id: f"{'+' if verdict.goes else ''}{verdict.reason}" for version, verdict in judged}


def test_nothing_is_nothing() -> None:
    assert judge_versions((), *judged_by(INVENTORY, Policy())) == ()


def test_what_is_needed_and_was_deleted_keeps_its_newest_version() -> None:
    found = told(a_marker(LIVE, "m"), a_version(LIVE, "new", 95), a_version(LIVE, "old", 99))
    assert found == {"m": "current-version", "new": "run-kept", "old": "+noncurrent-version"}


def test_of_two_newest_of_one_second_both_stay() -> None:
    found = told(a_marker(LIVE, "m"), a_version(LIVE, "a", 95), a_version(LIVE, "b", 95), a_version(LIVE, "c", 96))
    assert found == {"m": "current-version", "a": "run-kept", "b": "run-kept", "c": "+noncurrent-version"}


def test_what_a_retry_may_take_keeps_its_newest_version_too() -> None:
    key = f"{path(FAILED.root)}/fit/x/rows"
    assert told(a_marker(key, "m"), a_version(key, "new", 95))["new"] == "may-be-retried"


def test_the_current_version_is_judged_as_an_object_not_here() -> None:
    for key in (LIVE, DEAD):
        found = told(a_version(key, "now", 50, latest=True), a_version(key, "old", 99))
        assert found == {"now": "current-version", "old": "+noncurrent-version"}


def test_a_store_that_calls_a_deleted_version_the_latest_is_believed() -> None:
    """SeaweedFS does so for objects that were written before the bucket had versions."""
    found = told(a_marker(DEAD, "m"), a_version(DEAD, "old", 99, latest=True))
    assert found == {"m": "current-version", "old": "current-version"}


@pytest.mark.parametrize(
    "key",
    [
        pytest.param("exports/a.csv", id="below no root"),
        pytest.param("pipelines/a", id="protected"),
        pytest.param(f"{ROOT_PATH}/notes", id="not in a run's shape"),
    ],
)
def test_what_is_not_ours_keeps_all_its_versions(key: str) -> None:
    found = told(a_marker(key, "m"), a_version(key, "a"), a_version(key, "b", 200), a_marker(key, "n", 300, latest=False))
    assert not any(reason.startswith("+") for reason in found.values())


def test_a_marker_that_hides_something_is_never_removed() -> None:
    found = told(a_marker(DEAD, "m"), a_version(DEAD, "old", 99))
    assert found == {"m": "current-version", "old": "+noncurrent-version"}


def test_a_marker_goes_when_nothing_is_left_or_something_newer_is_there() -> None:
    assert told(a_marker(DEAD, "m")) == {"m": "+marker-of-nothing"}
    assert told(a_marker(LIVE, "m"), a_marker(LIVE, "n", 95, latest=False)) == {
        "m": "+marker-of-nothing",
        "n": "+marker-of-nothing",
    }
    found = told(a_version(LIVE, "now", 50, latest=True), a_marker(LIVE, "m", 60, latest=False))
    assert found == {"now": "current-version", "m": "+marker-of-nothing"}


def test_the_newest_old_versions_can_be_kept() -> None:
    versions = (a_version(DEAD, "now", 50, latest=True), *(a_version(DEAD, str(n), 60 + n) for n in range(3)))
    found = told(*versions, kinds=Kinds(orphans=0.0, noncurrent=0.0, keep_noncurrent=2))
    assert found == {"now": "current-version", "0": "rule-keeps", "1": "rule-keeps", "2": "+noncurrent-version"}


def test_a_version_is_old_since_another_took_its_place() -> None:
    kinds = Kinds(orphans=0.0, noncurrent=30 * DAY)
    assert told(a_version(LIVE, "now", 20, latest=True), a_version(LIVE, "old", 99), kinds=kinds)["old"] == "young"
    assert told(a_version(LIVE, "now", 40, latest=True), a_version(LIVE, "old", 99), kinds=kinds)["old"][0] == "+"


def test_what_the_policy_does_not_ask_for() -> None:
    assert told(a_marker(DEAD, "m"), a_version(DEAD, "old"), kinds=Kinds(orphans=0.0))["old"] == "kind-not-asked"
    assert told(a_marker(DEAD, "m"), kinds=Kinds(orphans=0.0)) == {"m": "kind-not-asked"}
    assert told(a_marker(DEAD, "m"), a_version(DEAD, "old"), kinds=Kinds(noncurrent=0.0))["old"] == "kind-not-asked"


def test_a_key_that_comes_twice_stops_everything() -> None:
    marks, terms = judged_by(INVENTORY, Policy(kinds=ALL_KINDS))
    rows = [ObjectVersion(key, "1", True, False, 1, "e", OLD) for key in ("a", "b", "a")]
    with pytest.raises(OutOfOrder):
        list(judged_versions([rows], marks, terms))
