"""Kubernetes objects and logs from the API server: ports.Kubernetes over plain GET requests."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from urllib.parse import quote

from kfpops.cluster.http import Http
from kfpops.cluster.log_stream import Tail, tail_of
from kfpops.cluster.refusals import Ask, Expired, Rejected
from kfpops.errors import NotFound
from kfpops.knowledge.log_text import is_no_log, log_text
from kfpops.model.decode import Page, decode_page
from kfpops.model.kinds import KINDS, Kind, T, list_path
from kfpops.model.log import Log

_log = logging.getLogger(__name__)

PAGE_SIZE = 500
_RESTARTS = 2
_MOST_OF_A_LOG = 32 << 20
_HINTS = {
    "argoproj.io": "Argo Workflows is not installed there. Is it the right cluster (--context)?",
    "kubeflow.org": "Kubeflow Pipelines' scheduled workflows are not installed there.",
}


class KubernetesApi:
    """ports.Kubernetes. Safe for use by several threads."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        """All objects of a kind, in pages of 500. A list that the server forgot half-way (410 Gone) is begun again."""
        ask = _list_ask(kind, namespace, labels, fields)
        for restart in range(_RESTARTS + 1):
            try:
                return self._pages(kind, ask)
            except Expired:
                if restart == _RESTARTS:
                    raise
            except NotFound as error:
                place = KINDS[kind]
                group = place.api_version.rpartition("/")[0]
                message = f"The cluster knows no {_resource(place)} ({place.api_version})."
                raise NotFound(message, hint=_HINTS.get(group, "")) from error
        raise AssertionError("the last round raises")

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        """The end of a container's log, at most 512 KiB. Raises `NotFound` when pod, container or log are not (yet) there.

        Lines may be megabytes long: when so many lines are too much to read, fewer are asked for, so that the end is
        always the log's end. (`limitBytes` would count from the first of these lines and cut off the end.)
        """
        source = f"pod log {namespace}/{pod}/{container}" + (" (previous)" if previous else "")
        lines = tail_lines
        while True:
            tail = self._tail(namespace, pod, container, previous, lines)
            if tail.total <= _MOST_OF_A_LOG or lines <= 1:
                break
            lines = max(lines // 20, 1)
        cut = tail.cut or lines < tail_lines
        text = log_text(tail.data, cut=tail.cut)
        if is_no_log(text):
            raise NotFound(f"The log of {namespace}/{pod}/{container} is no longer on its node.")
        return Log(source, text, cut or text.count("\n") >= tail_lines)

    def raw(self, path: str) -> bytes:
        """ports.Raw: an answer as it came."""
        return self._http.get(Ask(path, about=f"answer for {path.partition('?')[0]}"))

    def server_version(self) -> str:
        """The API server's release, e.g. "v1.35.4"."""
        ask = Ask("/version", about="version of Kubernetes")
        return self._http.get_as(_version_of, ask)

    def _pages(self, kind: type[T], ask: Ask) -> Sequence[T]:
        items: list[T] = []
        token, unreadable = "", 0
        while True:
            page = self._page(kind, ask, token)
            items += page.items
            unreadable += page.unreadable
            token = page.continue_token
            if not token:
                break
        if unreadable:
            _log.warning("%d objects of %s could not be read", unreadable, ask.about)
        return tuple(items)

    def _page(self, kind: type[T], ask: Ask, token: str) -> Page[T]:
        query = ask.query if not token else (*ask.query, ("continue", token))
        return self._http.get_as(
            lambda body: decode_page(kind, body), Ask(ask.path, query, needs=ask.needs, about=ask.about)
        )

    def _tail(self, namespace: str, pod: str, container: str, previous: bool, lines: int) -> Tail:
        path = f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod)}/log"
        query = (("container", container), ("tailLines", str(lines)), *((("previous", "true"),) if previous else ()))
        about = f"log of pod {namespace}/{pod}, container {container}"
        ask = Ask(path, query, f"get pods/log in {namespace}", about, attempts=2, max_bytes=_MOST_OF_A_LOG)
        try:
            return tail_of(self._http.stream(ask))
        except Rejected as error:
            # 400: "container … is waiting to start", "previous terminated container … not found".
            raise NotFound(f"There is no log of {namespace}/{pod}/{container}: {error.said}.") from error


def _list_ask(kind: type[T], namespace: str | None, labels: str, fields: str) -> Ask:
    place = KINDS[kind]
    query = [("limit", str(PAGE_SIZE))]
    query += [("labelSelector", labels)] if labels else []
    query += [("fieldSelector", fields)] if fields else []
    where = "" if not place.namespaced else f" in {namespace}" if namespace else " in all namespaces"
    what = f"{_resource(place)}{where}"
    return Ask(list_path(kind, namespace), tuple(query), needs=f"list {what}", about=what)


def _resource(place: Kind) -> str:
    """As RBAC writes it: `pods`, `workflows.argoproj.io`."""
    group = place.api_version.rpartition("/")[0]
    return f"{place.plural}.{group}" if group else place.plural


def _version_of(body: bytes) -> str:
    import msgspec

    document = msgspec.json.decode(body, type=dict[str, object])
    return str(document.get("gitVersion", ""))
