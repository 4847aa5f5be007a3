"""The last clean-up plan: read when it is another, and kept when what comes after it is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kfpops.exporter.last_plan import BadPlan, LastPlan
from kfpops.metrics.family import Series
from tests.cleanup.plan.samples import ENTRIES, a_header, a_plan
from tests.exporter.running import running
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines

MADE = Series("kfpops_cleanup_plan_timestamp_seconds")
ORPHANS = Series("kfpops_store_objects", ("orphan",))


def test_a_plan_that_is_not_there_is_said_once_and_shown_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    plan = LastPlan(path)
    with pytest.raises(BadPlan, match="No such file"):
        plan.gauges()
    assert plan.gauges() == {}
    a_plan(path)
    assert plan.gauges()[ORPHANS] == 3
    path.unlink()
    with pytest.raises(BadPlan):
        plan.gauges()
    assert plan.gauges() == {}


def test_what_a_plan_tells(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan")
    found = LastPlan(tmp_path / "plan").gauges()
    assert found[MADE] == 1795262400
    assert (found[ORPHANS], found[Series("kfpops_store_bytes", ("orphan",))]) == (3, 129)
    assert found[Series("kfpops_deletable_bytes", ("run-deleted",))] == 129


def test_it_is_read_again_when_it_changes_only(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    a_plan(path)
    plan = LastPlan(path)
    first = plan.gauges()
    assert plan.gauges() is first
    a_plan(path, ENTRIES[:1])
    assert plan.gauges()[ORPHANS] == 1


def test_the_plan_before_one_that_is_spoilt_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    a_plan(path)
    plan = LastPlan(path)
    first = plan.gauges()
    for spoilt in (b"", b"kinds: {}\n", path.read_bytes()[:-9]):
        path.write_bytes(spoilt)
        with pytest.raises(BadPlan):
            plan.gauges()
        assert plan.gauges() == first


def test_a_plan_of_no_time_is_none(tmp_path: Path) -> None:
    a_plan(tmp_path / "plan", header=a_header(made_at="yesterday"))
    with pytest.raises(BadPlan, match="yesterday is no time"):
        LastPlan(tmp_path / "plan").gauges()


def test_a_pipe_is_no_plan_and_nothing_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "plan")
    with pytest.raises(BadPlan, match="no file"):
        LastPlan(tmp_path / "plan").gauges()


def test_the_exporter_goes_on_without_a_plan_and_shows_it_when_it_comes(tmp_path: Path) -> None:
    orphans, errors = 'kfpops_store_objects{label="orphan"}', 'kfpops_exporter_poll_errors_total{reason="plan"}'
    with running(WorldPipelines(kfp=Kfp()), tmp_path / "c", plan=tmp_path / "plan") as one:
        one.turn()
        one.turn()
        shown = one.scrape()
        assert (orphans in shown, shown[errors], shown["kfp_api_up"]) == (False, 1, 1)
        a_plan(tmp_path / "plan")
        one.turn()
        assert one.scrape()[orphans] == 3
        (tmp_path / "plan").unlink()
        one.turn()
        assert orphans not in one.scrape()
