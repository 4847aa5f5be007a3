"""The pool of kept connections to one server, directly or through a proxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kfpops.cluster.access import Tls, ssl_context
from kfpops.cluster.proxies import proxy_for
from kfpops.cluster.refusals import shown
from kfpops.errors import UsageError


def open_pool(url: str, tls: Tls, proxy: str, environ: Mapping[str, str], connections: int = 10) -> Any:
    """A `urllib3.PoolManager` that keeps so many connections to a server.

    Raises `UsageError` for certificates or proxies that cannot be used.
    """
    import urllib3

    options: dict[str, Any] = {"num_pools": 4, "maxsize": connections, "block": False}
    if url.startswith("https://"):
        options["ssl_context"] = ssl_context(tls)
        if tls.server_name:
            options["server_hostname"] = tls.server_name
        if not tls.verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    through = proxy_for(url, proxy, environ)
    if not through:
        return urllib3.PoolManager(**options)
    if through.startswith("socks"):
        return _socks(through, options)
    if not through.startswith(("http://", "https://")):
        text = f"The proxy {shown(through)} is of a kind that is not known."
        raise UsageError(text, hint="Use http://, https:// or socks5://")
    user = urlsplit(through)
    headers = urllib3.make_headers(proxy_basic_auth=f"{user.username}:{user.password or ''}") if user.username else None
    return urllib3.ProxyManager(through, proxy_headers=headers, **options)


def _socks(proxy: str, options: dict[str, Any]) -> Any:
    try:
        from urllib3.contrib.socks import SOCKSProxyManager
    except ImportError as error:
        raise UsageError(f"The proxy {shown(proxy)} needs another package.", hint="pip install PySocks") from error
    return SOCKSProxyManager(proxy, **options)
