from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from kfpops.render.plain import plain, rfc3339


@pytest.mark.parametrize(
    "value, expected",
    [
        pytest.param(None, None, id="null stays null"),
        pytest.param(True, True, id="true is no number"),
        pytest.param(0.5, 0.5, id="a fraction stays"),
        pytest.param(3600.0, 3600, id="a whole number loses its point"),
        pytest.param((1, "a"), [1, "a"], id="a tuple becomes a list"),
        pytest.param({"a": {"b": ()}}, {"a": {"b": []}}, id="mappings are walked"),
    ],
)
def test_plain(value: object, expected: object) -> None:
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_times_are_utc_with_a_z() -> None:
    cet = timezone(timedelta(hours=1))
    assert rfc3339(datetime(2026, 11, 21, 13, 0, tzinfo=cet)) == "2026-11-21T12:00:00Z"
    assert rfc3339(datetime(2026, 11, 21, 12, 0, 0, 250_000, tzinfo=timezone.utc)) == "2026-11-21T12:00:00.250000Z"
    assert rfc3339(datetime(2026, 11, 21, 12, 0)) == "2026-11-21T12:00:00Z"


def test_what_is_no_data_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold a object"):
        plain({"a": object()})
