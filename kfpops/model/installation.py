"""The programs that a KFP installation consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

PartState: TypeAlias = Literal["ready", "not ready", "absent", "unknown"]


@dataclass(frozen=True, slots=True)
class Part:
    """One program. `version` None: not told; `detail` says where it was found, or what is wrong with it."""

    name: str
    state: PartState
    version: str | None = None
    detail: str = ""
