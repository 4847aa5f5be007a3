"""What KFP and the store do by themselves: what they do not first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfpops.cleanup.lifecycle.installation import Installed, Note, coming_rules, notes
from kfpops.cleanup.lifecycle.sweep import BucketRules
from kfpops.model.bucket import LifecycleRule
from tests.cleanup.lifecycle.test_rules import a_rule

ABORT = a_rule(id="abort", abort_upload_days=7)
MULTI = Installed("2.17.0", True, "seaweedfs", "4.34", "-1", "mlpipeline")
KFPS = LifecycleRule("private-artifacts", True, "private-artifacts", expire_days=30)


def codes(installed: Installed, *rules: LifecycleRule, versioned: bool = False) -> list[str]:
    return [note.code for note in told(installed, *rules, versioned=versioned)]


def told(installed: Installed, *rules: LifecycleRule, versioned: bool = False) -> tuple[Note, ...]:
    return notes(installed, (BucketRules("mlpipeline", rules, versioned=versioned),))


@pytest.mark.parametrize(
    "installed",
    [
        pytest.param(replace(MULTI, multi_user=False), id="without users there is no profile sync"),
        pytest.param(replace(MULTI, version="2.14.3"), id="before 2.15 there was no such setting"),
        pytest.param(replace(MULTI, retention=None), id="it is not set"),
        pytest.param(replace(MULTI, bucket="other"), id="another bucket is KFP's"),
    ],
)
def test_a_sync_that_does_not_touch_this_bucket(installed: Installed) -> None:
    assert codes(installed, ABORT) == []
    assert coming_rules(replace(installed, retention=installed.retention and "30"), "mlpipeline", ()) == ()


def test_nothing_is_deleted_where_no_rule_is_enabled() -> None:
    assert codes(MULTI, replace(ABORT, enabled=False)) == ["no-abort-rule"]


def test_minus_one_deletes_all_rules_at_every_sync() -> None:
    [note] = told(MULTI, ABORT)
    assert note.code == "rules-will-be-deleted"
    assert "deletes all lifecycle rules" in note.text


def test_a_number_of_days_overwrites_all_other_rules() -> None:
    [note] = told(replace(MULTI, retention="30"), KFPS, ABORT)
    assert (note.code, note.risk) == ("retention-by-age", True)
    assert "removes the other 1 rule" in note.text


def test_a_rule_that_will_be_written_is_foreseen_and_one_that_is_there_is_not_told_twice() -> None:
    installed = replace(MULTI, retention="30")
    assert coming_rules(installed, "mlpipeline", ()) == (KFPS,)
    assert coming_rules(installed, "mlpipeline", (KFPS,)) == ()
    assert coming_rules(installed, "mlpipeline", (replace(KFPS, enabled=False),)) == (KFPS,)


def test_a_setting_that_is_no_number_does_nothing() -> None:
    assert codes(replace(MULTI, retention="forever"), ABORT) == ["retention-not-a-number"]


@pytest.mark.parametrize(
    "version, store_version, stamps",
    [
        ("2.17.0", "4.34", False),
        ("2.17.0", "", False),
        ("2.16.1", "4.34", False),
        ("", "", False),
        ("2.16.1", "", True),
        ("2.15.0", "4.00", True),
        ("2.17.0", "4.31_large_disk", True),
    ],
)
def test_old_seaweedfs_stamped_what_was_written(version: str, store_version: str, stamps: bool) -> None:
    installed = Installed(version, False, "seaweedfs", store_version)
    assert ("irreversible-ttl" in codes(installed, KFPS, ABORT)) is stamps
    assert "irreversible-ttl" not in codes(installed, ABORT)


def test_minio_ends_uploads_by_itself() -> None:
    assert codes(Installed(store="minio")) == []
    assert codes(Installed()) == ["no-abort-rule"]


def test_old_versions_that_nothing_removes() -> None:
    assert codes(Installed(), ABORT, versioned=True) == ["versions-stay"]
    assert codes(Installed(), ABORT, a_rule(noncurrent_days=30), versioned=True) == []


def test_what_is_moved_where_it_cannot_be_read_is_a_risk_and_comes_first() -> None:
    rules = (a_rule(transitions=("STANDARD_IA", "DEEP_ARCHIVE")), a_rule(expire_days=1, tags=(("a", "b"),)))
    assert codes(Installed(), *rules) == ["archived", "tags-not-checked", "no-abort-rule"]
