"""Python modules → what to install to have them: PyPI's name where it differs, and what no installation brings."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Packages that many distributions share: the module's first name says nothing about which one.
_NAMESPACES = frozenset({"google", "google.cloud", "azure", "opentelemetry", "kubeflow", "backports", "zope", "jaraco"})


@dataclass(frozen=True, slots=True)
class Provider:
    """What brings a module. `distribution` is None for what no distribution brings (a part of Python itself).

    `known`: the table says so; else the distribution is assumed to be called like the module, which may also be the user's
    own file. `removed_in`: the Python release that took the module out of the standard library.
    """

    distribution: str | None
    known: bool = False
    standard: bool = False
    removed_in: str | None = None


@dataclass(frozen=True, slots=True)
class _Tables:
    distributions: Mapping[str, str]
    known: frozenset[str]
    removed: Mapping[str, str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    raw = tomllib.loads((files("kfpops.knowledge") / "distributions.toml").read_text("utf-8"))
    return _Tables(raw["distributions"], frozenset(raw["known"]["names"]), raw["removed"])


def distributions() -> Mapping[str, str]:
    """The whole table: import name → distribution, where the two differ."""
    return _tables().distributions


def provider_of(module: str) -> Provider:
    """What brings `module` (dotted). The longest name in the table wins: `google.cloud.storage` before `google`."""
    tables = _tables()
    parts = module.split(".")
    top = parts[0]
    removed = tables.removed.get(top)
    for length in range(len(parts), 0, -1):
        if (found := tables.distributions.get(".".join(parts[:length]))) is not None:
            return Provider(found, known=True, removed_in=removed)
    if removed is not None or top in sys.stdlib_module_names:
        return Provider(None, known=True, standard=True, removed_in=removed)
    if is_shared(module):
        return Provider(module.replace(".", "-").replace("_", "-"))
    known = top in tables.known
    return Provider(top.replace("_", "-") if known else top, known=known)


def is_shared(module: str) -> bool:
    """Whether a module is, or lies in, a package that many distributions share (`google.cloud.x`)."""
    return module.split(".")[0] in _NAMESPACES or module in _NAMESPACES


def normalized(distribution: str) -> str:
    """PEP 503: how pip compares names; extras (`psycopg[binary]`) aside."""
    return re.sub(r"[-_.]+", "-", distribution.partition("[")[0]).lower()
