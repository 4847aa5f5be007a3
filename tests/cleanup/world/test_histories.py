"""Long random histories: a few in the unit tests, always the same; `KFPOPS_PROVE=2000` tries so many, others each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.cleanup.world.histories import Histories

NUMBER = int(os.environ.get("KFPOPS_PROVE") or 0)

TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=NUMBER or 12, stateful_step_count=50 if NUMBER else 12, derandomize=not NUMBER, database=None,
    deadline=None, suppress_health_check=list(HealthCheck),
)  # fmt: skip
