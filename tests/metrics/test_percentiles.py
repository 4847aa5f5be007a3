from __future__ import annotations

import pytest

from kfpops.metrics.catalog import by_name
from kfpops.metrics.percentiles import percentiles, series_of


@pytest.mark.parametrize(
    ("values", "found"),
    [
        pytest.param([], (), id="none of nothing"),
        pytest.param([7.0], (7, 7, 7), id="of one value all are that one"),
        pytest.param([2.0, 1.0], (1, 2, 2), id="half of two is the lower"),
        pytest.param(map(float, range(10, 0, -1)), (5, 9, 10), id="of ten"),
        pytest.param(map(float, range(1, 101)), (50, 90, 99), id="of a hundred"),
        pytest.param([5.0] * 99 + [900.0], (5, 5, 5), id="one of a hundred is above the 99th"),
    ],
)
def test_each_is_one_of_the_values(values: list[float], found: tuple[float, ...]) -> None:
    assert percentiles(values) == found


def test_series_have_the_labels_of_their_family() -> None:
    for series, percentile in zip(series_of("team-a", "train"), ("50", "90", "99"), strict=True):
        labels = dict(zip(by_name[series.family].labels, series.labels, strict=True))
        assert labels == {"namespace": "team-a", "pipeline": "train", "percentile": percentile, "window": "30d"}
