"""Network errors, told from the whole chain of exceptions."""

from __future__ import annotations

import pytest

from kfpops.knowledge.network_errors import read_network_failure
from kfpops.knowledge.traceback import Frame, Link, Traceback

SOCKET = (Frame("/usr/lib/python3.11/socket.py", 836, "create_connection", "sock.connect(sa)"),)
USER = (Frame("/tmp/tmp.S/ephemeral_component.py", 9, "train", "raise X"),)
NAME = Traceback("socket.gaierror", "[Errno -2] Name or service not known", frames=SOCKET)
REFUSED = Traceback("ConnectionRefusedError", "[Errno 111] Connection refused", frames=SOCKET)


def _over(exception: str, message: str, cause: Traceback, link: Link = "context") -> Traceback:
    return Traceback(exception, message, cause=cause, link=link)


@pytest.mark.parametrize(
    "traceback",
    [
        pytest.param(Traceback("ConnectionError", "service is warming up", frames=USER), id="the user's own words"),
        pytest.param(Traceback("TimeoutError", "model did not converge", frames=USER), id="a time limit of the user's"),
        pytest.param(Traceback("ConnectionRefusedError", "refused by the reviewer", frames=USER), id="the user's refusal"),
        pytest.param(Traceback("TimeoutError", "", frames=(Frame("/usr/lib/python3.11/asyncio/tasks.py", 5, "wait_for"),)),
                     id="a wait inside of the program"),
        pytest.param(Traceback("subprocess.TimeoutExpired", "Command 'x' timed out after 5 seconds"), id="a command"),
        pytest.param(_over("KeyError", "'cached'", NAME), id="a fallback that failed by itself"),
        pytest.param(Traceback("urllib.error.HTTPError", "HTTP Error 500: Server Error"), id="an answer"),
        pytest.param(Traceback("AssertionError", "expected 'Connection refused'"), id="a test of the text"),
    ],
)  # fmt: skip
def test_other_errors(traceback: Traceback) -> None:
    assert read_network_failure(traceback) is None


@pytest.mark.parametrize(
    ("traceback", "trouble", "host", "port"),
    [
        (_over("urllib.error.URLError", "<urlopen error [Errno -2] Name or service not known>", NAME),
         "name-resolution", None, None),
        (
            _over("requests.exceptions.ConnectionError", "HTTPSConnectionPool(host='api.ml', port=443): Max retries "
                  "exceeded with url: / (Caused by NameResolutionError(\"Failed to resolve 'api.ml'\"))", NAME),
            "name-resolution", "api.ml", 443,
        ),
        (_over("RuntimeError", "cannot reach the feature store", NAME, "cause"), "name-resolution", None, None),
        (_over("urllib.error.URLError", "<urlopen error [Errno 111] Connection refused>", REFUSED),
         "connection-refused", None, None),
        (Traceback("psycopg2.OperationalError", 'connection to server at "pg", port 5432 failed: Connection refused'),
         "connection-refused", "pg", 5432),
        (Traceback("redis.exceptions.ConnectionError", "Error 111 connecting to redis:6379. Connection refused."),
         "connection-refused", "redis", 6379),
        (Traceback("pymongo.errors.ServerSelectionTimeoutError", "db.ml:27017: [Errno 111] Connection refused, Timeout"),
         "connection-refused", "db.ml", 27017),
        (Traceback("TimeoutError", "timed out", frames=SOCKET), "timeout", None, None),
        (Traceback("requests.exceptions.ReadTimeout", "HTTPConnectionPool(host='api.ml', port=80): Read timed out."),
         "timeout", "api.ml", 80),
        (Traceback("ssl.SSLCertVerificationError", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"),
         "tls", None, None),
        (Traceback("RuntimeError", "cannot read: [Errno 111] Connection refused", frames=USER),
         "connection-refused", None, None),
    ],
)  # fmt: skip
def test_network_failures(traceback: Traceback, trouble: str, host: str | None, port: int | None) -> None:
    found = read_network_failure(traceback)
    assert found is not None
    assert (found.trouble, found.host, found.port) == (trouble, host, port)
