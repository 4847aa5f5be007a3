"""Signatures: what is signed, with whose keys, and how keys and queries are spelled."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.signing import Signer, quoted_key, quoted_query
from kfpops.cluster.store_keys import Keys
from kfpops.cluster.store_place import Place
from kfpops.errors import Forbidden


def test_spelling() -> None:
    assert quoted_key("a b/ü+~\udcff") == "a%20b/%C3%BC%2B~%FF"
    assert quoted_query({"prefix": "a b/", "delete": "", "list-type": "2"}) == "delete=&list-type=2&prefix=a%20b%2F"


def test_the_headers_of_a_request() -> None:
    signer = Signer(Place("http://store:9000/", "minio", Keys("access-1", "hunter2")), 5.0)
    headers = signer.headers("GET", "http://store:9000/bucket?list-type=2", b"", {"User-Agent": "kfpops"})
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=access-1/")
    assert "/minio/s3/aws4_request, SignedHeaders=host;" in headers["Authorization"]
    assert signer.endpoint == "http://store:9000"
    assert "hunter2" not in str(headers)


def test_without_an_endpoint_it_is_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    signer = Signer(Place("", "eu-west-1", Keys("a", "b")), 5.0)
    assert signer.endpoint == "https://s3.eu-west-1.amazonaws.com"
    signer.move("us-east-2")
    assert (signer.endpoint, signer.region) == ("https://s3.us-east-2.amazonaws.com", "us-east-2")


def test_without_a_region_either_it_is_where_aws_tells_the_right_one() -> None:
    signer = Signer(Place("", "", Keys("a", "b")), 5.0)
    assert (signer.endpoint, signer.region) == ("https://s3.amazonaws.com", "us-east-1")
    signer.move("eu-central-1")
    assert signer.endpoint == "https://s3.eu-central-1.amazonaws.com"


def test_without_keys_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(Place("http://store:9000", "minio", Keys("a", "b")), 5.0)
    signer._credentials = None
    with pytest.raises(Forbidden, match="There are no keys"):
        signer.headers("GET", "http://store:9000/", b"", {})
