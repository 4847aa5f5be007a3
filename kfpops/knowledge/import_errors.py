"""Imports that failed: a module that is not installed, a name that it has not, a shared library, the wrong place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from kfpops.knowledge.distribution import Provider, is_shared, provider_of
from kfpops.knowledge.traceback import Traceback

ImportTrouble: TypeAlias = Literal["missing", "submodule", "name", "library", "shadowed", "circular", "relative"]
"""missing: not installed · submodule: installed, but this version has no such part · name: the module has no such name ·
library: a shared library of the system · shadowed: another file of that name · circular, relative: the importing code."""


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """`module` as Python names it; `provider` what would bring it; `path` the file that was imported instead."""

    trouble: ImportTrouble
    module: str | None
    provider: Provider | None = None
    name: str | None = None
    library: str | None = None
    path: str | None = None


# CPython: Lib/importlib/_bootstrap.py, Python/ceval.c (cannot import name); dlopen's text is glibc's (elf/dl-load.c).
_NO_MODULE = re.compile(r"No module named ['\"]?(?P<module>[\w.-]+)['\"]?(?P<file>; '[^']+' is not a package)?")
_NO_NAME = re.compile(
    r"cannot import name '?(?P<name>\w+)'? from (?P<partial>partially initialized module )?'(?P<module>[\w.]+)'"
)
_PATH = re.compile(r"\((?P<path>/[^()]+|unknown location)\)$")
_NO_LIBRARY = re.compile(r"(?P<library>lib[\w.+-]+\.so[\w.]*): cannot open shared object file")
# What libraries say about their own optional parts: pandas (compat/_optional.py, io/parquet.py), transformers
# (utils/import_utils.py), fsspec (registry.py), and the usual hint `pip install x`.
_OPTIONAL = re.compile(
    r"Missing optional dependency '(?P<a>[\w.-]+)'|tried using: '(?P<b>\w+)'"
    r"|requires the (?P<c>[\w.-]+) library but it was not|[Ii]nstall (?P<d>[\w-]+) to access"
    r"|pip3? install (?:-U |--upgrade )?[`'\"]?(?P<e>[A-Za-z][\w.-]*)"
)
_IMPORTED = re.compile(r"from (?P<package>[\w.]+) import \(?(?P<name>\w+)|import (?P<module>[\w.]+)")
_SPOKEN = {"PyTorch": "torch", "TensorFlow": "tensorflow", "Flax": "flax", "Accelerate": "accelerate"}
# Whoever raises one of these while handling a failed import, and names the module, passes the failure on.
_PASSED_ON = frozenset(
    {"ImportError", "RuntimeError", "Exception", "OSError", "EnvironmentError", "ValueError", "SystemError"}
)


def read_import_failure(traceback: Traceback) -> ImportFailure | None:
    """The failed import that a traceback goes back to; None when it is about something else.

    A failed import that was caught, and followed by another exception, is not meant.
    """
    for one in (*traceback.explained, *_named(traceback)):
        if (found := _read(one)) is not None:
            return found
    return None


def _named(traceback: Traceback) -> tuple[Traceback, ...]:
    earlier = traceback.cause
    if earlier is None or earlier.exception != "ModuleNotFoundError" or traceback.name not in _PASSED_ON:
        return ()
    found = _NO_MODULE.search(earlier.message)
    return (earlier,) if found and re.search(rf"\b{re.escape(found['module'])}\b", traceback.message) else ()


def _read(one: Traceback) -> ImportFailure | None:
    if one.name not in ("ModuleNotFoundError", "ImportError", "OSError"):
        return None
    text = one.message
    if (found := _NO_LIBRARY.search(text)) is not None:
        return ImportFailure("library", None, library=found["library"])
    if one.name == "OSError":
        return None
    if (found := _NO_MODULE.search(text)) is not None:
        return _missing(one, found["module"], shadowed=found["file"] is not None)
    if (found := _NO_NAME.search(text)) is not None:
        return _without_name(one, found)
    if "attempted relative import" in text:
        return ImportFailure("relative", None)
    if one.name == "ImportError" and (found := _OPTIONAL.search(text)) is not None:
        said = next(filter(None, found.groups()))
        module = _SPOKEN.get(said, said)
        provider = provider_of(module)
        return ImportFailure("missing", module, Provider(provider.distribution or module, known=True))
    return None


def _missing(one: Traceback, module: str, shadowed: bool) -> ImportFailure:
    if shadowed:
        return ImportFailure("shadowed", module, provider_of(module))
    wanted = _imported(one, module)
    provider = provider_of(wanted)
    # Python names the first part that is missing: of `a.b` it has found `a`, unless `a` is shared by many distributions.
    if "." in module and not is_shared(module) and provider == provider_of(module.partition(".")[0]):
        return ImportFailure("submodule", module, provider)
    return ImportFailure("missing", module, provider)


def _without_name(one: Traceback, found: re.Match[str]) -> ImportFailure:
    module, name = found["module"], found["name"]
    path = _PATH.search(one.first_line)
    if path and path["path"] == "unknown location" and (is_shared(module) or provider_of(f"{module}.{name}").known):
        return ImportFailure("missing", f"{module}.{name}", provider_of(f"{module}.{name}"))
    trouble: ImportTrouble = "circular" if found["partial"] else "name"
    return ImportFailure(trouble, module, provider_of(module), name=name, path=path["path"] if path else None)


def _imported(one: Traceback, module: str) -> str:
    """The whole name of the import that failed, from the source line, when it begins with the missing module."""
    code = one.frames[-1].code if one.frames else ""
    found = _IMPORTED.match(code)
    whole = (found["module"] or f"{found['package']}.{found['name']}") if found else module
    return whole if is_shared(module) and whole.startswith(f"{module}.") else module
