"""Every command of lineage and cache on a recording, as a user types it: valid JSON, the same in another process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from kfpops.cli import door
from tests.lineage.recorded import label, path
from tests.schemas import validates

LEFT = {role: run["run_id"] for role, run in label("leftovers")["runs"].items()}
FROM = ("--from", str(path("leftovers")), "-o", "json")
PLAIN, USER = LEFT["plain"], LEFT["cache-user"]
COMMANDS = {
    "run": ("lineage", "run", USER),
    "artifact": ("lineage", "artifact", f"{LEFT['importer']}/shape/model", "--up"),
    "impact": ("lineage", "impact", "run", LEFT["cache-source"]),
    "diff": ("lineage", "diff", PLAIN, LEFT["version-dropped"]),
    "search": ("lineage", "search", "--type", "model", "--pipeline", "model-shape"),
    "explain": ("cache", "explain", USER),
}
_MADE = re.compile(r'"generated_at": "[^"]+"')


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("KFPOPS_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_valid(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run([*COMMANDS[command], *FROM]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    validates(printed.out)


def test_another_process_prints_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    """But for the moment: one that orders its sets in another way."""
    lines = [[*command, *FROM] for command in COMMANDS.values()]
    program = "import json, sys; from kfpops.cli import door; [door.run(c) for c in json.loads(sys.argv[1])]"
    other = subprocess.run(
        [sys.executable, "-c", program, json.dumps(lines)],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    for line in lines:
        door.run(line)
    assert _MADE.sub("", other.stdout) == _MADE.sub("", capsys.readouterr().out)
    assert len(_MADE.findall(other.stdout)) == len(COMMANDS)


def test_as_a_program() -> None:
    line = [sys.executable, "-m", "kfpops", *COMMANDS["explain"], *FROM[:2]]
    printed = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    assert printed.startswith("2 tasks: 2 taken from the cache.")
    assert "That run has been deleted from KFP since" in re.sub(r"\s+", " ", printed)


@pytest.mark.parametrize("form", ["text", "wide", "yaml", "markdown", "html", "dot", "mermaid", "openlineage"])
def test_other_formats_are_the_same_each_time(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for _ in range(2):
        assert door.run([*COMMANDS["run"], *FROM[:2], "-o", form]) == 0
        printed.append(re.sub(r"generated_at.*", "", capsys.readouterr().out))
    assert printed[0] == printed[1]
    assert len(printed[0]) > 200


def test_what_is_not_there_is_told_beside_what_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run(["lineage", "artifact", f"{USER}/shape/modle", *FROM[:2]]) == 2
    assert "Its outputs are model, executor-logs." in capsys.readouterr().err


def test_the_answer_to_json_names_the_run_that_was_taken_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert door.run([*COMMANDS["explain"], *FROM]) == 0
    tasks = json.loads(capsys.readouterr().out)["tasks"]
    assert {t["from"]["run"] for t in tasks} == {LEFT["cache-source"]}
