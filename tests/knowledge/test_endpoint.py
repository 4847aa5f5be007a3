"""Hosts and ports in texts."""

from __future__ import annotations

import pytest

from kfpops.knowledge.endpoint import endpoint_in, only_endpoint, service_of


@pytest.mark.parametrize("text", ["", "Connection refused", "[Errno -2] Name or service not known", "train.py:44: timed"])
def test_no_address(text: str) -> None:
    assert endpoint_in([text]) == (None, None)


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("HTTPSConnectionPool(host='api.example', port=443): Max retries exceeded", "api.example", 443),
        ("Failed to resolve 'db.internal' ([Errno -2]", "db.internal", None),
        ('Could not connect to the endpoint URL: "http://minio.ml:9000/bucket"', "minio.ml", 9000),
        ("Cannot connect to host 10.0.0.7:8080 ssl:default", "10.0.0.7", 8080),
        ('connection to server at "pg" (10.0.0.1), port 5432 failed: Connection refused', "pg", 5432),
        ('could not translate host name "pg.data" to address', "pg.data", None),
        ("Error 111 connecting to redis:6379. Connection refused.", "redis", 6379),
        ("localhost:27017: [Errno 111] Connection refused", "localhost", 27017),
        ("last error: UNKNOWN: ipv4:127.0.0.1:50051: Failed to connect", "127.0.0.1", 50051),
        ("timed out after 600s while trying to connect to (trainer-0, 29500)", "trainer-0", 29500),
        ("s = socket.create_connection(('db.internal', 5432), timeout=3)", "db.internal", 5432),
        ("urlopen('http://user:secret@feature-store.serving.svc:8080/v1')", "feature-store.serving.svc", 8080),
    ],
)
def test_addresses(text: str, host: str, port: int | None) -> None:
    assert endpoint_in(["something else", text]) == (host, port)


@pytest.mark.parametrize(
    ("inputs", "lines"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param('"a": "http://a.ml/", "b": "http://b.ml/"', [], id="two addresses in the input"),
        pytest.param("", ["fetching http://a.ml/", "and http://b.ml/"], id="two addresses in the output"),
        pytest.param(
            "", ["see https://docs.pydantic.dev/errors", "12:30:45 model.py:88 loss"], id="documentation and lines"
        ),
    ],
)
def test_no_single_address(inputs: str, lines: list[str]) -> None:
    assert only_endpoint(inputs, lines) == (None, None)


@pytest.mark.parametrize(
    ("inputs", "lines", "host", "port"),
    [
        ('"url": "http://127.0.0.1:9200/_search"', ["http://other.ml/"], "127.0.0.1", 9200),
        ('"db_host": "pg.data", "db_port": 5432', [], "pg.data", 5432),
        ("", ["fetching http://store.ml/v1", "again http://store.ml/v1"], "store.ml", None),
        ("", ["connecting to broker.ml:9092"], "broker.ml", 9092),
    ],
)
def test_the_one_address_that_is_spoken_of(inputs: str, lines: list[str], host: str, port: int | None) -> None:
    assert only_endpoint(inputs, lines) == (host, port)


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("api.example.org", None),
        ("10.0.0.7", None),
        ("localhost", None),
        ("redis", ("redis", "team-a")),
        ("store.serving.svc.cluster.local", ("store", "serving")),
        ("store.serving.svc", ("store", "serving")),
    ],
)
def test_services(host: str, service: tuple[str, str] | None) -> None:
    assert service_of(host, "team-a") == service
