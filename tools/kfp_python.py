"""A Python with the KFP SDK and what the scenarios of a test bed import, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pythons

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv-kfp"
SDK = ("kfp==2.17.0", "kfp-kubernetes==2.17.0", "boto3>=1.34", "grpcio", "absl-py", "attrs")
# Of ml-metadata only the message classes are used; what it pins does not live beside KFP's SDK.
WITHOUT_DEPENDENCIES = "ml-metadata==1.17.1"
# Its newest wheels are for this one.
VERSION = "3.11"


def kfp_python(environ: Mapping[str, str]) -> tuple[str, str]:
    """The interpreter's path, or "" and the reason why there is none. KFPOPS_E2E_SDK_PYTHON names one that has it all."""
    given = environ.get("KFPOPS_E2E_SDK_PYTHON", "")
    if given:
        return given, ""
    python = VENV / "bin" / "python"
    if _imports(python):
        return str(python), ""
    interpreter = pythons.find(VERSION) or sys.executable
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    steps = ([interpreter, "-m", "venv", str(VENV)], [*pip, *SDK], [*pip, "--no-deps", WITHOUT_DEPENDENCIES])
    for step in steps:
        if subprocess.run(step, check=False).returncode:
            return "", f"the KFP SDK could not be installed: {' '.join(step[-3:])} failed"
    return (str(python), "") if _imports(python) else ("", "the KFP SDK is installed, but cannot be imported")


def _imports(python: Path) -> bool:
    wanted = "import boto3, grpc, kfp, kfp.kubernetes, ml_metadata.proto"
    return python.exists() and not subprocess.run([python, "-c", wanted], capture_output=True, check=False).returncode
