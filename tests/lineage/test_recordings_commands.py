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
def test_json_is_valid_and_the_same_in_another_process(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "kfpops", *COMMANDS[command], *FROM],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert door.run([*COMMANDS[command], *FROM]) == 0
    printed = capsys.readouterr()
    again, _ = other.communicate(timeout=60)
    assert printed.err == ""
    validates(printed.out)
    assert (other.returncode, _MADE.sub("", again)) == (0, _MADE.sub("", printed.out))
    assert len(_MADE.findall(again)) == 1


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
