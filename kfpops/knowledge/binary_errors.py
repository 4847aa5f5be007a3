"""Compiled packages that do not fit together: NumPy's ABI, protobuf's generations, symbols and C libraries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.traceback import Traceback

Misfit: TypeAlias = Literal["numpy", "protobuf", "symbol", "c-library", "architecture"]


@dataclass(frozen=True, slots=True)
class BinaryMismatch:
    """`wanted`: the symbol or version that is missing (`GLIBCXX_3.4.29`), None when the text names none."""

    misfit: Misfit
    wanted: str | None = None


_PATTERNS: tuple[tuple[Misfit, re.Pattern[str]], ...] = (
    # numpy/core/src/multiarray (ABI check), numpy/__init__.pxd (dtype size), numpy 2's message about modules of 1.x.
    ("numpy", re.compile(
        r"may indicate binary incompatibility|compiled against (?:ABI|API) version|compiled using NumPy 1\.x cannot be run"
        r"|numpy\.core\.multiarray failed to import|_ARRAY_API not found|numpy\.core\.umath failed to import")),
    # google/protobuf/descriptor.py, runtime_version.py; internal.builder came with 3.20.
    ("protobuf", re.compile(
        r"Descriptors cannot (?:not )?be created directly|Detected (?:incompatible|mismatched) Protobuf Gencode/Runtime"
        r"|cannot import name '(?:builder|runtime_version)' from 'google\.protobuf")),
    ("c-library", re.compile(r"version `(?P<wanted>(?:GLIBC|GLIBCXX|CXXABI|GCC|OPENSSL)_[\w.]+)' not found")),
    ("symbol", re.compile(r"undefined symbol: (?P<wanted>\w+)|symbol not found(?: in flat namespace)?:? (?P<other>\S+)")),
    ("architecture", re.compile(r"invalid ELF header|wrong ELF class|cannot enable executable stack|file too short")),
)  # fmt: skip


def read_mismatch(traceback: Traceback) -> BinaryMismatch | None:
    """What does not fit, when the traceback that ended the program says so."""
    for one in traceback.explained:
        for misfit, pattern in _PATTERNS:
            if (found := pattern.search(one.message)) is not None:
                return BinaryMismatch(misfit, next(filter(None, found.groups()), None))
    return None
