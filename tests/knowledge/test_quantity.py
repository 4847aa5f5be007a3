"""Quantities: what Kubernetes accepts, and what it does not."""

from __future__ import annotations

import pytest

from kfpops.knowledge.quantity import format_bytes, format_cores, parse_bytes, parse_quantity


@pytest.mark.parametrize("text", ["", "plenty", "1.2.3", "12 Gi b", "Mi", "1Kib", None])
def test_what_is_no_quantity_is_none(text: str | None) -> None:
    assert parse_quantity(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("400Mi", 400 * 2**20), ("1e3", 1000), ("500m", 0.5), ("2", 2), ("1.5Gi", 1.5 * 2**30), ("100k", 1e5), (".5", 0.5)],
)
def test_quantities(text: str, number: float) -> None:
    assert parse_quantity(text) == number


def test_bytes_are_rounded_up() -> None:
    assert parse_bytes("0.4194304G") == 419430400
    assert parse_bytes("100m") == 1


def test_what_is_written_is_never_more_than_there_is() -> None:
    assert format_bytes(5.89 * 2**30) == "5.8Gi"
    assert format_bytes(400 * 2**20) == "400Mi"
    assert format_bytes(512) == "512"
    assert format_cores(0.25) == "250m"
    assert format_cores(24) == "24"
