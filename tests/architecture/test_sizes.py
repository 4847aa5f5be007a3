"""Files and functions stay small enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(p for folder in ("kfpops", "tests", "tools", "benchmarks") for p in (ROOT / folder).rglob("*.py"))
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 6
LONGEST_COMMAND = 80


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{node.name} has {lines} lines"
            if path.is_relative_to(ROOT / "kfpops"):
                positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
                assert len(positional) <= MOST_PARAMETERS, f"{node.name} has {len(positional)} parameters"


def test_commands_are_thin() -> None:
    long = {
        relative(p): n
        for p in (ROOT / "kfpops" / "cli").glob("*.py")
        if (n := len(p.read_text().splitlines())) > LONGEST_COMMAND
    }
    allowed = {"kfpops/cli/configuration.py", "kfpops/cli/door.py", "kfpops/cli/options.py"}
    assert set(long) <= allowed


@pytest.mark.parametrize("path", sorted((ROOT / "kfpops").rglob("*.py")), ids=relative)
def test_every_module_opens_with_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "a module opens with one sentence"
