"""Run the unit tests on every supported Python that this machine has, each in an environment of its own.

    python3 tools/pythons.py [VERSION...]

Exit status 0 when all that ran passed. A version that is not here is said to be not run, never silently left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.10", "3.11", "3.12", "3.13")
# What the tests import beside the project; resolved anew for each Python, because a lock holds for one.
TOOLS = ("pytest>=8.0", "pytest-xdist>=3.6", "hypothesis>=6.100", "jsonschema>=4.21", "import-linter>=2.1")


def main() -> int:
    failed = []
    for version in sys.argv[1:] or SUPPORTED:
        interpreter = find(version)
        if interpreter is None:
            print(f"tests on Python {version}: NOT RUN: this machine has none", flush=True)
            continue
        code = test(version, interpreter)
        print(f"tests on Python {version}: exit status {code}", flush=True)
        failed += [version] if code else []
    return 1 if failed else 0


def find(version: str) -> str | None:
    """An interpreter of this version: on the PATH, or among those that pyenv keeps."""
    places = [shutil.which(f"python{version}"), *map(str, sorted(pyenv_versions().glob(f"{version}.*/bin/python")))]
    for place in filter(None, places):
        asked = subprocess.run([place, "--version"], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and asked.stdout.startswith(f"Python {version}."):
            return place
    return None


def pyenv_versions() -> Path:
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


def test(version: str, interpreter: str) -> int:
    """0, or the exit status of the first thing that failed."""
    venv = ROOT / f".venv-{version}"
    python = str(venv / "bin" / "python")
    steps = (
        [interpreter, "-m", "venv", str(venv)],
        [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--editable",
            f"{ROOT}[mysql,inventory]",
            *TOOLS,
        ],
        [python, "-m", "pytest", "--quiet", "-n", "auto"],
    )
    environment = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    for step in steps:
        code = subprocess.run(step, cwd=ROOT, env=environment, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
