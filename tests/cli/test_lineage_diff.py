"""Tests of `kfpops lineage diff`."""

from __future__ import annotations

import json

import pytest

from kfpops.errors import NotFound
from kfpops.model.run import Run
from tests.cli.conftest import CommandLine
from tests.fakes import FakePipelines, a_cluster
from tests.lineage.two_runs import RUN_A, RUN_B, TwoRuns, a_pipeline, chain
from tests.schemas import validates

IR = a_pipeline({"make-data": {}, "train": {}})


@pytest.fixture(autouse=True)
def found(kfpops: CommandLine) -> None:
    two = TwoRuns()
    chain(two, RUN_A, rows=100, accuracy=0.8)
    chain(two, RUN_B, rows=500, accuracy=0.9)
    runs = [Run(RUN_A, "tuesday", "SUCCEEDED", pipeline=IR), Run(RUN_B, "today", "SUCCEEDED", pipeline=IR)]
    kfpops.cluster = a_cluster(pipelines=FakePipelines(runs), lineage=two.recorder.lineage())


def test_the_first_line_says_where_they_part(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "diff", "tuesday", "today")
    assert printed.code == 0
    assert printed.out.startswith("They part at task make-data: parameter rows 100 → 500.")


def test_json_is_valid(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "diff", RUN_A[:8], RUN_B, "-o", "json")
    validates(printed.out)
    assert json.loads(printed.out)["first"]["task"] == "make-data"


def test_a_run_that_lineage_never_saw(kfpops: CommandLine) -> None:
    printed = kfpops("lineage", "diff", "tuesday", "cccccccc-0000-4000-8000-000000000003")
    assert printed.code == NotFound.exit_code
    assert "The lineage store knows no run cccccccc-0000-4000-8000-000000000003." in printed.err


def test_a_run_that_was_deleted_is_named_by_its_whole_id(kfpops: CommandLine) -> None:
    lineage = kfpops.cluster.lineage  # type: ignore[union-attr]
    kfpops.cluster = a_cluster(pipelines=FakePipelines([Run(RUN_B, "today", pipeline=IR)]), lineage=lineage)
    printed = kfpops("lineage", "diff", RUN_A, "today")
    assert printed.code == 0
    assert "it has no run aaaaaaaa" in printed.out
    assert kfpops("lineage", "diff", "tuesday", "today").code == NotFound.exit_code


@pytest.mark.parametrize("format", ["markdown", "html", "wide", "yaml"])
def test_every_format(kfpops: CommandLine, format: str) -> None:
    printed = kfpops("lineage", "diff", "tuesday", "today", "-o", format)
    assert printed.code == 0
    assert "make-data" in printed.out
