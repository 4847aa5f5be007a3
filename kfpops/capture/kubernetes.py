"""Kubernetes as a bundle tells it: lists with selectors evaluated here, and logs without the kubelet's time stamps."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from kfpops.capture.bundle import Bundle
from kfpops.errors import BadAnswer, Forbidden, NotFound, NotInBundle
from kfpops.knowledge.log_text import is_no_log, log_text
from kfpops.knowledge.selectors import Requirement, fits, parse_selector
from kfpops.model.decode import decode_page
from kfpops.model.kinds import KINDS, T, list_path
from kfpops.model.log import Log
from kfpops.model.meta import KubernetesStruct, Metadata

# What the kubelet puts before each line when it is asked for time stamps (RFC 3339 with nanoseconds).
_STAMP = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) ?", re.MULTILINE)


class LogRow(msgspec.Struct, frozen=True):
    """A row of logs/index.jsonl: a log that was read, or, with `path` null, the reason why not."""

    namespace: str = ""
    pod: str = ""
    container: str = ""
    previous: bool = False
    path: str | None = None
    error: str = ""
    cut: bool = False


class BundleKubernetes:
    """`kfpops.ports.Kubernetes` on a bundle. A kind's file is decoded once; safe for several threads."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._read: dict[type[KubernetesStruct], tuple[KubernetesStruct, ...]] = {}
        self._lock = threading.RLock()

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        wanted = _parsed(labels), _parsed(fields)
        found = self._all(kind, namespace)
        if namespace and KINDS[kind].namespaced:
            found = tuple(o for o in found if _metadata(o).namespace == namespace)
        if wanted[0]:
            found = tuple(o for o in found if fits(wanted[0], _metadata(o).labels))
        if wanted[1]:
            found = tuple(o for o in found if fits(wanted[1], _fields(o, wanted[1])))
        return found

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        path = f"logs/{namespace}/{pod}/{container}{'.previous' if previous else ''}.log"
        row = self._logs.get((namespace, pod, container, previous))
        if not self._bundle.exists(path):
            why = f": {row.error}" if row and row.error else ""
            raise NotFound(f"The bundle holds no log of {pod}, container {container}{why}.")
        lines = self._bundle.read(path).removesuffix(b"\n").split(b"\n")
        kept = lines[-tail_lines:] if tail_lines > 0 else []
        text = log_text(_STAMP.sub(b"", b"\n".join(kept)))
        if is_no_log(text):
            raise NotFound(f"The log of {namespace}/{pod}/{container} was no longer on its node.")
        source = f"pod log {namespace}/{pod}/{container}" + (" (previous)" if previous else "")
        return Log(source, text, len(kept) < len(lines) or (row is not None and row.cut))

    @cached_property
    def _logs(self) -> Mapping[tuple[str, str, str, bool], LogRow]:
        try:
            rows = self._bundle.lines("logs/index.jsonl", LogRow)
        except (NotFound, BadAnswer):
            return {}
        return {(r.namespace, r.pod, r.container, r.previous): r for r in rows if isinstance(r, LogRow)}

    def _all(self, kind: type[T], namespace: str | None) -> tuple[T, ...]:
        place = KINDS[kind]
        path = f"kubernetes/{place.api_version}/{place.plural}.json"
        self._check(kind, path, namespace if place.namespaced else None)
        with self._lock:
            if kind not in self._read:
                self._read[kind] = self._decoded(kind, path)
            return self._read[kind]  # type: ignore[return-value]

    def _check(self, kind: type[T], path: str, namespace: str | None) -> None:
        """Raise what the API server said when the list was asked for, if the bundle has it not, or not of this namespace."""
        file, plural = self._bundle.file(path), KINDS[kind].plural
        only = file.namespaces if file else ()
        if self._bundle.exists(path) and (not only or namespace in only):
            return
        gap = self._bundle.gap(list_path(kind, None), list_path(kind, namespace), plural)
        if gap is not None and gap.is_forbidden:
            where = "" if not KINDS[kind].namespaced else f" in {namespace}" if namespace else " in all namespaces"
            raise Forbidden(gap.sentence(plural), "Make the bundle again with more rights.", f"list {plural}{where}")
        if gap is not None:
            raise (NotFound if gap.why.startswith("404") else NotInBundle)(gap.sentence(plural))
        if only:
            raise NotInBundle(f"The bundle holds {plural} only of {', '.join(only)}.")
        if not self._is_unknown_to_the_cluster(KINDS[kind].api_version):
            raise NotInBundle(f"The bundle holds no {path}.")
        raise NotFound(f"The cluster knew no {plural} when the bundle was made.")

    def _is_unknown_to_the_cluster(self, api_version: str) -> bool:
        """Whether the API's group was not among those that the cluster had."""
        group = api_version.rpartition("/")[0]
        try:
            known = msgspec.json.decode(self._bundle.read("kubernetes/apis.json"), type=tuple[str, ...])
        except (NotFound, msgspec.DecodeError, UnicodeDecodeError):
            return False
        return bool(group and known) and not any(v.startswith(f"{group}/") for v in known)

    def _decoded(self, kind: type[T], path: str) -> tuple[T, ...]:
        body = self._bundle.read(path)
        try:
            return decode_page(kind, body).items
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._bundle.corrupt(path, error) from error


def _parsed(selector: str) -> tuple[Requirement, ...]:
    try:
        return parse_selector(selector)
    except ValueError as error:
        raise BadAnswer(f'The selector "{selector}" cannot be understood: {error}.') from error


def _metadata(thing: KubernetesStruct) -> Metadata:
    return thing.metadata  # type: ignore[attr-defined,no-any-return]


def _fields(thing: KubernetesStruct, wanted: Sequence[Requirement]) -> dict[str, str]:
    """The fields that are asked for, by their paths in the API (`status.phase`). What is not there counts as ""."""
    return {r.key: _field(thing, r.key) for r in wanted}


def _field(thing: KubernetesStruct, path: str) -> str:
    here: object = thing
    for name in path.split("."):
        here = getattr(here, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(), None)
    return here if isinstance(here, str) else ""
