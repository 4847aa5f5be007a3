from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from kfpops.model.run import Run
from tests.builders import RUN_ID, a_pod, a_workflow, terminated
from tests.cli.conftest import CommandLine
from tests.fakes import FakeKubernetes, FakePipelines, a_cluster
from tests.golden import matches_golden
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"
POD = a_pod(phase="Failed", statuses=(terminated(137, "OOMKilled"),), limits={"memory": "400Mi"})
HEALTHY = a_pod("ok-1", phase="Succeeded", statuses=(terminated(0),))


@pytest.fixture
def failing(kfpops: CommandLine) -> CommandLine:
    kfpops.cluster = a_cluster(FakeKubernetes((POD, HEALTHY)), FakePipelines((Run(RUN_ID, "nightly", "FAILED"),)))
    return kfpops


def test_a_healthy_pod_is_0(failing: CommandLine) -> None:
    printed = failing("diagnose", "pod", "ok-1")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == "Pod ok-1 succeeded. Nothing is wrong.\n"


def test_a_healthy_run_is_0(kfpops: CommandLine) -> None:
    workflow = a_workflow(phase="Succeeded")
    kfpops.cluster = a_cluster(FakeKubernetes((workflow,)), FakePipelines((Run(RUN_ID, "nightly", "SUCCEEDED"),)))
    assert kfpops("diagnose", "run", "nightly").code == 0


def test_an_empty_namespace_is_0(kfpops: CommandLine) -> None:
    printed = kfpops("diagnose", "namespace", "empty")
    assert printed.code == 0
    assert printed.out.startswith("Namespace empty: no runs and no pods, nothing is wrong.")


def test_a_failed_pod_is_1_and_its_cause(failing: CommandLine) -> None:
    printed = failing("diagnose", "pod", POD.metadata.name, "-o", "json")
    assert printed.code == 1
    validates(printed.out)
    assert json.loads(printed.out)["findings"][0]["cause"] == "memory/oom-killed"


@pytest.mark.parametrize("output", ["text", "json", "yaml", "markdown"])
def test_a_failed_run_in_every_format(failing: CommandLine, output: str) -> None:
    printed = failing("diagnose", "run", "nightly", "-o", output)
    assert printed.code == 1
    text = re.sub(r"(generated_at\"?: ['\"]?)[^'\",\n]+", r"\1(now)", printed.out)
    matches_golden(text, GOLDEN / f"diagnose-run.{output}")


def test_yaml_and_json_are_one_report(failing: CommandLine) -> None:
    as_json = json.loads(failing("diagnose", "run", "nightly", "-o", "json").out)
    as_yaml = yaml.safe_load(failing("diagnose", "run", "nightly", "-o", "yaml").out)
    assert {**as_json, "generated_at": ""} == {**as_yaml, "generated_at": ""}


def test_html_is_a_page(failing: CommandLine) -> None:
    assert failing("diagnose", "run", "nightly", "-o", "html").out.startswith("<!doctype html>")


def test_a_namespace_groups(failing: CommandLine) -> None:
    printed = failing("diagnose", "namespace")
    assert printed.code == 1
    assert "1 cause" in printed.out


def test_an_unknown_run_is_2_and_near_names_are_told(failing: CommandLine) -> None:
    printed = failing("diagnose", "run", "nihgtly")
    assert printed.code == 2
    assert 'Did you mean "nightly"?' in printed.err


def test_an_ambiguous_name_is_2_and_the_candidates_are_told(kfpops: CommandLine) -> None:
    kfpops.cluster = a_cluster(pipelines=FakePipelines((Run("a-1", "nightly"), Run("a-2", "nightly"))))
    printed = kfpops("diagnose", "run", "nightly")
    assert printed.code == 2
    assert "a-1" in printed.err
    assert "a-2" in printed.err


def test_text_is_at_most_80_columns_wide_but_for_code(failing: CommandLine) -> None:
    lines = failing("diagnose", "run", "nightly").out.splitlines()
    assert all(len(line) <= 80 or line.startswith("       ") for line in lines)
