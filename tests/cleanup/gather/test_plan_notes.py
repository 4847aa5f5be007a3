"""What a plan says beside its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.cleanup.plan.advice import UNMARKED
from kfpops.cleanup.policy.policy import CacheChoice, Policy, Rule, Select
from kfpops.model.run import Run
from tests.cleanup.building import a_run, an_artifact, an_inventory
from tests.cleanup.gather.planning import LOOSE, ORPHANS, a_bucket, a_look, here, key_of, planned, usual


@pytest.mark.parametrize("writes, told", [(None, False), (lambda: True, False), (lambda: False, True)])
def test_a_lineage_store_that_cannot_be_written_to_is_told(
    writes: Callable[[], bool] | None, told: bool, tmp_path: Path
) -> None:
    summary, _ = planned(a_look(usual(), ORPHANS), tmp_path, replace(here(), writes_lineage=writes))
    assert (UNMARKED in summary.notes) == told


@pytest.mark.parametrize("cache, words", [("respect", "`cache: evict`"), ("evict", "give them up as a whole")])
def test_what_only_the_cache_holds_is_told_with_its_size(cache: CacheChoice, words: str, tmp_path: Path) -> None:
    """Keep models, drop datasets: the datasets stay as long as the cache has their run."""
    run = a_run(1, caches=True)
    rows = (an_artifact(run, id="1"), an_artifact(run, id="2", type="system.Dataset", uri=f"{run.root}/fit/2/rows"))
    policy = Policy(rules=(Rule("datasets", Select(type=("system.Dataset",))),), cache=cache, limits=LOOSE)
    bucket = a_bucket((key_of(1), f"{run.root.partition('mlpipeline/')[2]}/fit/2/rows"))
    summary, entries = planned(a_look(an_inventory((run,), rows), policy, bucket), tmp_path, here(Run(run.id, run.name)))
    assert entries == []
    (note,) = summary.notes
    assert note.startswith("1 object (10B) that could go stays, because the cache can still hand them out.")
    assert words in note
