"""Credentials that are missing, refused or expired."""

from __future__ import annotations

import pytest

from kfpops.knowledge.credential_errors import read_credential_failure
from kfpops.knowledge.traceback import Frame, Traceback

USER = (Frame("/tmp/tmp.S/ephemeral_component.py", 9, "train", "raise X"),)


@pytest.mark.parametrize(
    "traceback",
    [
        pytest.param(Traceback("PermissionError", "prices are locked", frames=USER), id="the user's own words"),
        pytest.param(Traceback("PermissionError", "Forbidden", frames=USER), id="the user's own refusal"),
        pytest.param(Traceback("PermissionError", "[Errno 13] Permission denied: '/data/x'"), id="a file of the container"),
        pytest.param(Traceback("urllib.error.HTTPError", "HTTP Error 404: Not Found"), id="another status"),
        pytest.param(Traceback("KeyError", "'AWS_SECRET_ACCESS_KEY'"), id="a variable that is not set"),
        pytest.param(Traceback("ValueError", "expected 403 rows, found 401 rows", frames=USER), id="numbers"),
        pytest.param(
            Traceback(
                "botocore.exceptions.ClientError", "An error occurred (NoSuchKey) when calling the GetObject operation"
            ),
            id="a key that is missing",
        ),
    ],
)
def test_other_errors(traceback: Traceback) -> None:
    assert read_credential_failure(traceback) is None


CLIENT = "botocore.exceptions.ClientError"


@pytest.mark.parametrize(
    ("exception", "message", "trouble", "status", "code"),
    [
        ("botocore.exceptions.NoCredentialsError", "Unable to locate credentials", "missing", None, None),
        (
            "google.auth.exceptions.DefaultCredentialsError",
            "Your default credentials were not found.",
            "missing",
            None,
            None,
        ),
        ("openai.OpenAIError", "The api_key client option must be set", "missing", None, None),
        (CLIENT, "An error occurred (AccessDenied) when calling the PutObject operation: x", "denied", 403, "AccessDenied"),
        (CLIENT, "An error occurred (403) when calling the HeadObject operation: Forbidden", "denied", 403, "403"),
        ("urllib.error.HTTPError", "HTTP Error 403: Forbidden", "denied", 403, None),
        ("requests.exceptions.HTTPError", "401 Client Error: Unauthorized for url: http://a.ml/", "denied", 401, None),
        ("google.api_core.exceptions.Forbidden", "403 GET https://storage.googleapis.com/x: no access", "denied", 403, None),
        ("kubernetes.client.exceptions.ApiException", "(403)\nReason: Forbidden", "denied", 403, None),
        ("minio.error.S3Error", "S3 operation failed; code: AccessDenied, message: x", "denied", 403, "AccessDenied"),
        ("PermissionError", "Forbidden", "denied", 403, None),
        ("psycopg2.OperationalError", 'FATAL:  password authentication failed for user "ml"', "denied", None, None),
        (
            CLIENT,
            "An error occurred (ExpiredToken) when calling the GetObject operation: x",
            "expired",
            None,
            "ExpiredToken",
        ),
        (
            "google.auth.exceptions.RefreshError",
            "('invalid_grant: Token has been expired or revoked.')",
            "expired",
            None,
            None,
        ),
        ("jwt.exceptions.ExpiredSignatureError", "Signature has expired", "expired", None, None),
    ],
)
def test_credentials(exception: str, message: str, trouble: str, status: int | None, code: str | None) -> None:
    found = read_credential_failure(Traceback(exception, message))
    assert found is not None
    assert (found.trouble, found.http_status, found.code) == (trouble, status, code)


def test_the_operation_that_was_refused() -> None:
    found = read_credential_failure(
        Traceback(CLIENT, "An error occurred (AccessDenied) when calling the PutObject operation")
    )
    assert found is not None
    assert found.operation == "PutObject"


def test_what_another_exception_passes_on() -> None:
    inner = Traceback("botocore.exceptions.NoCredentialsError", "Unable to locate credentials")
    final = Traceback("RuntimeError", "cannot save the model", cause=inner, link="cause")
    found = read_credential_failure(final)
    assert found is not None
    assert found.said is inner
