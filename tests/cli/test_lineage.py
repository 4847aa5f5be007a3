from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import click
import pytest
import yaml

from kfpops.capture.open import open_cluster
from kfpops.cli.lineage import SUBCOMMANDS, command
from kfpops.cli.options import FORMATS, GRAPH_FORMATS
from kfpops.errors import Unreachable
from kfpops.model.run import Run
from kfpops.ports import Cluster
from tests.cli.conftest import CommandLine
from tests.fakes import FakePipelines, a_cluster
from tests.golden import matches_golden
from tests.lineage.shown import NOW, TABLE, shown, train_run
from tests.schemas import validates

GOLDEN = Path(__file__).parent / "golden"
BUNDLE = Path(__file__).parent.parent / "lineage" / "recordings" / "leftovers.tar.gz"


@pytest.fixture
def lineage(kfpops: CommandLine) -> CommandLine:
    """On the store of `shown`, whose first run of churn-training is called nightly."""
    runs = FakePipelines((Run(train_run(1), "nightly", "SUCCEEDED"),))
    kfpops.cluster = replace(a_cluster(pipelines=runs), lineage=shown().lineage(), now=NOW)
    return kfpops


def test_an_artifact(lineage: CommandLine) -> None:
    printed = lineage("lineage", "artifact", TABLE)
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / "lineage-artifact.txt")


@pytest.mark.parametrize("run", ["nightly", train_run(1), "7a000001"])
def test_a_run(lineage: CommandLine, run: str) -> None:
    printed = lineage("lineage", "run", run)
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / "lineage-run.txt")


def test_kfp_is_asked_once_how_the_run_went_and_not_at_all_for_an_artifact(lineage: CommandLine) -> None:
    assert isinstance(lineage.cluster, Cluster)
    pipelines = lineage.cluster.pipelines
    assert isinstance(pipelines, FakePipelines)
    assert json.loads(lineage("lineage", "artifact", TABLE, "-o", "json").out)["run"] is None
    assert pipelines.asked == []
    told = json.loads(lineage("lineage", "run", train_run(1), "-o", "json").out)["run"]
    assert (told["name"], told["state"], told["deleted"]) == ("nightly", "succeeded", False)
    assert len(pipelines.asked) == 1


def test_a_run_that_kfp_has_forgotten_is_said_to_be_deleted(lineage: CommandLine) -> None:
    assert lineage("lineage", "run", train_run(2)).out.startswith("Run 7a000002 (churn-training) was deleted from KFP: ")


@pytest.mark.parametrize("what", ["2", "artifact:2", "minio://mlpipeline/v2/artifacts/2", "7a000001/featurize/features"])
def test_artifacts_in_each_way_of_naming_them(lineage: CommandLine, what: str) -> None:
    expected = "artifact:4" if "/featurize/" in what else "artifact:2"
    assert expected in json.loads(lineage("lineage", "artifact", what, "-o", "json").out)["start"]


@pytest.mark.parametrize("output", FORMATS + GRAPH_FORMATS)
def test_every_format(lineage: CommandLine, output: str) -> None:
    printed = lineage("lineage", "artifact", TABLE, "-o", output)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.endswith("\n")
    begins = {
        "json": '{\n  "schema": "kfpops/lineage/v1"',
        "yaml": "schema: kfpops/lineage/v1",
        "html": "<!doctype html>",
        "markdown": "# Artifact 2\n",
        "dot": "// 16 logs are not drawn\ndigraph lineage {",
        "mermaid": "%% 16 logs are not drawn\nflowchart LR",
        "openlineage": '{"eventType": "START"',
    }
    assert printed.out.lower().startswith(begins.get(output, "Dataset table").lower())


def test_json_is_valid_and_yaml_the_same(lineage: CommandLine) -> None:
    printed = lineage("lineage", "run", "nightly", "-o", "json")
    validates(printed.out)
    as_yaml = yaml.safe_load(lineage("lineage", "run", "nightly", "-o", "yaml").out)
    assert {**json.loads(printed.out), "generated_at": ""} == {**as_yaml, "generated_at": ""}


def test_html_is_the_page_that_can_be_searched(lineage: CommandLine) -> None:
    page = lineage("lineage", "artifact", TABLE, "-o", "html").out
    assert "<title>Artifact 2" in page
    assert "artifact:13" in page


def test_directions_and_depth(lineage: CommandLine) -> None:
    def nodes(*options: str) -> set[str]:
        return {n["id"] for n in json.loads(lineage("lineage", "artifact", TABLE, *options, "-o", "json").out)["nodes"]}

    up, down, both = nodes("--up"), nodes("--down"), nodes()
    assert up == {"artifact:2", "execution:3", "artifact:1", "execution:2"}
    assert up | down == both == nodes("--up", "--down")
    assert nodes("--depth", "0") == {"artifact:2"}
    assert nodes("--up", "--depth", "2") == {"artifact:2", "execution:3", "artifact:1"}


def test_filters(lineage: CommandLine) -> None:
    def fits(*options: str) -> set[str]:
        nodes = json.loads(lineage("lineage", "artifact", TABLE, *options, "-o", "json").out)["nodes"]
        return {n["id"] for n in nodes if n["fits"]}

    assert fits("--type", "html") == fits("--type", "system.HTML") == {f"artifact:{i}" for i in (12, 24, 33, 42)}
    assert fits("--state", "cached") == {"execution:20"}
    assert fits("--pipeline", "serve") == {"artifact:13", "execution:15"}
    assert fits("--since", "1h") == set()
    assert fits("--until", "2026-11-01T06:00:03Z") == {"artifact:1"}


def test_a_limit_cuts_and_says_so(lineage: CommandLine) -> None:
    assert json.loads(lineage("lineage", "artifact", TABLE, "--limit", "3", "-o", "json").out)["truncated"] is True
    assert "Stopped at the limit of 3 nodes" in lineage("lineage", "artifact", TABLE, "--limit", "3").out


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (("artifact", "9999"), "9999"),
        (("artifact", "nonsense"), "names no artifact"),
        (("artifact", "--depth", "-1", "2"), "-1 is not in the range"),
        (("artifact", "2", "--since", "yesterday"), "neither a span"),
        (("run", "nihgtly"), "nightly"),
        (("impct", "2"), "Did you mean 'impact'?"),
    ],
)
def test_bad_input_is_2(lineage: CommandLine, arguments: tuple[str, ...], sentence: str) -> None:
    printed = lineage("lineage", *arguments)
    assert printed.code == 2
    assert sentence in printed.err


def test_a_store_that_does_not_answer_is_3(lineage: CommandLine) -> None:
    store = shown().lineage()
    store.error = Unreachable("ML Metadata at localhost:8080 refused the connection.")
    lineage.cluster = replace(a_cluster(), lineage=store)
    printed = lineage("lineage", "artifact", TABLE)
    assert (printed.code, printed.out) == (3, "")
    assert "refused the connection" in printed.err


@pytest.mark.parametrize("command_line", [("runs",), ("status",), ("diagnose", "namespace"), ("lineage", "search")])
@pytest.mark.parametrize("place", ["before", "after"])
def test_formats_of_graphs_are_refused_elsewhere(lineage: CommandLine, command_line: tuple[str, ...], place: str) -> None:
    wanted = ("-o", "dot")
    printed = lineage(*wanted, *command_line) if place == "before" else lineage(*command_line, *wanted)
    assert (printed.code, printed.out) == (2, "")
    assert f"`kfpops {' '.join(command_line)}` makes no graph, so it cannot print dot. It prints text, wide," in printed.err


def test_formats_may_stand_before_the_command(lineage: CommandLine) -> None:
    after = lineage("lineage", "artifact", TABLE, "-o", "dot").out
    assert lineage("-o", "dot", "lineage", "artifact", TABLE).out == after
    assert lineage("lineage", "-o", "dot", "artifact", TABLE).out == after


def test_formats_of_graphs_are_offered_only_where_there_is_one(lineage: CommandLine) -> None:
    assert "|openlineage]" in lineage("lineage", "run", "--help").out
    for other in ("--help", "runs --help", "lineage --help", "lineage diff --help"):
        assert "openlineage]" not in lineage(*other.split()).out
    assert "'mermaid'" not in lineage("runs", "-o", "nonsense").err


def test_a_format_that_there_is_not_is_refused_wherever_it_comes_from(
    lineage: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lineage("runs", "-o", "nonsense").code == 2
    monkeypatch.setenv("KFPOPS_OUTPUT", "nonsense")
    printed = lineage("runs")
    assert printed.code == 2
    assert "`kfpops runs` knows no format nonsense." in printed.err


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_the_table_of_commands_says_what_the_commands_say(name: str) -> None:
    module, short = SUBCOMMANDS[name]
    found = import_module(module).command
    assert isinstance(found, click.Command)
    assert found.name == name
    assert " ".join((found.help or "").split("\n\n")[0].split()) == short


def test_help_names_all_and_imports_none() -> None:
    code = (
        "import sys; from kfpops.cli import door; door.run(['lineage', '--help']);"
        f"print([m for m in {[m for m, _ in SUBCOMMANDS.values()]!r} if m in sys.modules],"
        "[m for m in sys.modules if m.startswith('kfpops.lineage')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.endswith("[] []\n")
    for name in command.list_commands(click.Context(command)):
        assert re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE)


def test_a_terminal_without_utf_8_gets_plain_lines() -> None:
    code = (
        "import sys; from kfpops.render.document import Branch, Document, Tree; from kfpops.cli.printing import show;"
        "from kfpops.settings import Settings;"
        "show(Settings(), lambda: Document('t', 'v', 'plain', (Tree((Branch(0, 'a ×2'), Branch(1, 'b'))),)), lambda at: {})"
    )
    command = [sys.executable, "-X", "utf8=0", "-c", code]
    done = subprocess.run(command, capture_output=True, env={"PYTHONIOENCODING": "ascii"}, timeout=30, check=True)
    assert done.stdout == b"v\n\na x2\n`- b\n"


@pytest.mark.parametrize(
    "name, arguments",
    [
        ("imported", ("artifact", "268")),
        ("importing-run", ("run", "71de5fb6-3ebd-4358-bf43-99b29548d3e7")),
        ("cached-run", ("run", "3c02441b-df98-4012-be6a-f7b6741ef11f")),
    ],
)
def test_a_recording_of_a_real_cluster(kfpops: CommandLine, name: str, arguments: tuple[str, ...]) -> None:
    kfpops.cluster = open_cluster(BUNDLE)
    printed = kfpops("lineage", *arguments)
    assert (printed.code, printed.err) == (0, "")
    matches_golden(printed.out, GOLDEN / f"lineage-{name}.txt")
    validates(kfpops("lineage", *arguments, "-o", "json").out)
