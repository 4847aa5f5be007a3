"""The two recordings of `recordings/`, opened once: as kfpops reads them, as plain rows, and what their labels say."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import cache, partial
from pathlib import Path
from typing import Any

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.cache.report import cache_report
from kfpops.capture.open import open_cluster
from kfpops.cli.resolving import resolved
from kfpops.lineage.diff.diff import compare_runs
from kfpops.lineage.diff.first import first_difference
from kfpops.lineage.diff.report import diff_report
from kfpops.lineage.gather import Reach, gather_lineage, lineage_of
from kfpops.lineage.gather.diff import gather_diff
from kfpops.lineage.gather.impact import gather_around
from kfpops.lineage.gather.search import gather_search
from kfpops.lineage.impact.impact import impact
from kfpops.lineage.impact.report import impact_report
from kfpops.lineage.search.report import search_report
from kfpops.lineage.search.search import SearchQuery
from kfpops.lineage.show.report import report
from kfpops.lineage.start import Start
from kfpops.ports import Cluster
from kfpops.render.plain import plain
from tests.lineage.raw import Raw, load

RECORDINGS = Path(__file__).parent / "recordings"
CASES = ("busy-cluster", "leftovers")
AT = datetime(2026, 11, 21, tzinfo=timezone.utc)


def path(case: str) -> Path:
    return RECORDINGS / f"{case}.tar.gz"


@cache
def opened(case: str) -> Cluster:
    return open_cluster(path(case))


@cache
def raw(case: str) -> Raw:
    return load(path(case))


@cache
def label(case: str) -> Any:
    return json.loads((RECORDINGS / f"{case}.label.json").read_text(encoding="utf-8"))


def told_lineage(case: str, start: Start, sides: Sequence[str] = ("up", "down")) -> Any:
    """What -o json prints, here and below: as the values that its encoder gets."""
    reach = Reach(up="up" in sides, down="down" in sides, limit=100_000)
    return _values(report(gather_lineage(opened(case), start, reach, _find(case)), AT))


def told_impact(case: str, start: Start) -> Any:
    cluster = opened(case)
    graph = gather_lineage(cluster, start, Reach(up=False, limit=20_000), _find(case))
    return _values(impact_report(impact(graph, gather_around(cluster, lineage_of(cluster), graph, (), list)), AT))


def told_diff(case: str, a: str, b: str) -> Any:
    compared = compare_runs(gather_diff(opened(case), a, b))
    return _values(diff_report(compared, first_difference(compared), AT))


def told_search(case: str, query: SearchQuery) -> Any:
    return _values(search_report(gather_search(opened(case), query), AT))


@cache
def told_cache(case: str, run: str) -> Any:
    return _values(cache_report(explain(gather_cache(opened(case), run)), AT))


def _find(case: str) -> Callable[[str], tuple[str, str]]:
    return partial(resolved, opened(case))


def _values(values: Mapping[str, object]) -> Any:
    return plain(values)
