"""The tiers of the end-to-end tests: Kubernetes (pods shaped as KFP's) and KFP (runs of a real installation)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import testbed
from testbed import home

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("Kubernetes", "KFP")
# pytest's own: no test was collected.
_NO_TESTS = 5


@dataclass(frozen=True)
class Result:
    name: str
    told: str
    failed: bool = False


def not_run(name: str, why: str) -> Result:
    return Result(name, f"NOT RUN: {why}")


def run(kubeconfig: str, environ: Mapping[str, str]) -> list[Result]:
    """Both tiers, one after the other."""
    return [_kubernetes(kubeconfig, environ), _kfp(kubeconfig, environ)]


def _kubernetes(kubeconfig: str, environ: Mapping[str, str]) -> Result:
    command = [sys.executable, "-m", "pytest", "tests/e2e/kubernetes", "-p", "no:cacheprovider", "-rs"]
    done = subprocess.run(command, cwd=ROOT, env={**environ, "KFPOPS_E2E_KUBECONFIG": kubeconfig}, check=False)
    if done.returncode == _NO_TESTS:
        return Result("Kubernetes", "FAILED: no test was found", failed=True)
    return Result("Kubernetes", "ran, FAILED" if done.returncode else "ran, all passed", failed=bool(done.returncode))


def _kfp(kubeconfig: str, environ: Mapping[str, str]) -> Result:
    """Needs a KFP that answers, and the scenarios of a test bed with a Python that has the KFP SDK."""
    folder = Path(environ.get("KFPOPS_TEST_CLUSTER", ""))
    scenarios, python = folder / "scenarios", home(environ) / "kfp" / "venv" / "bin" / "python"
    with testbed.kfp(kubeconfig, environ) as why:
        if why:
            return not_run("KFP", why)
        if not (scenarios / "run-scenarios").exists():
            return not_run("KFP", "KFPOPS_TEST_CLUSTER has no scenarios")
        interpreter = str(python) if python.exists() else sys.executable
        command = [interpreter, "tests/e2e/kfp/live_scenarios.py", str(scenarios)]
        done = subprocess.run(command, cwd=ROOT, env={**environ, "KUBECONFIG": kubeconfig}, check=False)
    return Result("KFP", "ran, FAILED" if done.returncode else "ran, all passed", failed=bool(done.returncode))
