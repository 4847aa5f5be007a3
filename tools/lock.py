"""Write requirements-dev.lock: one resolution, by the oldest Python that is supported, so that newer ones take it too."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import tomllib

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# What development and CI install; `make lock` writes it. Resolved by Python {version}: newer ones take it as it is.
# exceptiongroup and tomli matter to Python 3.10 only and do no harm elsewhere.
"""


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    oldest = shutil.which("python3.10") or sys.executable
    with tempfile.TemporaryDirectory() as folder:
        environment, report = Path(folder) / "venv", Path(folder) / "report.json"
        subprocess.run([oldest, "-m", "venv", environment], check=True)
        pip = [environment / "bin" / "python", "-m", "pip", "--quiet", "install"]
        subprocess.run([*pip, "--upgrade", "pip"], check=True)
        subprocess.run([*pip, "--dry-run", "--ignore-installed", "--report", report, *wanted], check=True)
        resolved = json.loads(report.read_text())
    pins = sorted(
        f"{i['metadata']['name'].lower().replace('_', '-')}=={i['metadata']['version']}" for i in resolved["install"]
    )
    version = resolved["environment"]["python_version"]
    (ROOT / "requirements-dev.lock").write_text(HEAD.format(version=version) + "\n".join(pins) + "\n")
    print(f"{len(pins)} packages, resolved by Python {version}")


if __name__ == "__main__":
    main()
