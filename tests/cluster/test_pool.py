"""Pools: direct, through proxies, and through proxies that nobody can use."""

from __future__ import annotations

import pytest

from kfpops.cluster.access import Tls
from kfpops.cluster.http import Http
from kfpops.cluster.pool import open_pool
from kfpops.cluster.refusals import Ask, Peer
from kfpops.errors import UsageError
from tests.cluster.loopback import Loopback, says


def test_a_plain_request_goes_through_the_proxy_with_its_login(server: Loopback) -> None:
    server.routes["/x"] = says({})
    proxy = server.url.replace("http://", "http://jo:s3cr3t@")
    pool = open_pool("http://kube.test", Tls(), proxy, {})
    assert Http("http://kube.test", Peer("a"), pool).get(Ask("/x")) == b"{}"
    assert server.asked[0].headers["Host"] == "kube.test"
    assert server.asked[0].headers["Proxy-Authorization"].startswith("Basic ")


def test_a_proxy_of_an_unknown_kind_is_said_without_its_login() -> None:
    with pytest.raises(UsageError) as caught:
        open_pool("https://kube.test", Tls(), "ftp://jo:s3cr3t@proxy", {})
    assert caught.value.message == "The proxy ftp://proxy is of a kind that is not known."
