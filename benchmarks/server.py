"""A server on loopback that speaks as much of the Kubernetes and KFP APIs as kfpops asks for, and counts the requests."""

from __future__ import annotations

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from benchmarks.cluster import Cluster, Stored, busy, chosen, generated

_LIST = re.compile(r"/apis?/(?:[a-z.0-9]+/)?v[a-z0-9]+(?:/namespaces/(?P<namespace>[^/]+))?/(?P<plural>[a-z]+)")
_LOG = re.compile(r"/api/v1/namespaces/[^/]+/pods/[^/]+/log")
_KFP = re.compile(r"/api/v1/namespaces/[^/]+/services/[^/]+/proxy(?P<path>/apis/.*)")
_PAGE = 500


class Server:
    """Use with `with`: serves in a thread of its own. `requests` are the paths that were asked for."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.requests: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body leave together: apart, each answer on a kept connection waits 40 ms for an acknowledgement.
            wbufsize = 1 << 16
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                code, body = outer.answer(self.path)
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None: ...

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Server:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, target: str) -> tuple[int, bytes]:
        """Status and body. `/requests` tells how many there were and forgets them."""
        place = urlsplit(target)
        if place.path == "/requests":
            seen, self.requests = self.requests, []
            return 200, json.dumps(seen).encode()
        self.requests.append(target)
        query = {k: v[-1] for k, v in parse_qs(place.query).items()}
        if found := _KFP.fullmatch(place.path):
            return self._kfp(found["path"])
        if place.path == "/api/v1/namespaces/kubeflow/services/ml-pipeline":
            return 200, json.dumps(_SERVICE).encode()
        if _LOG.fullmatch(place.path):
            return 200, b"2026-11-21T12:00:00Z starting\n"
        if found := _LIST.fullmatch(place.path):
            return 200, self._list(found["plural"], found["namespace"] or "", query)
        return 404, b'{"kind":"Status","status":"Failure","message":"not found","code":404}'

    def _list(self, plural: str, namespace: str, query: dict[str, str]) -> bytes:
        if plural == "services":
            return json.dumps({"items": [_SERVICE]}).encode()
        objects = self.cluster.lists.get(plural, [])
        fit = chosen(objects, namespace, query.get("labelSelector", ""), query.get("fieldSelector", ""))
        return _page(fit, int(query.get("continue", "0")), int(query.get("limit", "0")) or len(fit))

    def _kfp(self, path: str) -> tuple[int, bytes]:
        runs = self.cluster.runs
        if path.endswith("/healthz"):
            return 200, b'{"tag_name":"2.17.0","multi_user":false}'
        if path == "/apis/v2beta1/runs":
            return 200, json.dumps({"runs": runs[:_PAGE], "total_size": len(runs)}).encode()
        wanted = path.rpartition("/")[2]
        found = next((r for r in runs if r["run_id"] == wanted), None)
        if found is None or not path.startswith("/apis/v2beta1/runs/"):
            return 404, b'{"error":"not found","code":5}'
        return 200, json.dumps(found).encode()


_SERVICE = {
    "metadata": {"name": "ml-pipeline", "namespace": "kubeflow"},
    "spec": {"ports": [{"name": "http", "port": 8888}], "selector": {"app": "ml-pipeline"}},
}


def _page(fit: list[Stored], start: int, limit: int) -> bytes:
    end = start + limit
    token = str(end) if end < len(fit) else ""
    metadata = json.dumps({"resourceVersion": "1", "continue": token}).encode()
    return b'{"metadata":' + metadata + b',"items":[' + b",".join(o.body for o in fit[start:end]) + b"]}"


def main() -> None:
    """`python -m benchmarks.server busy|small`: prints the URL, serves until standard input ends."""
    cluster = busy() if sys.argv[1] == "busy" else generated("small", [(*("running",) * 19, "out-of-memory")])
    with Server(cluster) as server:
        print(server.url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
