"""Buckets, classic and native."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.metrics.family import DURATIONS, Family
from kfpops.metrics.value import NATIVE_ZERO, Distribution, bucket_of, native_bucket, nothing_yet

FAMILY = Family("kfp_x_seconds", "histogram", "X", buckets=DURATIONS)


@pytest.mark.parametrize("value", [0.0, -5.0, NATIVE_ZERO, -math.inf])
def test_nothing_and_less_is_in_no_native_bucket(value: float) -> None:
    assert native_bucket(value) is None


@pytest.mark.parametrize("power", range(-20, 40))
def test_powers_of_two_are_exact_upper_bounds(power: int) -> None:
    value = 2.0**power
    assert native_bucket(value) == power * 8
    assert native_bucket(math.nextafter(value, math.inf)) == power * 8 + 1


@given(st.floats(1e-30, 1e30))
def test_a_native_bucket_holds_its_value(value: float) -> None:
    index = native_bucket(value)
    assert index is not None
    assert 2 ** ((index - 1) / 8) * (1 - 1e-12) <= value <= 2 ** (index / 8) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(15.0, 0, id="a bound belongs to its bucket"),
        pytest.param(15.5, 1, id="above it the next begins"),
        pytest.param(604800.0, 15, id="seven days"),
        pytest.param(604801.0, 16, id="longer than all bounds"),
        pytest.param(-1.0, 0, id="a clock that was set back"),
    ],
)
def test_classic_buckets(value: float, expected: int) -> None:
    assert bucket_of(FAMILY, value) == expected


def test_what_a_series_is_born_with() -> None:
    assert nothing_yet(Family("kfp_x_total", "counter", "X")) == 0.0
    assert nothing_yet(FAMILY) == Distribution((0,) * 17)


def test_a_count_is_what_is_in_the_buckets() -> None:
    assert Distribution((1, 0, 4), 2.5).count == 5
