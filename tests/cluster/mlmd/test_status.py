"""What a user reads for each status; grpc's texts are as grpcio 1.85 says them."""

from __future__ import annotations

import pytest

from kfpops.cluster.mlmd.status import TooLarge, failure, no_message
from kfpops.cluster.refusals import Peer
from kfpops.errors import BadAnswer, Unreachable

PEER = Peer("ML Metadata at grpc://here:8080", "Is it running?", "Pass a token.", lost_hint="Another address.")
_FAILED = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:80: "
_TLS = _FAILED + "Tls handshake failed (TSI_PROTOCOL_FAILURE): SSL_ERROR_SSL: error:"


@pytest.mark.parametrize(
    "said, message, hint",
    [
        pytest.param("Cancelling all calls", "closed or lost the connection.", "Is it running?", id="gone in the middle"),
        pytest.param("Socket closed", "closed or lost the connection.", "Is it running?", id="cut in the middle"),
        pytest.param(f"{_FAILED}Socket closed", "closed the connection at once.", "grpcs://", id="it wants TLS"),
        pytest.param(f"{_FAILED}Connection refused", "refused the connection.", "Is it running?", id="nobody there"),
        pytest.param(
            "errors resolving x.invalid:8080: [field:hostname lookup error:Domain name not found]",
            "cannot be found: its host name does not resolve.",
            "Is it running?",
            id="no such host",
        ),
        pytest.param(
            f"{_TLS}1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED: self signed certificate: OK",
            "shows a certificate that is not trusted.",
            "SSL_CERT_FILE",
            id="not trusted",
        ),
        pytest.param(
            f"{_FAILED}Hostname Verification Check failed.", "shows a certificate of another name.", "host", id="other name"
        ),
    ],
)
def test_why_a_server_is_unavailable(said: str, message: str, hint: str) -> None:
    error = failure(PEER, "GetArtifactsByID", 14, said, 30.0)
    assert type(error) is Unreachable
    assert error.message == f"ML Metadata at grpc://here:8080 {message}"
    assert hint in error.hint


def test_tls_where_there_is_none() -> None:
    error = failure(PEER, "GetArtifactsByID", 14, f"{_TLS}100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER", 30.0)
    assert error.message == "The TLS connection to ML Metadata at grpc://here:8080 failed."


def test_a_web_server() -> None:
    said = f"{_FAILED}Failed parsing HTTP/2 (Expected SETTINGS frame as the first frame, got frame type 79)"
    error = failure(PEER, "GetArtifactsByID", 14, said, 30.0)
    assert isinstance(error, BadAnswer)
    assert (error.message, error.hint) == ("ML Metadata at grpc://here:8080 does not speak gRPC.", "Another address.")


def test_a_long_text_of_a_database_is_cut() -> None:
    error = failure(PEER, "GetArtifactsByID", 13, "mysql_query failed:\n errno: 2013 " + "x" * 1000, 30.0)
    assert error.message.startswith(
        "ML Metadata at grpc://here:8080 failed at GetArtifactsByID: mysql_query failed: errno: 2013 x"
    )
    assert len(error.message) < 400


def test_a_status_that_nobody_knows_yet() -> None:
    assert "failed at GetArtifactsByID: new" in failure(PEER, "GetArtifactsByID", 99, "new", 30.0).message


def test_too_large_keeps_what_was_said() -> None:
    error = failure(PEER, "GetArtifactsByID", 8, "Received message larger than max (5 vs. 4).", 30.0)
    assert isinstance(error, TooLarge)
    assert error.said == "Received message larger than max (5 vs. 4)"


def test_no_message() -> None:
    assert "answered GetArtifactsByID with 18 bytes" in no_message(PEER, "GetArtifactsByID", 18).message
