"""Which proxy a connection takes."""

from __future__ import annotations

import pytest

from kfpops.cluster.proxies import proxy_for

PROXY = "http://proxy:3128"


@pytest.mark.parametrize(
    "url, no_proxy",
    [
        pytest.param("https://127.0.0.1:6443", "", id="loopback never takes a proxy"),
        pytest.param("https://localhost:6443", "", id="nor does localhost"),
        pytest.param("https://[::1]:6443", "", id="in neither family"),
        pytest.param("https://kube.corp.test", "*", id="nothing does"),
        pytest.param("https://kube.corp.test", "corp.test", id="a host below a name"),
        pytest.param("https://corp.test", "corp.test", id="the name itself"),
        pytest.param("https://kube.corp.test", "a.test, .corp.test", id="a name with a dot"),
        pytest.param("https://KUBE.corp.test", "*.CORP.test", id="with a star, in other letters"),
        pytest.param("https://10.1.2.3:6443", "10.0.0.0/8", id="an address in a network"),
        pytest.param("https://10.1.2.3:6443", "10.1.2.3", id="an address"),
        pytest.param("https://10.1.2.3:6443", "10.1.2.3:6443", id="an address with its port"),
        pytest.param("https://[fd00::1]:6443", "fd00::/8", id="a network of the newer kind"),
    ],
)
def test_these_go_directly(url: str, no_proxy: str) -> None:
    assert proxy_for(url, "", {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}) == ""


@pytest.mark.parametrize(
    "url, no_proxy",
    [
        pytest.param("https://corp.test", ".corp.test", id="a dot leaves the name itself out"),
        pytest.param("https://notcorp.test", "corp.test", id="an ending that is no label"),
        pytest.param("https://10.1.2.3:6443", "10.1.2.3:443", id="another port"),
        pytest.param("https://11.1.2.3", "10.0.0.0/8,nonsense/99", id="outside of the network"),
        pytest.param("https://kube.corp.test", "10.0.0.0/8", id="a name is in no network"),
    ],
)
def test_these_take_the_proxy(url: str, no_proxy: str) -> None:
    assert proxy_for(url, "", {"https_proxy": PROXY, "no_proxy": no_proxy}) == PROXY


def test_each_scheme_has_its_own_variable() -> None:
    environ = {"HTTPS_PROXY": PROXY, "HTTP_PROXY": "other:80"}
    assert proxy_for("http://kube.test", "", environ) == "http://other:80"
    assert proxy_for("https://kube.test", "", environ) == PROXY
    assert proxy_for("https://kube.test", "", {}) == ""


def test_the_kubeconfigs_proxy_wins() -> None:
    assert proxy_for("https://kube.test", "socks5://a:1", {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}) == "socks5://a:1"
