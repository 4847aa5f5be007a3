from __future__ import annotations

import stat
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from tests.cleanup.plan.samples import a_plan
from tests.cli.conftest import CommandLine
from tests.fakes import a_cluster
from tests.metrics.world.kfp import Kfp
from tests.metrics.world.ports import WorldPipelines


@pytest.fixture(autouse=True)
def kfp(kfpops: CommandLine) -> Kfp:
    """One run that failed."""
    kfp = Kfp()
    kfp.create("a", "team-a", "train")
    kfp.end("a", "FAILED")
    kfpops.cluster = a_cluster(pipelines=WorldPipelines(kfp=kfp))
    return kfp


def _samples(text: str) -> dict[str, float]:
    return {sample.name: sample.value for family in classic(text) for sample in family.samples if sample.value}


def test_prints_what_prometheus_reads(kfpops: CommandLine) -> None:
    printed = kfpops("metrics")
    assert (printed.code, printed.err) == (0, "")
    found = _samples(printed.out)
    assert (found["kfp_api_up"], found["kfp_run_attempts_total"]) == (1, 1)


def test_prints_openmetrics(kfpops: CommandLine) -> None:
    printed = kfpops("metrics", "--openmetrics")
    assert printed.out.endswith("# EOF\n")
    assert any(family.name == "kfp_runs_finished" for family in openmetrics(printed.out))


def test_writes_a_textfile_for_node_exporter(kfpops: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "kfpops.prom"
    path.write_text("old")
    printed = kfpops("metrics", "--textfile", str(path))
    assert (printed.code, printed.out, printed.err) == (0, "", "")
    assert "kfp_run_attempts_total" in _samples(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [file.name for file in tmp_path.iterdir()] == ["kfpops.prom"]


def test_a_checkpoint_counts_nothing_twice(kfpops: CommandLine, tmp_path: Path) -> None:
    arguments = ("metrics", "--checkpoint", str(tmp_path / "c"))
    first, second = kfpops(*arguments), kfpops(*arguments)
    assert second.code == 0
    assert first.out == second.out


def test_counters_do_not_fall_with_a_checkpoint(kfpops: CommandLine, kfp: Kfp, tmp_path: Path) -> None:
    arguments = ("metrics", "--checkpoint", str(tmp_path / "c"))
    kfpops(*arguments)
    kfp.delete("a")
    kfp.create("b", "team-a", "train")
    kfp.end("b", "FAILED")
    assert _samples(kfpops(*arguments).out)["kfp_run_attempts_total"] == 2
    assert _samples(kfpops("metrics").out)["kfp_run_attempts_total"] == 1


def test_a_kfp_that_does_not_answer(kfpops: CommandLine, kfp: Kfp) -> None:
    kfpops.cluster = a_cluster(pipelines=WorldPipelines(kfp=kfp, is_down=True))
    printed = kfpops("metrics")
    assert (printed.code, printed.out) == (3, "")


def test_adds_the_last_plan(kfpops: CommandLine, tmp_path: Path) -> None:
    a_plan(tmp_path / "plan")
    printed = kfpops("metrics", "--plan", str(tmp_path / "plan"))
    assert 'kfpops_store_objects{label="orphan"} 3' in printed.out.splitlines()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--textfile", "x.txt"), "end in .prom"),
        (("--textfile", "x.prom", "--openmetrics"), "no OpenMetrics"),
        (("--textfile", "/nowhere/at/all.prom"), "cannot be written"),
        (("--plan", "/nowhere/at/all"), "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(kfpops: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    printed = kfpops("metrics", *arguments)
    assert printed.code == 2
    assert said in printed.err
