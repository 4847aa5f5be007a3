"""What a pipeline is born with."""

from __future__ import annotations

from kfpops.metrics.catalog import by_name
from kfpops.metrics.change import Put
from kfpops.metrics.counting import changes_of
from kfpops.metrics.seeding import born
from tests.metrics.building import a_run, seen


def test_only_what_can_be_zero_is_born() -> None:
    series = born("team-a", "train")
    assert len(set(series)) == len(series) == 12
    for one in series:
        assert by_name[one.family].kind in ("counter", "histogram")
        assert len(one.labels) == len(by_name[one.family].labels)
        assert one.labels[:2] == ("team-a", "train")


def test_what_any_usual_run_counts_was_born() -> None:
    for history in ("RUNNING SUCCEEDED", "RUNNING FAILED RUNNING SUCCEEDED", "PENDING CANCELING FAILED"):
        changes = changes_of(seen(a_run(history)), 0)
        counted = {change.series for change in changes if not isinstance(change, Put)}
        assert {one.family for one in counted - set(born("team-a", "train"))} <= {"kfpops_run_failures_total"}
