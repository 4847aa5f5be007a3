"""Times of listings and of headers."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.dates import http_date, iso_seconds
from kfpops.errors import BadAnswer


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-21T25:00:00Z", "1795254726"])
def test_no_time(text: str) -> None:
    with pytest.raises(ValueError):
        iso_seconds(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-21T09:52:06.25Z",
        "2026-11-21T10:52:06.250000000+01:00",
        "2026-11-21T09:52:06.250",
        " 2026-11-21T09:52:06.250z ",
    ],
)
def test_times_of_listings(text: str) -> None:
    assert iso_seconds(text) == 1795254726.25


def test_times_of_headers() -> None:
    assert http_date("Sat, 21 Nov 2026 09:52:06 GMT", "Date").timestamp() == 1795254726
    with pytest.raises(BadAnswer, match="no usable Last-Modified"):
        http_date("soon", "Last-Modified")
