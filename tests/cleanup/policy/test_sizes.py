from __future__ import annotations

import pytest

from kfpops.cleanup.policy.sizes import meant_size, parse_size


@pytest.mark.parametrize(
    "text", ["", "Gi", "-1Gi", "500m", "500GB", "1e3", "5 Gi", "1Ei", "inf", "nan", "0x10", "1_000", "2000Pi"]
)
def test_what_is_no_size(text: str) -> None:
    assert parse_size(text) is None


@pytest.mark.parametrize(
    "text, size",
    [
        ("0", 0),
        ("1000", 1_000),
        ("500Gi", 500 * 2**30),
        ("2T", 2 * 10**12),
        ("100M", 10**8),
        ("1.5Ki", 1_536),
        ("10k", 10_000),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text, meant",
    [("500GB", "500G"), ("10K", "10k"), ("500m", "500M"), ("1.5 gib", "1.5Gi"), ("7TIB", "7Ti"), ("3 Gi", "3Gi")],
)
def test_a_near_miss_is_guessed(text: str, meant: str) -> None:
    assert meant_size(text).startswith(f"Did you mean {meant}? ")


def test_what_cannot_be_guessed_is_explained() -> None:
    assert meant_size("plenty").startswith("Write bytes or a quantity such as 500Gi")
