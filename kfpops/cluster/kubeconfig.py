"""Kubeconfig files → the chosen context: found, merged and resolved as kubectl does it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from kfpops.errors import UsageError

Entry: TypeAlias = "dict[str, Any]"

# Fields that hold paths; relative ones are relative to the file they stand in.
_PATHS = {
    "clusters": ("certificate-authority",),
    "users": ("client-certificate", "client-key", "tokenFile"),
    "contexts": (),
}
_SINGULAR = {"clusters": "cluster", "users": "user", "contexts": "context"}


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """All files together. `files` are those that were read; entries by name, as written but with absolute paths."""

    files: tuple[Path, ...]
    current_context: str
    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    contexts: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Context:
    """The chosen context with its cluster and user resolved; `namespace` "" when it names none."""

    name: str
    namespace: str
    cluster: Entry
    user: Entry
    files: tuple[Path, ...]


def candidates(explicit: str, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The files kubectl would look at: `--kubeconfig` alone, else those of KUBECONFIG, else ~/.kube/config."""
    if explicit:
        return (Path(explicit).expanduser(),)
    listed = [part for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    if listed:
        return tuple(dict.fromkeys(Path(part).expanduser() for part in listed))
    home = environ.get("HOME") or str(Path.home())
    return (Path(home) / ".kube" / "config",)


def load(paths: tuple[Path, ...], *, explicit: bool = False) -> Kubeconfig | None:
    """Read and merge; of an entry that several files have, the first one counts. None when no file exists.

    Raises `UsageError` for files that are no kubeconfig, and when `explicit` ones are missing.
    """
    read: list[tuple[Path, Entry]] = []
    for path in paths:
        document = _read(path, explicit)
        if document is not None:
            read.append((path.absolute(), document))
    if not read:
        return None
    sections: dict[str, dict[str, Entry]] = {name: {} for name in _SINGULAR}
    current = ""
    for path, document in read:
        value = document.get("current-context")
        current = current or (value if isinstance(value, str) else "")
        for section, merged in sections.items():
            for name, entry in _named(path, document, section).items():
                merged.setdefault(name, entry)
    return Kubeconfig(tuple(path for path, _ in read), current, **sections)


def choose(config: Kubeconfig, wanted: str) -> Context:
    """The context `wanted`, or the current one. Raises `UsageError` that lists the contexts there are."""
    name = wanted or config.current_context
    where = ", ".join(str(path) for path in config.files)
    known = ", ".join(sorted(config.contexts)) or "none"
    if not name:
        raise UsageError(f"The kubeconfig {where} has no current context.", hint=f"Pass --context. It has: {known}.")
    context = config.contexts.get(name)
    if context is None:
        source = "" if wanted else " (its current-context)"
        raise UsageError(f"The kubeconfig {where} has no context {name}{source}.", hint=f"It has: {known}.")
    cluster = _referenced(context, "cluster", config.clusters, name)
    user = _referenced(context, "user", config.users, name) if context.get("user") else {}
    if not isinstance(cluster.get("server"), str) or not cluster["server"]:
        raise UsageError(f"The cluster of context {name} has no `server`.", hint=f"Look at {where}.")
    return Context(name, str(context.get("namespace") or ""), cluster, user, config.files)


def _referenced(context: Entry, key: str, entries: Mapping[str, Entry], name: str) -> Entry:
    wanted = str(context.get(key) or "")
    if wanted not in entries:
        known = ", ".join(sorted(entries)) or "none"
        raise UsageError(
            f"Context {name} names the {key} {wanted or '(nothing)'}, which is not there.", hint=f"There is: {known}."
        )
    return entries[wanted]


def _read(path: Path, explicit: bool) -> Entry | None:
    import yaml

    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if explicit:
            raise UsageError(f"There is no kubeconfig {path}.", hint="Check --kubeconfig.") from None
        return None
    except OSError as error:
        raise UsageError(f"The kubeconfig {path} cannot be read: {error.strerror}.") from error
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(text, Loader=loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        # The parser's own text quotes the file, and with it perhaps a token.
        raise UsageError(f"The kubeconfig {path} is not valid YAML{line}.") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise UsageError(f"The kubeconfig {path} is not a kubeconfig: it holds no mapping.")
    return document


def _named(path: Path, document: Entry, section: str) -> dict[str, Entry]:
    """The entries `[{name, cluster|user|context: {…}}]` by name, paths made absolute."""
    entries: dict[str, Entry] = {}
    listed = document.get(section) or []
    if not isinstance(listed, list):
        raise UsageError(f"The kubeconfig {path} is malformed: `{section}` is no list.")
    for item in listed:
        body = item.get(_SINGULAR[section]) if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or not isinstance(body, dict | None):
            raise UsageError(f"The kubeconfig {path} is malformed: an entry of `{section}` has no name or no content.")
        entries.setdefault(item["name"], _absolute(path, section, body or {}))
    return entries


def _absolute(path: Path, section: str, body: Entry) -> Entry:
    made = {key: str(path.parent / body[key]) for key in _PATHS[section] if isinstance(body.get(key), str) and body[key]}
    return {**body, **made}
