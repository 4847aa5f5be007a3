"""The HTTP server, over a real socket."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as classic

from kfpops.errors import UsageError
from kfpops.exporter.exposition import Body, Exposition
from kfpops.exporter.server import Served, Server
from kfpops.metrics.family import Family, Series

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5"


class Site:
    """A server with one counter; `sent`: who took which revision."""

    def __init__(self) -> None:
        self.exposition = Exposition([Family("a_total", "counter", "A")])
        self.exposition.set(Series("a_total"), 7.0)
        self.exposition.publish()
        self.sent: list[tuple[str, int]] = []
        self.ill = self.unready = ""
        served = Served(self._body, lambda who, rev: self.sent.append((who, rev)), lambda: self.ill, lambda: self.unready)
        self.asked, self.go_on = Event(), Event()
        self.go_on.set()
        self.server = Server("127.0.0.1", 0, served)

    def _body(self) -> Body:
        self.asked.set()
        self.go_on.wait(5)
        return self.exposition.body()

    def ask(self, path: str, verb: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        connection.request(verb, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.close()


def test_the_classic_format_is_for_whoever_asks_for_none(site: Site) -> None:
    status, headers, body = site.ask("/metrics")
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "Content-Encoding" not in headers
    assert [sample.value for family in classic(body.decode()) for sample in family.samples] == [7.0]


def test_openmetrics_gzipped_for_prometheus(site: Site) -> None:
    _, headers, body = site.ask("/metrics", Accept=OPENMETRICS, Accept_Encoding="gzip")
    assert (headers["Content-Type"].partition(";")[0], headers["Content-Encoding"]) == (
        "application/openmetrics-text",
        "gzip",
    )
    (family,) = openmetrics(gzip.decompress(body).decode())
    assert [sample.value for sample in family.samples] == [7.0]


def test_a_scrape_is_remembered_with_its_revision(site: Site) -> None:
    site.ask("/metrics", "HEAD")
    site.ask("/healthz")
    assert site.sent == []
    site.ask("/metrics?name=x")
    # Noted when the answer was sent: the client may have it before.
    _until(lambda: len(site.sent) == 1)
    site.exposition.set(Series("a_total"), 8.0)
    site.exposition.publish()
    site.ask("/metrics")
    _until(lambda: len(site.sent) == 2)
    assert site.sent == [("127.0.0.1", 1), ("127.0.0.1", 2)]


def test_a_connection_is_kept(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/metrics")
        assert b"a_total 7" in connection.getresponse().read()
    connection.close()


def test_a_client_that_leaves_harms_nobody(site: Site) -> None:
    for said in (b"", b"GET /metrics", b"GET /metrics HTTP/1.1\r\n\r\n", b"\x16\x03\x01"):
        client = socket.create_connection(("127.0.0.1", site.server.port))
        client.sendall(said)
        client.close()
    assert site.ask("/metrics")[0] == 200


def test_health(site: Site) -> None:
    assert [site.ask(path)[::2] for path in ("/healthz", "/readyz")] == [(200, b"ok\n")] * 2
    site.ill, site.unready = "it hangs", "KFP was not read yet"
    assert site.ask("/healthz")[::2] == (503, b"it hangs\n")
    assert site.ask("/readyz")[::2] == (503, b"KFP was not read yet\n")


def test_other_paths_and_verbs(site: Site) -> None:
    assert b"/metrics" in site.ask("/")[2]
    assert site.ask("/favicon.ico")[0] == 404
    assert site.ask("/metrics", "POST")[0] == 501


def test_an_answer_under_way_comes_to_its_end_when_the_server_stops(site: Site) -> None:
    site.go_on.clear()
    got: list[int] = []
    client = Thread(target=lambda: got.append(site.ask("/metrics")[0]))
    client.start()
    assert site.asked.wait(5)
    closing = Thread(target=site.server.close)
    closing.start()
    site.go_on.set()
    client.join(5)
    closing.join(5)
    assert got == [200]
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", site.server.port), 1)


def test_a_port_that_is_taken(site: Site) -> None:
    with pytest.raises(UsageError, match="cannot be listened on"):
        Server("127.0.0.1", site.server.port, Served(site._body, lambda *_: None, str, str))


def _until(holds) -> None:  # type: ignore[no-untyped-def]
    from time import monotonic, sleep

    end = monotonic() + 5
    while not holds() and monotonic() < end:
        sleep(0.005)
