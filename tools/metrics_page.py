"""The page docs/metrics.md, made from the metric families of kfpops/metrics."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from kfpops.metrics.catalog import FAMILIES, TOPICS, UNFILLED
from kfpops.metrics.family import Family
from kfpops.metrics.labels import LONGEST, UNNAMED
from kfpops.metrics.seeding import USUAL

_OPENING = f"""# Metrics

What `kfpops exporter` serves and `kfpops metrics` prints.

**What is counted are attempts.** A run that has ended may be retried, and ends again: each end is one attempt, counted once,
by its state: {", ".join(USUAL)}, SKIPPED. What failed after it was being cancelled is CANCELED here, where KFP says
FAILED. Counters go on over restarts of KFP and of the exporter, and never fall when KFP's history is deleted.

**Series begin at 0.** A counter that appears with its first event hides that event from `increase()`. So the series of a
pipeline are there, at 0, once it is known, and any other is served as 0 once before its first value. What had ended before
the exporter's first start is what its counters begin with.

**Labels** never hold a run's id; exemplars do (OpenMetrics only). Values are cut after {LONGEST} characters, with a hash at
their end, and control characters are escaped. `pipeline="{UNNAMED}"` is what has no name. When the budget of series is used
up, further pipelines are counted in `pipeline="__other__"`: sums over all pipelines stay right.

Durations, ages and timestamps are in seconds. Ask for a counter's growth over a long window: runs are few.

    sum by (pipeline) (increase(kfp_runs_finished_total{{state="FAILED"}}[1d]))
    time() - max by (pipeline) (kfp_pipeline_last_run_end_timestamp_seconds{{state="SUCCEEDED"}})
    histogram_quantile(0.9, sum by (pipeline, le) (increase(kfp_run_duration_seconds_bucket{{state="SUCCEEDED"}}[7d])))
"""


def metrics_page() -> str:
    parts = [_OPENING, *(_topic(topic) for topic in TOPICS), "## Buckets\n\n" + "\n".join(_buckets()) + "\n"]
    return "\n".join(parts)


def _topic(topic: ModuleType) -> str:
    title, _, what = " ".join((topic.__doc__ or "").split()).partition(": ")
    rows = "\n".join(_row(family) for family in topic.FAMILIES)
    return f"## {title}\n\n{what[:1].upper()}{what[1:]}\n\n| metric | kind | labels | what |\n|---|---|---|---|\n{rows}\n"


def _row(family: Family) -> str:
    labels = ", ".join(f"`{label}`" for label in family.labels)
    unfilled = " *Not served yet.*" if family.name in UNFILLED else ""
    return f"| `{family.name}` | {family.kind} | {labels} | {_cell(family.help)}.{unfilled} |"


def _buckets() -> Iterator[str]:
    yield "Upper bounds in seconds; all have a last bucket without one.\n\n| metric | bounds |\n|---|---|"
    for bounds in dict.fromkeys(family.buckets for family in FAMILIES if family.buckets):
        names = ", ".join(f"`{family.name}`" for family in FAMILIES if family.buckets == bounds)
        yield f"| {names} | {', '.join(f'{bound:g}' for bound in bounds)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
