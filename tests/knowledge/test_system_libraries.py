"""Debian packages of shared libraries."""

from __future__ import annotations

import pytest

from kfpops.knowledge.system_libraries import debian_package


@pytest.mark.parametrize(
    ("library", "package"),
    [("libmine.so.1", None), ("libGL.so.1", "libgl1"), ("libgomp.so.1", "libgomp1"), ("libglib-2.0.so.0", "libglib2.0-0")],
)
def test_packages(library: str, package: str | None) -> None:
    assert debian_package(library) == package
