"""Make the development environment when it is missing or old, then run a command in it.

    python3 tools/environment.py COMMAND [ARGUMENT...]

Standard library only: it is the first thing that runs on a fresh machine. KFPOPS_VENV names another folder than .venv.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("KFPOPS_VENV") or ROOT / ".venv").absolute()
LOCK = ROOT / "requirements-dev.lock"
OLDEST = (3, 10)
# The newest release that Python 3.10 and 3.11 find on systems with glibc 2.17 to 2.38.
MLMD = "ml-metadata==1.17.1"
NAMES = ("python3.13", "python3.12", "python3.11", "python3.10", "python3.14", "python3", "python")


def main() -> None:
    ensure()
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(VENV)}
    environment.pop("PYTHONHOME", None)
    os.chdir(ROOT)
    command = shutil.which(sys.argv[1], path=environment["PATH"])
    if command is None:
        sys.exit(f"There is no command {sys.argv[1]}.")
    os.execve(command, sys.argv[1:], environment)


def ensure() -> None:
    """The environment of the lock file: made once, and again when the lock or the project's metadata changed."""
    stamp = VENV / ".kfpops-lock"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not (VENV / "bin" / "python").exists():
        say(f"making the environment {VENV}")
        run([python(), "-m", "venv", str(VENV)], "Is the venv module there? Debian has it in python3-venv.")
    say("installing what requirements-dev.lock names")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--requirement", str(LOCK)], "Is a package index reachable?")
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "")
    beside(pip)
    stamp.write_text(wanted)


def beside(pip: list[str]) -> None:
    """ml-metadata, whose wheels for older systems pin a protobuf that KFP's SDK cannot live with.

    Only bytes pass between its store and the rest, so without its dependencies it works beside any protobuf. Where it has no
    wheel at all (Python 3.12 on such a system), the tests that need its store say so.
    """
    done = subprocess.run([*pip, "--no-deps", MLMD], stderr=subprocess.DEVNULL, check=False)
    if done.returncode:
        say(f"{MLMD} has no wheel for this Python and system; it is left out")


def python() -> str:
    """The Python that runs this, or another one that is new enough."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in NAMES:
        found = shutil.which(name)
        if (
            found
            and subprocess.run([found, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"], check=False).returncode
            == 0
        ):
            return found
    sys.exit("Python 3.10 or newer is needed.")


def run(command: list[str], hint: str) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode:
        sys.exit(f"failed: {' '.join(command)}" + (f"\n{hint}" if hint else ""))


def say(text: str) -> None:
    print(f"[environment] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
