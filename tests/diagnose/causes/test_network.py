"""Network errors of user code."""

from __future__ import annotations

import pytest

from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.causes.network import CAUSES
from kfpops.diagnose.step import Step
from tests.builders import a_pod, a_step, terminated
from tests.diagnose.causes.looking import names, the
from tests.log_samples import caught, python_log, uncaught

SOCKET = '  File "/usr/lib/python3.11/socket.py", line 836, in create_connection\n    sock.connect(sa)\n'
INNER = f"Traceback (most recent call last):\n{SOCKET}"
THEN = "\nDuring handling of the above exception, another exception occurred:\n\n"
LIBRARY = '  File "/usr/lib/python3.11/urllib/request.py", line 1351, in do_open\n    raise URLError(err)\n'


def failed(own: str, inputs: str = "") -> Step:
    return a_step(pod=a_pod(phase="Failed", statuses=(terminated(1),)), log=python_log(own, inputs=inputs))


def urlopen(inner: str, reason: str, inputs: str = "") -> Step:
    outer = uncaught(f"urllib.error.URLError: <urlopen error {reason}>", "with urlopen(url) as answer:", LIBRARY)
    return failed(f"{INNER}{inner}: {reason}\n{THEN}{outer}", inputs)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(
            failed(uncaught("ConnectionError: service is warming up", "raise ConnectionError(text)")),
            id="the user's own words",
        ),
        pytest.param(failed(caught("ConnectionRefusedError: [Errno 111]") + "from the cache then\n"), id="it was handled"),
        pytest.param(
            failed(f"{INNER}socket.gaierror: [Errno -2] Name or service not known\n{THEN}" + uncaught("KeyError: 'cached'")),
            id="the fallback failed by itself",
        ),
        pytest.param(failed("connection refused, trying again\n"), id="a word in passing"),
    ],
)
def test_not_the_network(step: Step) -> None:
    assert names(CAUSES, step) == []


def test_an_unknown_name_with_the_host_of_the_input() -> None:
    url = '"url": "http://feature-store.serving.svc.cluster.local/v1/rows"'
    found = the(all_causes(), urlopen("socket.gaierror", "[Errno -2] Name or service not known", url))
    assert found.cause == "network/name-resolution"
    assert found.facts["host"] == "feature-store.serving.svc.cluster.local"
    assert "feature-store in the namespace serving" in found.advice[0].text
    assert found.advice[0].kubectl == "kubectl -n serving get services"


def test_a_refusal_by_the_step_s_own_pod() -> None:
    found = the(
        all_causes(), urlopen("ConnectionRefusedError", "[Errno 111] Connection refused", '"url": "http://127.0.0.1:9200/"')
    )
    assert found.cause == "network/connection-refused"
    assert (found.facts["host"], found.facts["port"]) == ("127.0.0.1", 9200)
    assert "the step's own pod" in found.advice[0].text


def test_no_answer_in_time() -> None:
    found = the(
        all_causes(), failed(uncaught("TimeoutError: timed out", "create_connection(('10.0.0.7', 5432), 3)", SOCKET))
    )
    assert found.cause == "network/timeout"
    assert (found.facts["host"], found.facts["port"]) == ("10.0.0.7", 5432)
    assert "set_retry" in (found.advice[-1].sdk or "")


def test_a_certificate_that_is_not_trusted() -> None:
    text = (
        "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate"
    )
    found = the(all_causes(), failed(uncaught(text, "urlopen('https://api.ml:8443/')", LIBRARY)))
    assert (found.cause, found.facts["host"], found.facts["port"]) == ("network/tls", "api.ml", 8443)
    assert "use_config_map_as_volume" in (found.advice[0].sdk or "")


def test_tls_to_a_port_of_plain_http_is_no_matter_of_certificates() -> None:
    text = "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"
    found = the(all_causes(), failed(uncaught(text, "urlopen('https://api.ml:8888/')", LIBRARY)))
    assert found.cause == "network/tls"
    assert found.title.endswith("spoke TLS to api.ml:8888, which answers in plain text")
    assert "http://" in found.advice[0].text


def test_dns_that_does_not_answer_is_another_matter_than_an_unknown_name() -> None:
    found = the(
        CAUSES, urlopen("socket.gaierror", "[Errno -3] Temporary failure in name resolution", '"url": "http://a.ml/"')
    )
    assert "kube-dns" in (found.advice[0].kubectl or "")
