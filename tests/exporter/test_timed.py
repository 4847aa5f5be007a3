from __future__ import annotations

from itertools import count

import pytest

from kfpops.errors import Unreachable
from kfpops.exporter.timed import Timed
from kfpops.model.run import RunQuery
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines


def test_every_answer_is_told_with_its_time_also_one_that_failed() -> None:
    pipelines = WorldPipelines(kfp=Kfp(), page=1)
    for id in "abc":
        pipelines.kfp.create(id, "team-a", "train")
    took: list[tuple[str, float]] = []
    ticks = count()
    timed = Timed(pipelines, lambda method, seconds: took.append((method, seconds)), lambda: float(next(ticks)))
    assert [run.id for page in timed.run_pages("", RunQuery()) for run in page] == ["a", "b", "c"]
    assert took == [("list_runs", 1.0)] * 3
    assert list(timed.recurring_runs("")) == []
    assert took[3:] == [("list_recurring_runs", 1.0)]
    assert timed.pipeline_count("") == 0
    assert took[4:] == [("list_pipelines", 1.0)]
    pipelines.is_down = True
    with pytest.raises(Unreachable):
        list(timed.run_pages("", RunQuery()))
    assert took[5:] == [("list_runs", 1.0)]
