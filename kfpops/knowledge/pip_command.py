"""The pip command that KFP's SDK writes into a Python component: what it installs, and from which index."""

from __future__ import annotations

import re
from collections.abc import Iterable

# sdk/python/kfp/dsl/component_factory.py, make_pip_install_command: one command per group, requirements quoted.
_COMMAND = re.compile(r"-m pip install --quiet --no-warn-script-location(?P<rest>[^\n]*?)(?:&&|;|$)", re.MULTILINE)
_INDEX = re.compile(r"--index-url[= ]+'?(?:\w+://)(?:[^/@\s']*@)?(?P<host>[\w.-]+)")
_REQUIREMENT = re.compile(r"'([^']+)'|\"([^\"]+)\"")


def index_host(command: Iterable[str]) -> str | None:
    """The host of the index that the command names (`pip_index_urls`), without credentials; None when it names none."""
    for rest in _pip(command):
        if (found := _INDEX.search(rest)) is not None:
            return found["host"]
    return None


def requirements(command: Iterable[str]) -> tuple[str, ...]:
    """What packages_to_install names; KFP's own package, which the SDK adds, is left out."""
    named = [a or b for rest in _pip(command) for a, b in _REQUIREMENT.findall(rest)]
    own = ("--", "kfp==", "typing-extensions>=3.7.4,<5")
    return tuple(dict.fromkeys(n for n in named if not n.startswith(own)))


def _pip(command: Iterable[str]) -> Iterable[str]:
    return (found["rest"] for word in command if "pip install" in word for found in _COMMAND.finditer(word))
