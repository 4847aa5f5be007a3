"""Which runs a query means."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kfpops.knowledge.run_query import fits
from kfpops.model.run import Run, RunQuery

AT = datetime(2026, 11, 21, tzinfo=timezone.utc)
LATER = AT + timedelta(seconds=1)
RUN = Run("a", "a", state="FAILED", created_at=AT, finished_at=LATER)


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(RunQuery(created_since=LATER), id="created before"),
        pytest.param(RunQuery(created_until=AT - timedelta(seconds=1)), id="created after"),
        pytest.param(RunQuery(finished_since=LATER + timedelta(seconds=1)), id="ended before"),
        pytest.param(RunQuery(not_in=("SUCCEEDED", "FAILED")), id="in such a state"),
        pytest.param(RunQuery(ids=("b", "c")), id="another id"),
        pytest.param(RunQuery(created_since=AT, ids=("b",)), id="one of two does not hold"),
    ],
)
def test_a_run_that_is_not_meant(query: RunQuery) -> None:
    assert not fits(RUN, query)


@pytest.mark.parametrize(
    "query",
    [
        RunQuery(),
        RunQuery(AT, AT),
        RunQuery(finished_since=LATER),
        RunQuery(not_in=("SUCCEEDED",)),
        RunQuery(ids=("a", "b")),
    ],
)
def test_a_run_that_is_meant(query: RunQuery) -> None:
    assert fits(RUN, query)


def test_a_time_that_is_not_known_is_before_any_other() -> None:
    run = Run("a", "a")
    assert not fits(run, RunQuery(created_since=AT))
    assert fits(run, RunQuery(created_until=AT))
    assert not fits(run, RunQuery(finished_since=AT))
    assert not fits(run, RunQuery(not_in=("FAILED",)))
