"""Faults as data."""

from __future__ import annotations

import pytest

from kfpops.sandbox.s3.faults import Faults


@pytest.mark.parametrize(
    "key, denied",
    [("keyless", False), ("other", False), ("locked", False), ("key", True), ("locked/x", True), ("locked/", True)],
)
def test_what_is_denied(key: str, denied: bool) -> None:
    assert Faults(denied=("key", "locked/")).denies(key) is denied


def test_a_store_without_fault_denies_nothing() -> None:
    assert not Faults().denies("")
