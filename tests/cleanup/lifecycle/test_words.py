"""Rules in words."""

from __future__ import annotations

import pytest

from kfpops.cleanup.lifecycle.words import does, of_what
from kfpops.model.bucket import LifecycleRule
from tests.cleanup.lifecycle.test_rules import a_rule, at


@pytest.mark.parametrize(
    "rule, about, done",
    [
        (a_rule(), "all objects", ()),
        (a_rule(prefix="v2/", expire_days=1), "objects that begin with v2/", ("deletes 1 day after they were written",)),
        (
            a_rule(tags=(("keep", "no"),), size_over=1000, expire_at=at("2027-01-01")),
            "all objects, with tag keep=no, larger than 1,000 bytes",
            ("deletes from 2027-01-01 on",),
        ),
        (
            a_rule(noncurrent_days=3, newer_noncurrent=2, expired_markers=True, abort_upload_days=7),
            "all objects",
            (
                "deletes old versions 3 days after they were replaced, but keeps the newest 2",
                "removes delete markers that hide nothing",
                "ends uploads that are unfinished 7 days after they began",
            ),
        ),
        (
            a_rule(size_under=5, transitions=("GLACIER", "GLACIER")),
            "all objects, smaller than 5 bytes",
            ("moves to GLACIER",),
        ),
    ],
)
def test_rules_in_words(rule: LifecycleRule, about: str, done: tuple[str, ...]) -> None:
    assert (of_what(rule), does(rule)) == (about, done)
