"""Signatures as the sandbox checks them: botocore's are right, and nothing that was touched afterwards is."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest

from kfpops.cluster.bucket.signing import Signer
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.sandbox.s3.asked import Request
from kfpops.sandbox.s3.signature import refused_because

HOST = "127.0.0.1:9000"


def signed(path: str = "/bucket/a%20b", query: str = "delete=&prefix=x%2Fy", body: bytes = b"body") -> Request:
    signer = Signer(Place(f"http://{HOST}", "minio", Keys("minio", "minio123")), 5.0)
    headers = signer.headers("POST", f"http://{HOST}{path}?{query}", body, {"User-Agent": "kfpops", "Content-MD5": "x"})
    lower = {name.lower(): value for name, value in headers.items()} | {"host": HOST}
    return Request("POST", path, query, dict(parse_qsl(query)), lower, body, "bucket", "a b")


@pytest.mark.parametrize(
    "request_, code",
    [
        pytest.param(replace(signed(), headers={}), "AccessDenied", id="no signature"),
        pytest.param(replace(signed(), path="/bucket/other"), "SignatureDoesNotMatch", id="another path"),
        pytest.param(replace(signed(), query_text="delete="), "SignatureDoesNotMatch", id="another query"),
        pytest.param(replace(signed(), method="PUT"), "SignatureDoesNotMatch", id="another method"),
        pytest.param(replace(signed(), body=b"other"), "XAmzContentSHA256Mismatch", id="another body"),
        pytest.param(
            replace(signed(), headers={**signed().headers, "content-md5": "y"}), "SignatureDoesNotMatch", id="a header"
        ),
        pytest.param(signed(), "", id="as it was signed"),
        pytest.param(signed(query="versions"), "", id="a word without a value"),
    ],
)
def test_signatures(request_: Request, code: str) -> None:
    assert refused_because(request_, "minio", "minio123") == code


def test_other_keys() -> None:
    assert refused_because(signed(), "minio", "other") == "SignatureDoesNotMatch"
    assert refused_because(signed(), "other", "minio123") == "InvalidAccessKeyId"
