from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kfpops.cli import main
from kfpops.errors import Unreachable
from tests.cli.conftest import CommandLine
from tests.fakes import a_cluster
from tests.lineage.impact_world import AGAIN, GONE, TRAIN, a_world
from tests.schemas import validates


@pytest.fixture
def impact(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command by itself, wherever it stands in the table of commands."""
    monkeypatch.setitem(main.COMMANDS, "impact", ("kfpops.cli.lineage_impact", ""))
    kfpops.cluster = a_world()
    return kfpops


def test_nothing_depends_on_a_report(impact: CommandLine) -> None:
    printed = impact("impact", "5")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("Nothing depends on it.\n")


@pytest.mark.parametrize("what", ["1", "artifact:1", "nightly/extract/table", f"{TRAIN}/extract/table"])
def test_an_artifact_in_each_way_of_naming_it(impact: CommandLine, what: str) -> None:
    printed = impact("impact", what)
    assert printed.code == 0
    assert printed.out.startswith("4 runs of 2 pipelines and 1 model in use depend on it;")


def test_json(impact: CommandLine) -> None:
    printed = impact("impact", f"minio://mlpipeline/v2/artifacts/training/{TRAIN}/extract/table", "-o", "json")
    assert printed.code == 0
    validates(printed.out)
    report = json.loads(printed.out)
    assert [n["id"] for n in report["start"]] == ["artifact:1", "artifact:4"]
    assert report["models"][0]["name"] == "churn"
    assert report["not_checked"] == []


def test_a_run(impact: CommandLine) -> None:
    report = json.loads(impact("impact", "run", "nightly", "-o", "json").out)
    assert AGAIN in {r["id"] for r in report["runs"]}
    assert TRAIN not in {r["id"] for r in report["runs"]}
    assert report["recompute"]["tasks_of_start"] == 3


def test_a_run_that_kfp_has_forgotten(impact: CommandLine) -> None:
    assert impact("impact", "run", GONE).code == 0


def test_of_a_bundle_of_single_runs_it_is_said_once_that_others_may_be_missing(impact: CommandLine) -> None:
    impact.cluster = replace(a_world(), complete=False)
    printed = impact("impact", "1")
    assert " ".join(printed.out.split()).count("made of single runs: what other runs used may be missing") == 1


def test_pins(impact: CommandLine, tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("7 production\nnightly/train/model\n99\n")
    report = json.loads(impact("impact", "2", "--pins", str(pins), "-o", "json").out)
    assert [(m["kind"], m["name"], m["match"], m["artifacts"]) for m in report["models"]] == [
        ("pin", "nightly/train/model", "id", ["artifact:3"]),
        ("pin", "production", "id", ["artifact:7"]),
        ("inference-service", "churn", "exact", ["artifact:3"]),
    ]
    assert [n["source"] for n in report["not_checked"]] == ["pin 99"]


def test_a_bad_pin_is_2_and_its_line_is_told(impact: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "pins.txt").write_text("7\nwhat\n")
    printed = impact("impact", "2", "--pins", str(tmp_path / "pins.txt"))
    assert printed.code == 2
    assert 'line 2: "what" is no artifact' in printed.err


def test_a_limit_is_no_error_and_told(impact: CommandLine) -> None:
    printed = impact("impact", "1", "--limit", "4")
    assert printed.code == 0
    assert printed.out.startswith("At least ")
    assert json.loads(impact("impact", "1", "--limit", "4", "-o", "json").out)["truncated"] is True


def test_depth(impact: CommandLine) -> None:
    report = json.loads(impact("impact", "1", "--depth", "1", "-o", "json").out)
    assert {t["distance"] for t in report["tasks"]} == {1}


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("42",), "No artifact has the id 42"),
        (("model",), "names no artifact"),
        (("run",), "impact run RUN"),
        (("run", "nihgtly"), 'Did you mean "nightly" or'),
        (("1", "2"), "impact X` or"),
        (("run", "nightly", "1"), "impact X` or"),
        (("1", "--limit", "0"), "--limit"),
    ],
)
def test_bad_questions_are_2(impact: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    printed = impact("impact", *arguments)
    assert printed.code == 2
    assert said in printed.err


def test_without_a_lineage_store_it_is_3(impact: CommandLine) -> None:
    impact.cluster = a_cluster()
    assert impact("impact", "1").code == 3
    store = replace(a_world().lineage, error=Unreachable("ML Metadata refused the connection."))  # type: ignore[type-var]
    impact.cluster = a_world(store=store)  # type: ignore[arg-type]
    printed = impact("impact", "1")
    assert printed.code == 3
    assert "ML Metadata refused the connection." in printed.err
