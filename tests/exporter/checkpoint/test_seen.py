from __future__ import annotations

import pytest

from kfpops.exporter.checkpoint.listed import key_of
from kfpops.exporter.checkpoint.runs import RunRow
from kfpops.exporter.checkpoint.seen import look
from kfpops.metrics.change import Add
from kfpops.metrics.family import Series
from kfpops.metrics.page import Counting
from tests.exporter.checkpoint.worlds import T0

DAY = int(T0.timestamp() // 86400)
KEY = key_of("r")
CHANGES = (Add(Series("ends_total")),)


def run(before: int, after: int) -> tuple[bytes, Counting]:
    return KEY, Counting("r", before, after, CHANGES, T0)


@pytest.mark.parametrize(
    "held, runs, counted, now, stale",
    [
        pytest.param(1, [run(1, 1)], [], None, (), id="nothing is new"),
        pytest.param(2, [run(2, 1)], [], None, (), id="it shows fewer than before"),
        pytest.param(2, [run(0, 2)], [], None, (), id="it was counted from an old answer, and is counted"),
        pytest.param(1, [run(0, 2)], [], None, ("r",), id="it was counted from an old answer, and has more"),
        pytest.param(None, [run(0, 0)], [], 0, (), id="it is open, and remembered as one that was there"),
        pytest.param(None, [run(0, 1), run(0, 1)], [1], 1, (), id="it is told twice"),
        pytest.param(None, [run(0, 1), run(0, 2)], [1], 1, ("r",), id="it is told twice, and ended in between"),
        pytest.param(1, [run(1, 3)], [3], 3, (), id="two attempts are new"),
    ],
)
def test_what_counts_of_a_run(
    held: int | None, runs: list[object], counted: list[int], now: int | None, stale: object
) -> None:
    known = {} if held is None else {KEY: RunRow(KEY, held, DAY, 0, 1)}
    seen = look(runs, known, 0, 1)  # type: ignore[arg-type]
    assert [one.after for one in seen.counted if one.changes] == counted
    assert [row.counted for row in seen.rows] == ([] if now is None else [now])
    assert seen.stale == stale


@pytest.mark.parametrize("forgotten, counts", [(DAY - 1, True), (DAY, False), (DAY + 1, False)])
def test_an_unknown_run_of_days_that_are_forgotten_counts_no_more(forgotten: int, counts: bool) -> None:
    seen = look([run(0, 2)], {}, forgotten, 1)
    assert bool([one for one in seen.counted if one.changes]) is counts
    assert [row.counted for row in seen.rows] == [2]
