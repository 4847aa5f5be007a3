"""Layers, and what may not stand where."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CORE = ("model", "knowledge", "diagnose", "render", "runs", "logs", "status")
# What the core may not load, directly or through others.
SDKS = (
    "kubernetes",
    "boto3",
    "botocore",
    "minio",
    "urllib3",
    "requests",
    "kfp",
    "click",
    "rich",
    "yaml",
    "prometheus_client",
)
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("time", "time"), ("time", "monotonic"), ("date", "today")}


def test_the_layers_hold() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_core_loads_no_sdk() -> None:
    code = (
        "import sys; import kfpops.diagnose.gather, kfpops.diagnose.engine, kfpops.diagnose.present, kfpops.diagnose.report;"
        "from kfpops.diagnose.causes import all_causes; all_causes();"
        "import kfpops.runs.gather, kfpops.status.gather, kfpops.logs.gather, kfpops.render.text;"
        f"print([m for m in {SDKS!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def sources(*folders: str) -> list[Path]:
    return sorted(p for folder in folders for p in (ROOT / "kfpops" / folder).rglob("*.py"))


@pytest.mark.parametrize("path", sources(*CORE), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_core_has_no_clock_and_prints_nothing(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            assert (node.func.value.id, node.func.attr) not in CLOCKS, f"line {node.lineno} asks the clock"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "input"), f"line {node.lineno}"


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_mock_library_in_tests(path: Path) -> None:
    tops = {
        name
        for name in imports_of(path)
        if name.split(".")[0] in ("mock", "pytest_mock") or name.startswith("unittest.mock")
    }
    assert tops == set(), "fakes and builders, no mocks"


@pytest.mark.parametrize("feature", ["diagnose", "runs", "logs", "status"])
def test_only_gather_talks_to_ports(feature: str) -> None:
    for path in sources(feature):
        talks = "kfpops.ports" in imports_of(path)
        assert not talks or "gather" in path.relative_to(ROOT / "kfpops" / feature).parts[0], path.name


def test_no_feature_knows_another() -> None:
    features = ("diagnose", "runs", "logs", "status")
    for feature in features:
        known = {name.split(".")[1] for p in sources(feature) for name in imports_of(p) if name.startswith("kfpops.")}
        assert known & set(features) <= {feature}
