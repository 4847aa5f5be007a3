"""The tiers of the end-to-end tests: a browser, a real Prometheus, Kubernetes (pods shaped as KFP's), KFP (real runs)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import testbed
from kfp_python import kfp_python
from testbed import home

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("Kubernetes", "KFP")
_BROWSER = {"chromium": "chromium", "chromedriver": "chromium-driver"}
_PROMETHEUS = {"prometheus": "prometheus"}
"""Programs, and Debian's packages that hold them."""
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


def browser(environ: Mapping[str, str]) -> Result:
    """Needs chromium and its driver, no cluster."""
    return _of_programs("Browser", "tests/e2e/browser", _BROWSER, environ)


def prometheus(environ: Mapping[str, str]) -> Result:
    """Needs a Prometheus, no cluster."""
    return _of_programs("Prometheus", "tests/e2e/prometheus", _PROMETHEUS, environ)


def _of_programs(name: str, tests: str, packages: Mapping[str, str], environ: Mapping[str, str]) -> Result:
    """KFPOPS_INSTALL_PROGRAMS=1: Debian's are installed when they are missing."""
    if not all(map(shutil.which, packages)) and environ.get("KFPOPS_INSTALL_PROGRAMS") == "1":
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages.values()]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(install, check=False, env={**environ, "DEBIAN_FRONTEND": "noninteractive"})
    if missing := [program for program in packages if not shutil.which(program)]:
        return not_run(name, f"{' and '.join(missing)} cannot be found")
    command = [sys.executable, "-m", "pytest", tests, "-p", "no:cacheprovider", "-rs"]
    return _told(name, subprocess.run(command, cwd=ROOT, check=False).returncode)


def _told(name: str, code: int) -> Result:
    if code == _NO_TESTS:
        return Result(name, "FAILED: no test was found", failed=True)
    return Result(name, "ran, FAILED" if code else "ran, all passed", failed=bool(code))


def _kubernetes(kubeconfig: str, environ: Mapping[str, str]) -> Result:
    command = [sys.executable, "-m", "pytest", "tests/e2e/kubernetes", "-p", "no:cacheprovider", "-rs"]
    done = subprocess.run(command, cwd=ROOT, env={**environ, "KFPOPS_E2E_KUBECONFIG": kubeconfig}, check=False)
    return _told("Kubernetes", done.returncode)


def _kfp(kubeconfig: str, environ: Mapping[str, str]) -> Result:
    """Needs a KFP that answers, and the scenarios of a test bed with a Python that has the KFP SDK."""
    folder = Path(environ.get("KFPOPS_TEST_CLUSTER", ""))
    scenarios = folder / "scenarios"
    with testbed.kfp(kubeconfig, environ) as why:
        if why:
            return not_run("KFP", why)
        if not (scenarios / "run-scenarios").exists():
            return not_run("KFP", "KFPOPS_TEST_CLUSTER has no scenarios")
        interpreter, why = kfp_python(environ)
        if why:
            return not_run("KFP", why)
        environment = _environment(kubeconfig, environ)
        programs = (["live_scenarios.py", str(scenarios)], ["lineage_live.py"], ["cleanup_live.py"])
        # The installation's own database server: the tests make a database of their own in it, and drop it.
        database = {"KFPOPS_TEST_MYSQL": "mysql://root@127.0.0.1:3306/metadb", **environment}
        mysql = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/cluster/mlmd_database/test_mysql.py"]
        codes = [subprocess.run(mysql, cwd=ROOT, env=database, check=False).returncode]
        codes += [
            subprocess.run([interpreter, f"tests/e2e/kfp/{name}", *more], cwd=ROOT, env=environment, check=False).returncode
            for name, *more in programs
        ]
    return _told("KFP", max(codes, key=abs))


def _environment(kubeconfig: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What the scenarios of the test bed want to know: its kubectl, and the addresses that `kfp-up` opens."""
    addresses = {
        "SCENARIO_IMAGE": "python:3.11",
        "SCENARIO_KFP_URL": testbed.KFP_URL,
        "SCENARIO_METADATA": "127.0.0.1:8080",
        "SCENARIO_STORE": "http://127.0.0.1:9000",
    }
    path = f"{home(environ) / 'bin'}{os.pathsep}{environ.get('PATH', '')}"
    return {**addresses, **environ, "KUBECONFIG": kubeconfig, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
