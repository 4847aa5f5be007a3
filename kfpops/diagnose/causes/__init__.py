"""All causes, one file a family. A family exports `CAUSES`; this package collects them. No SDKs, no ports, no clock."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from kfpops.diagnose.cause import Cause


@lru_cache(maxsize=1)
def all_causes() -> tuple[Cause, ...]:
    """Every cause, in the order of families and within each as the family lists them."""
    families = sorted(m.name for m in iter_modules(__path__))
    return tuple(c for name in families for c in import_module(f"{__name__}.{name}").CAUSES)
