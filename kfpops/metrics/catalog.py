"""All metric families, by topic: what is exposed, documented, drawn on boards and asked for by rules."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Final

from kfpops.metrics import api, failures, own, pipelines, runs, schedules, store, tasks
from kfpops.metrics.family import Family

TOPICS: Final[tuple[ModuleType, ...]] = (runs, pipelines, tasks, schedules, failures, store, api, own)
"""In the order in which they are shown. Each has `FAMILIES`."""

FAMILIES: Final[tuple[Family, ...]] = (
    *runs.FAMILIES,
    *pipelines.FAMILIES,
    *tasks.FAMILIES,
    *schedules.FAMILIES,
    *failures.FAMILIES,
    *store.FAMILIES,
    *api.FAMILIES,
    *own.FAMILIES,
)

UNFILLED: Final[frozenset[str]] = frozenset()
"""Counted nowhere yet: no series of these is served."""

by_name: Final[Mapping[str, Family]] = MappingProxyType({family.name: family for family in FAMILIES})
