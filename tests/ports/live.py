"""The world behind a loopback server that speaks as the API server, KFP and an object store do."""

from __future__ import annotations

import json
import re
from typing import Any

from kfpops.cluster.access import Access
from kfpops.cluster.connect import Connection
from kfpops.knowledge.selectors import fits, parse_selector
from kfpops.model.kinds import KINDS
from kfpops.settings import Settings
from tests.cluster.loopback import Answer, Asked, Loopback, says, status_of
from tests.ports import world

_LIST = re.compile(r"/apis?/(?P<version>v1|[^/]+/[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[a-z]+)")
_LOG = re.compile(r"/api/v1/namespaces/([^/]+)/pods/([^/]+)/log")
_PAGE = 2
_XML = {"Content-Type": "application/xml"}


class WorldServer(Loopback):
    """Pages are tiny, so that every list has several."""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if found := _LOG.fullmatch(asked.path):
            return _pod_log(*found.groups(), asked=asked)
        if asked.path.startswith("/apis/v"):
            return _kfp(asked)
        if found := _LIST.fullmatch(asked.path):
            return _list(asked, **found.groupdict())
        return _store(asked)


def connection(server: WorldServer) -> Connection:
    """The adapters as `connect` makes them, all pointed at the server."""
    settings = Settings(kfp_url=server.url, store_endpoint=server.url, kfp_namespace="kubeflow", request_timeout=5.0)
    environ = {"KFPOPS_STORE_ACCESS_KEY": "a", "KFPOPS_STORE_SECRET_KEY": "b"}
    return Connection(Access("world", server.url), settings, environ)


def _list(asked: Asked, version: str, namespace: str | None, plural: str) -> Answer:
    items = world.KUBERNETES.get(f"{version}/{plural}")
    if items is None or not any((kind.api_version, kind.plural) == (version, plural) for kind in KINDS.values()):
        return Answer(b"404 page not found\n", 404)
    labels = parse_selector(asked.query.get("labelSelector", ""))
    fields = parse_selector(asked.query.get("fieldSelector", ""))
    found = [
        item
        for item in items
        if namespace in (None, item["metadata"].get("namespace"))
        and fits(labels, item["metadata"].get("labels") or {})
        and fits(fields, {requirement.key: _field(item, requirement.key) for requirement in fields})
    ]
    page, token = _page(found, asked.query.get("continue", ""))
    return says({"kind": "List", "metadata": {"continue": token}, "items": page or None})


def _field(item: Any, path: str) -> str:
    for name in path.split("."):
        item = item.get(name) if isinstance(item, dict) else None
    return item if isinstance(item, str) else ""


def _page(items: list[Any], token: str) -> tuple[list[Any], str]:
    start = int(token or 0)
    return items[start : start + _PAGE], str(start + _PAGE) if start + _PAGE < len(items) else ""


def _pod_log(namespace: str, pod: str, asked: Asked) -> Answer:
    if not any(item["metadata"]["name"] == pod for item in world.KUBERNETES["v1/pods"]):
        return status_of(404, f'pods "{pod}" not found', kind="pods", name=pod)
    log = world.LOGS.get((namespace, pod, asked.query["container"]))
    if log is None or asked.query.get("previous"):
        return status_of(400, f"container {asked.query['container']} is not valid for pod {pod}")
    lines = log.splitlines(keepends=True)[-int(asked.query["tailLines"]) :]
    return Answer(b"".join(lines), headers={"Content-Type": "text/plain"})


def _kfp(asked: Asked) -> Answer:
    _, _, version, kind, *rest = asked.path.split("/")
    lists = {
        "experiments": ("experiments", world.EXPERIMENTS),
        "pipelines": ("pipelines", world.PIPELINES),
        "recurringruns": ("recurringRuns", world.RECURRING),
    }
    if kind == "healthz":
        return says(world.HEALTH)
    if kind == "pipelines" and rest:
        return next((says(one) for one in world.PIPELINES if one["pipeline_id"] == rest[0]), says({"code": 5}, 404))
    if kind in lists:
        key, items = lists[kind]
        return says({key: items, "total_size": len(items)})
    if version == "v1alpha1" and kind == "tasks":
        return _tasks(asked)
    if version == "v1alpha1":
        return Answer(world.ARCHIVED_LOGS.get((rest[0], rest[2]), b'{"error_message":"no log"}'))
    if not rest:
        return _runs(asked)
    known = {run["run_id"]: run for run in world.RUNS} if version == "v2beta1" else world.V1_RUNS
    return says(known[rest[0]]) if rest[0] in known else says({"code": 5, "message": "Run not found"}, 404)


def _terms(asked: Asked) -> tuple[int, str, str]:
    """Where the page begins, and by what sort and filter: a token holds them, and who sends it sends neither.

    KFP 2.17 refuses them beside a token when the filter holds a time.
    """
    if "page_token" not in asked.query:
        return 0, asked.query.get("sort_by", ""), asked.query.get("filter", "")
    assert "sort_by" not in asked.query
    assert "filter" not in asked.query
    start, sort, text = json.loads(asked.query["page_token"])
    return start, sort, text


def _part(key: str, found: list[Any], size: int, terms: tuple[int, str, str]) -> Answer:
    """A page, and the token of the next. The gateway leaves empty fields out."""
    start, sort, text = terms
    token = {"next_page_token": json.dumps([start + size, sort, text])} if start + size < len(found) else {}
    page = found[start : start + size]
    return says({**({key: page} if page else {}), "total_size": len(found), **token})


def _tasks(asked: Asked) -> Answer:
    terms = _terms(asked)
    (predicate,) = json.loads(terms[2])["predicates"]
    assert predicate == {"op": "NOT_EQUALS", "key": "fingerprint", "string_value": ""}
    return _part("tasks", [task for task in world.TASKS if task.get("fingerprint")], _PAGE, terms)


def _runs(asked: Asked) -> Answer:
    terms = _terms(asked)
    newest = terms[1] == "created_at desc"
    found = [run for run in world.RUNS if asked.query.get("experiment_id") in (None, run["experiment_id"])]
    found = [run for run in (found if newest else reversed(found)) if _fits(run, terms[2])]
    # The oldest are asked for by who needs pages that are as long as was asked for.
    return _part("runs", found, _PAGE if newest else int(asked.query["page_size"]), terms)


def _fits(run: Any, text: str) -> bool:
    return all(_holds(run.get(one["key"], ""), one) for one in json.loads(text or '{"predicates": []}')["predicates"])


def _holds(value: str, predicate: Any) -> bool:
    match predicate["operation"]:
        case "EQUALS":
            return bool(value == predicate["stringValue"])
        case "NOT_EQUALS":
            return bool(value != predicate["stringValue"])
        case "IN":
            return value in predicate["stringValues"]["values"]
        case "IS_SUBSTRING":
            return predicate["stringValue"] in value
        case "LESS_THAN_EQUALS":
            return bool(value <= predicate["timestampValue"])
    return bool(value >= predicate["timestampValue"])


def _store(asked: Asked) -> Answer:
    key = asked.path.removeprefix("/mlpipeline").removeprefix("/")
    if not key:
        prefix = asked.query.get("prefix", "")
        keys = [name for name in sorted(world.OBJECTS) if name.startswith(prefix)][:1]
        contents = "".join(f"<Contents><Key>{name}</Key></Contents>" for name in keys)
        return Answer(f"<ListBucketResult>{contents}</ListBucketResult>".encode(), headers=_XML)
    if key not in world.OBJECTS:
        return Answer(b"<Error><Code>NoSuchKey</Code></Error>", 404, _XML)
    data = world.OBJECTS[key]
    if "Range" not in asked.headers:
        return Answer(data)
    if not data:
        return Answer(b"<Error><Code>InvalidRange</Code></Error>", 416, _XML)
    return Answer(data[-int(asked.headers["Range"].removeprefix("bytes=-")) :], 206)
