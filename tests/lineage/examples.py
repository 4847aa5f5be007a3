"""How many random stores the oracles try: a few in every test run, more where KFPOPS_ORACLE says so (10000 in CI)."""

from __future__ import annotations

import os


def examples(usual: int) -> int:
    return max(usual, int(os.environ.get("KFPOPS_ORACLE", "0")))
