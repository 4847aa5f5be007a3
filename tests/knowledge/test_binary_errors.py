"""Compiled packages that do not fit together."""

from __future__ import annotations

import pytest

from kfpops.knowledge.binary_errors import read_mismatch
from kfpops.knowledge.traceback import Traceback


@pytest.mark.parametrize(
    ("exception", "message"),
    [
        ("ModuleNotFoundError", "No module named 'numpy'"),
        ("ValueError", "shapes (3,) and (4,) are not compatible"),
        ("AttributeError", "module 'numpy' has no attribute 'bool'"),
        ("ImportError", "libGL.so.1: cannot open shared object file: No such file or directory"),
    ],
)
def test_other_errors(exception: str, message: str) -> None:
    assert read_mismatch(Traceback(exception, message)) is None


@pytest.mark.parametrize(
    ("exception", "message", "misfit", "wanted"),
    [
        ("ValueError", "numpy.dtype size changed, may indicate binary incompatibility. Expected 96", "numpy", None),
        ("ImportError", "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.1", "numpy", None),
        ("RuntimeError", "module compiled against API version 0x10 but this version of numpy is 0xf", None, None),
        ("TypeError", "Descriptors cannot be created directly.\nIf this call came from a _pb2.py file", "protobuf", None),
        (
            "google.protobuf.runtime_version.VersionError",
            "Detected incompatible Protobuf Gencode/Runtime versions",
            "protobuf",
            None,
        ),
        (
            "ImportError",
            "/lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found (required by x.so)",
            "c-library",
            "GLIBCXX_3.4.29",
        ),
        ("ImportError", "/x/_C.so: undefined symbol: _ZN3c104impl3cow11", "symbol", "_ZN3c104impl3cow11"),
        ("OSError", "/x/lib.so: invalid ELF header", "architecture", None),
    ],
)
def test_mismatches(exception: str, message: str, misfit: str | None, wanted: str | None) -> None:
    found = read_mismatch(Traceback(exception, message))
    assert found is not None
    assert (found.misfit, found.wanted) == (misfit or "numpy", wanted)
