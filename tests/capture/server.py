"""A fake of the servers that a capture asks: lists with selectors and pages, logs, KFP's REST API, an object store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kfpops.capture.gather import Live
from kfpops.errors import KfpopsError, NotFound
from kfpops.knowledge.selectors import fits, parse_selector
from kfpops.model.decode import decode_page
from kfpops.model.diagnosis import Source
from kfpops.model.kinds import KINDS, T, list_path
from kfpops.model.log import Log
from kfpops.model.meta import KubernetesStruct
from kfpops.ports import Cluster
from tests.builders import NOW


@dataclass
class FakeServer:
    """`objects` by plural; `texts` by path (logs, KFP's answers); `refuse` maps a path to the error that it raises.

    It is the API server and the KFP API at once, as raw answers and, for Secrets, as the port that decodes.
    """

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    refuse: dict[str, KfpopsError] = field(default_factory=dict)
    page: int = 500
    asked: list[str] = field(default_factory=list)

    def raw(self, path: str) -> bytes:
        self.asked.append(path)
        parts = urlsplit(path)
        if parts.path in self.refuse:
            raise self.refuse[parts.path]
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path in self.texts:
            return self.texts[parts.path]
        if parts.path.endswith("/log"):
            key = f"{parts.path.split('/')[-2]}/{query['container']}"
            if key in self.texts:
                return self.texts[key]
        found = _place(parts.path)
        if found is None:
            raise NotFound(f"there is no {parts.path}")
        return self._list(*found, query)

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        if list_path(kind, namespace) in self.refuse:
            raise self.refuse[list_path(kind, namespace)]
        return decode_page(kind, self._list(kind, namespace, {})).items

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        raise NotFound("a capture asks for raw logs")

    def _list(self, kind: type[KubernetesStruct], namespace: str | None, query: dict[str, str]) -> bytes:
        wanted = parse_selector(query.get("labelSelector", ""))
        found = [
            o
            for o in self.objects.get(KINDS[kind].plural, [])
            if (not namespace or o["metadata"].get("namespace") == namespace)
            and fits(wanted, o["metadata"].get("labels", {}))
            and fits(parse_selector(query.get("fieldSelector", "")), {"status.phase": o.get("status", {}).get("phase", "")})
        ]
        start = int(query.get("continue", "0"))
        rest = start + self.page
        metadata = {"continue": str(rest)} if rest < len(found) else {}
        return json.dumps({"kind": "List", "metadata": metadata, "items": found[start:rest]}).encode()


@dataclass
class FakeStore:
    """Objects by URI."""

    objects: dict[str, bytes]

    def tail(self, uri: str, max_bytes: int) -> bytes:
        if uri not in self.objects:
            raise NotFound(f"no {uri}")
        return self.objects[uri][-max_bytes:]

    def exists(self, uri: str) -> bool:
        return uri in self.objects


def live(server: FakeServer, *, kfp: bool = True, store: FakeStore | None = None) -> Live:
    """The server as what a capture talks to."""
    cluster = Cluster(Source("cluster", "test"), "kubeflow", lambda: "kubeflow", NOW, server, None, store)
    return Live(cluster, server, server if kfp else None)


def _place(path: str) -> tuple[type[KubernetesStruct], str | None] | None:
    for kind in KINDS:
        namespace = path.split("/namespaces/")[1].split("/")[0] if "/namespaces/" in path else None
        if path == list_path(kind, namespace):
            return kind, namespace
    return None
