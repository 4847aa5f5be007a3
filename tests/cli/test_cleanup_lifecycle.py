"""`kfpops cleanup lifecycle`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW
from tests.cleanup.gather.test_lifecycle import LOG, SPEC, a_place
from tests.cleanup.lifecycle.buckets import RuledBucket
from tests.cleanup.lifecycle.test_rules import a_rule
from tests.cli.conftest import CommandLine
from tests.schemas import validates


def test_rules_that_spare_what_is_live(kfpops: CommandLine) -> None:
    kfpops.cluster = a_place(RuledBucket(objects=(SPEC, LOG), rules=(a_rule(prefix="logs/", expire_days=1),)))
    printed = kfpops("cleanup", "lifecycle", "check")
    assert printed.code == 0
    assert "No rule will delete any of the" in printed.out


def test_a_danger_is_a_finding(kfpops: CommandLine) -> None:
    kfpops.cluster = a_place(RuledBucket(objects=(SPEC,), rules=(a_rule(id="all", expire_days=30),)))
    printed = kfpops("cleanup", "lifecycle", "check")
    assert printed.code == 1
    assert "Rule all deletes 1 place that something needs, the first in 29 days" in printed.out


def test_nothing_found_where_not_all_could_be_read_is_no_all_clear(kfpops: CommandLine) -> None:
    kfpops.cluster = replace(a_place(RuledBucket(rules=(a_rule(expire_days=30),))), lineage=None)
    printed = kfpops("cleanup", "lifecycle", "check")
    assert printed.code == 3
    assert "as far as could be read" in printed.out


def test_rules_in_words(kfpops: CommandLine) -> None:
    kfpops.cluster = a_place(RuledBucket(rules=(a_rule(prefix="tmp/", expire_at=NOW.timestamp(), enabled=False),)))
    printed = kfpops("cleanup", "lifecycle", "show", "minio://mlpipeline")
    assert (printed.code, "objects that begin with tmp/: deletes from 2026-" in printed.out) == (0, True)


@pytest.mark.parametrize("command", [("show",), ("check",), ("show", "minio://mlpipeline")])
def test_the_json_is_valid(kfpops: CommandLine, command: tuple[str, ...]) -> None:
    kfpops.cluster = a_place(RuledBucket(objects=(SPEC,), rules=(a_rule(expire_days=30),)))
    validates(kfpops("cleanup", "lifecycle", *command, "-o", "json").out)
