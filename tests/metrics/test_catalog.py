"""Names and words of all metric families: the conventions of Prometheus and OpenMetrics."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules

import pytest

import kfpops.metrics
from kfpops.metrics.catalog import FAMILIES, TOPICS, by_name
from kfpops.metrics.family import Family

# What operators rely on: a name or label that goes breaks boards and rules of others.
PROMISED = {
    "kfp_runs_finished_total": ("namespace", "pipeline", "state", "trigger"),
    "kfp_run_attempts_total": ("namespace", "pipeline"),
    "kfp_run_retries_total": ("namespace", "pipeline"),
    "kfp_run_duration_seconds": ("namespace", "pipeline", "state"),
    "kfp_run_queue_duration_seconds": ("namespace", "pipeline"),
    "kfp_run_schedule_delay_seconds": ("namespace", "pipeline"),
    "kfp_runs_active": ("namespace", "pipeline", "state"),
    "kfp_run_active_oldest_start_timestamp_seconds": ("namespace", "pipeline", "state"),
    "kfp_pipeline_last_run_end_timestamp_seconds": ("namespace", "pipeline", "state"),
    "kfp_pipeline_last_run_duration_seconds": ("namespace", "pipeline", "state"),
    "kfp_pipeline_run_duration_quantile_seconds": ("namespace", "pipeline", "percentile", "window"),
    "kfp_tasks_finished_total": ("namespace", "pipeline", "component", "state"),
    "kfp_task_duration_seconds": ("namespace", "pipeline", "component"),
    "kfp_task_retries_total": ("namespace", "pipeline", "component"),
    "kfp_recurring_run_info": ("namespace", "recurring_run", "enabled", "cron", "concurrency"),
    "kfp_recurring_run_last_scheduled_timestamp_seconds": ("namespace", "recurring_run"),
    "kfp_recurring_run_next_expected_timestamp_seconds": ("namespace", "recurring_run"),
    "kfp_pipelines": ("namespace",),
    "kfp_api_up": (),
    "kfp_api_request_duration_seconds": ("method",),
    "kfpops_run_failures_total": ("namespace", "pipeline", "cause"),
    "kfpops_exporter_build_info": ("version",),
    "kfpops_exporter_last_poll_success_timestamp_seconds": (),
    "kfpops_exporter_poll_errors_total": ("reason",),
    "kfpops_exporter_ingest_lag_seconds": (),
    "kfpops_exporter_watermark_timestamp_seconds": ("namespace",),
    "kfpops_exporter_open_runs": ("namespace",),
    "kfpops_exporter_series": (),
    "kfpops_exporter_series_folded_total": (),
    "kfpops_exporter_checkpoint_write_errors_total": (),
    "kfpops_exporter_reconcile_drift_runs": (),
}


def test_what_was_promised_is_there() -> None:
    assert {name: by_name[name].labels for name in PROMISED} == PROMISED


def test_every_topic_is_in_the_catalogue() -> None:
    modules = [import_module(f"kfpops.metrics.{m.name}") for m in iter_modules(kfpops.metrics.__path__) if not m.ispkg]
    topics = {m.__name__ for m in modules if hasattr(m, "FAMILIES")} - {"kfpops.metrics.catalog"}
    assert {topic.__name__ for topic in TOPICS} == topics
    assert tuple(family for topic in TOPICS for family in topic.FAMILIES) == FAMILIES


def test_no_name_stands_for_two() -> None:
    """A histogram is exposed under names of its own, too."""
    suffixes = {"counter": ("",), "gauge": ("",), "histogram": ("", "_bucket", "_sum", "_count", "_created")}
    names = [family.name + suffix for family in FAMILIES for suffix in suffixes[family.kind]]
    assert len(set(names)) == len(names)
    assert len(by_name) == len(FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_conventions(family: Family) -> None:
    assert re.fullmatch(r"kfp(ops)?(_[a-z]+)+", family.name)
    assert (family.kind == "counter") == family.name.endswith("_total")
    assert not family.name.endswith(("_count", "_sum", "_bucket", "_created"))
    bare = family.name.removesuffix("_total")
    assert (bare.rpartition("_")[2] if bare.endswith(("_seconds", "_bytes")) else "") == family.unit
    assert family.help
    assert not family.help.endswith((".", " "))
    assert family.help.isprintable()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_labels(family: Family) -> None:
    assert len(set(family.labels)) == len(family.labels)
    assert not {"run_id", "run", "workflow", "pod", "le", "quantile", "job", "instance", "__name__"} & {*family.labels}
    assert [label for label in family.labels if not re.fullmatch(r"[a-z]+(_[a-z]+)*", label)] == []
    assert family.labels[:2] == ("namespace", "pipeline") or "pipeline" not in family.labels, (
        "so that the budget can fold it"
    )


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_buckets(family: Family) -> None:
    assert bool(family.buckets) == (family.kind == "histogram")
    assert list(family.buckets) == sorted(set(family.buckets))
    assert all(0 < bound < float("inf") for bound in family.buckets)


def test_runs_of_a_week_find_a_bucket() -> None:
    assert by_name["kfp_run_duration_seconds"].buckets[-1] == 7 * 24 * 3600
