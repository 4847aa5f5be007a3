"""What pip says when it cannot install: not there, not reachable, in conflict, not built, not allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

PipTrouble: TypeAlias = Literal["not-found", "unreachable", "conflict", "build", "not-permitted"]


@dataclass(frozen=True, slots=True)
class PipFailure:
    """`package` and `wanted` ("9.9.1", ">=3") as asked for; `available` the versions pip found, newest last.

    `host` is the index that did not answer, None when pip does not name it. `detail` is a missing tool or header, the path
    that may not be written, `UNTRUSTED` for an index that pip ignored, or pip's reason. `lines` are the telling ones.
    """

    trouble: PipTrouble
    package: str | None = None
    wanted: str | None = None
    available: tuple[str, ...] = ()
    host: str | None = None
    http_status: int | None = None
    detail: str | None = None
    lines: tuple[str, ...] = ()


# The texts are pip's (pip/_internal/exceptions.py, resolution/resolvelib/factory.py, commands/install.py).
_NO_VERSION = re.compile(
    r"Could not find a version that satisfies the requirement (?P<asked>.+?) \(from versions: (?P<versions>.*)\)"
)
_NO_MATCH = re.compile(r"No matching distribution found for (?P<asked>.+)")
_OTHER_PYTHON = re.compile(r"Package '(?P<asked>[^']+)' requires a different Python: (?P<detail>.+)")
_BAD_REQUIREMENT = re.compile(r"ERROR: Invalid requirement: '?(?P<asked>[^':]+)")
_PERMISSION = re.compile(
    r"Could not install packages due to an (?:OSError|EnvironmentError): \[Errno (?:13|1|30)\] (?P<detail>.+)"
    r"|error: (?P<managed>externally-managed-environment)"
)
_CONFLICT = re.compile(
    r"Cannot install (?P<asked>.+?) because these package versions have conflicting dep|ResolutionImpossible"
)
_BUILD = re.compile(
    r"Failed building wheel for (?P<a>[\w.-]+)|Could not build wheels for (?P<b>[\w.-]+)|Failed to build '?(?P<c>[\w.-]+)"
    r"|error: (?:metadata-generation-failed|subprocess-exited-with-error|legacy-install-failure)"
    r"|error: failed-wheel-build-for-install"
    r"|Cannot find command '(?P<tool>git)'"
)
_CONNECTION = re.compile(
    r"connection broken by|Max retries exceeded|Failed to establish a new connection|Could not fetch URL|ReadTimeoutError"
    r"|Could not resolve host|HTTP error (?P<a>[45]\d\d)|(?P<b>40[137]|50[234]) (?:Client|Server) Error|(?P<c>401) Error"
)
_HOST = re.compile(
    r"host='(?P<a>[^']+)'|Failed to resolve '(?P<b>[^']+)'|Could not resolve host: (?P<c>[\w.-]+)"
    r"|(?:for url: |getting |Could not fetch URL |correct for )https?://(?:[^/@\s]*@)?(?P<d>[\w.-]+)"
)
# What a build from source misses: compilers, headers, Rust, and the -config programs of libraries.
_MISSING_TOOL = re.compile(
    r"fatal error: (?P<header>[\w/.+-]+\.h(?:pp)?): No such file"
    r"|(?:command|execute) '(?P<compiler>[\w./+-]+)'.{0,40}(?:No such file|failed)"
    r"|(?P<config>[\w-]*(?:pg_config|mysql_config|pkg-config|cmake|rustc|cargo|swig|gfortran|nvcc|gdal-config))\b"
    r".{0,60}(?:not found|No such file|not installed|required|missing)",
    re.IGNORECASE,
)
# pip/_internal/index/collector.py: plain HTTP, and not among the trusted hosts.
_IGNORED = re.compile(r"The repository located at (?P<host>[^\s:]+)\S* is not a trusted or secure host and is being ignored")
UNTRUSTED = "not trusted"
# Python's tempfile, met by pip itself (`ERROR: Exception:`) in a container whose file system is read-only.
_NO_FOLDER = re.compile(r"No usable temporary directory found in (?P<folders>.+)")
_WORDS = ("ERROR", "rror:", "WARNING", "fatal", "not found", "Failed", "resolve host", "onflict", "Error:", "No such file")
_NAME = re.compile(r"\s*(?P<name>[A-Za-z0-9][\w.-]*?)(?:\[[^\]]*\])?\s*(?P<wanted>(?:[=<>!~ ].*)?)$")


def read_pip_failure(lines: Sequence[str]) -> PipFailure | None:
    """Why pip gave up, from its own lines; None when it did not. Warnings that it went on after are no failure."""
    said = [line.strip() for line in lines if _may_tell(line)]
    if not said:
        return None
    for read in (_not_permitted, _unreachable, _conflict, _not_found, _build):
        if (found := read(said)) is not None:
            return found
    return None


def _may_tell(line: str) -> bool:
    # One quick look at each line: a log may be long, and pip's part is not.
    return any(word in line for word in _WORDS)


def requirement(text: str) -> tuple[str | None, str | None]:
    """`xgboost==9.9.1` → ("xgboost", "9.9.1"); `torch>=9` → ("torch", ">=9"); `numpy` → ("numpy", None)."""
    found = _NAME.match(text.partition(" (from")[0].partition(";")[0])
    if found is None:
        return None, None
    wanted = found["wanted"].strip()
    exact = wanted.startswith("==") and "," not in wanted
    return found["name"], (wanted.removeprefix("==").lstrip("=").strip() if exact else wanted) or None


def _not_permitted(said: Sequence[str]) -> PipFailure | None:
    for line in said:
        if found := _PERMISSION.search(line):
            return PipFailure("not-permitted", detail=found["detail"] or found["managed"], lines=(line,))
        if "ERROR: Exception:" in said and _NO_FOLDER.search(line):
            return PipFailure("not-permitted", detail="Read-only file system: '/tmp'", lines=(line,))
    return None


def _unreachable(said: Sequence[str]) -> PipFailure | None:
    broken = [line for line in said if _CONNECTION.search(line) or _IGNORED.search(line)]
    missing = [f for line in said if (f := _NO_VERSION.search(line))]
    gave_up = [line for line in broken if line.startswith(("ERROR", "pip._vendor", "fatal", "requests."))]
    if not broken or not (gave_up or (missing and missing[-1]["versions"].strip() in ("", "none"))):
        return None
    asked = missing[-1]["asked"] if missing else ""
    package, wanted = requirement(asked)
    ignored = _IGNORED.search(broken[-1])
    hosts = [next(filter(None, h.groups())) for line in broken if (h := _HOST.search(line) or _IGNORED.search(line))]
    codes = [next(filter(None, c.groups())) for line in broken if (c := _CONNECTION.search(line)) and any(c.groups())]
    lines = (*broken[-1:], *(m.string for m in missing[-1:]))
    host, code = (hosts[-1] if hosts else None), (int(codes[-1]) if codes else None)
    why = UNTRUSTED if ignored else None
    return PipFailure("unreachable", package, wanted, (), host, code, why, tuple(dict.fromkeys(lines)))


def _conflict(said: Sequence[str]) -> PipFailure | None:
    for line in said:
        if found := _CONFLICT.search(line):
            who = next((line for line in said if "Cannot install" in line), line)
            return PipFailure("conflict", detail=found["asked"], lines=tuple(dict.fromkeys((who, line))))
    return None


def _not_found(said: Sequence[str]) -> PipFailure | None:
    for pattern in (_NO_VERSION, _OTHER_PYTHON, _BAD_REQUIREMENT, _NO_MATCH):
        for line in reversed(said):
            if found := pattern.search(line):
                groups = found.groupdict()
                versions = tuple(v.strip() for v in groups.get("versions", "").split(",") if v.strip() not in ("", "none"))
                package, wanted = requirement(groups["asked"])
                lines = (line, *(other for other in said[-2:] if _NO_MATCH.search(other) and other != line))
                return PipFailure("not-found", package, wanted, versions, detail=groups.get("detail"), lines=lines)
    return None


def _build(said: Sequence[str]) -> PipFailure | None:
    found = [f for line in said if (f := _BUILD.search(line))]
    if not found:
        return None
    package = next((name for f in reversed(found) if (name := f["a"] or f["b"] or f["c"])), None)
    missing = next((m for line in said if (m := _MISSING_TOOL.search(line))), None)
    detail = next(filter(None, missing.groups()), None) if missing else found[-1]["tool"]
    lines = (*([missing.string] if missing else []), found[-1].string)
    return PipFailure("build", package, detail=detail, lines=tuple(dict.fromkeys(lines)))
