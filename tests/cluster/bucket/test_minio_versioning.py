"""What minio's client tells of versioning."""

from __future__ import annotations

import pytest

from kfpops.errors import Forbidden, NotFound, Unreachable
from tests.cluster.bucket.opening import opened
from tests.cluster.loopback import Answer, Loopback

XML = {"Content-Type": "application/xml"}


@pytest.mark.parametrize(
    "body, told",
    [
        pytest.param("", "off", id="never asked for"),
        pytest.param("<Status>Suspended</Status>", "suspended", id="suspended"),
        pytest.param(
            "<Status>Enabled</Status><ExcludedPrefixes><Prefix>v2/</Prefix></ExcludedPrefixes>",
            "unknown",
            id="a prefix",
        ),
        pytest.param("<Status>Enabled</Status><ExcludeFolders>true</ExcludeFolders>", "unknown", id="but for folders"),
        pytest.param("<Status>Enabled</Status>", "enabled", id="enabled"),
    ],
)
def test_versioning(server: Loopback, body: str, told: str) -> None:
    schema = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    text = f"<VersioningConfiguration {schema}>{body}</VersioningConfiguration>"
    server.routes["/mlpipeline"] = Answer(text.encode(), 200, XML)
    assert opened(server.url).bucket.versioning() == told


@pytest.mark.parametrize(
    "answer, kind",
    [
        pytest.param(Answer(b"<Error><Code>AccessDenied</Code></Error>", 403, XML), Forbidden, id="denied"),
        pytest.param(Answer(b"<Error><Code>NoSuchBucket</Code></Error>", 404, XML), NotFound, id="no bucket"),
        pytest.param(Answer(b"<Error><Code>Whatever</Code></Error>", 400, XML), Unreachable, id="any other"),
        pytest.param(Answer(b"<html>", 404, {"Content-Type": "text/html"}), Unreachable, id="a web page"),
    ],
)
def test_refusals(server: Loopback, answer: Answer, kind: type[Exception]) -> None:
    server.routes["/mlpipeline"] = answer
    with pytest.raises(kind):
        opened(server.url).bucket.versioning()
