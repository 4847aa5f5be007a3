"""Which proxy a connection takes: the kubeconfig's `proxy-url`, else HTTPS_PROXY, HTTP_PROXY, NO_PROXY as Go reads them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit


def proxy_for(url: str, configured: str, environ: Mapping[str, str]) -> str:
    """The proxy's URL, or "" for a direct connection. What is configured wins over NO_PROXY, as with kubectl."""
    if configured:
        return configured
    parts = urlsplit(url)
    names = ("HTTPS_PROXY", "https_proxy") if parts.scheme == "https" else ("HTTP_PROXY", "http_proxy")
    proxy = next((environ[name] for name in names if environ.get(name)), "")
    if not proxy or _goes_direct(parts.hostname or "", parts.port, environ):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _goes_direct(host: str, port: int | None, environ: Mapping[str, str]) -> bool:
    """Rules of Go's golang.org/x/net/http/httpproxy: loopback always, then names, suffixes, addresses and networks."""
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    listed = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    return any(_matches(entry.strip().lower(), host.lower(), port, address) for entry in listed.split(",") if entry.strip())


def _matches(entry: str, host: str, port: int | None, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        try:
            return address is not None and address in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isdigit() and _address(entry) is None:
        if port != int(wanted):
            return False
        entry = name
    other = _address(entry)
    if other is not None or address is not None:
        return other == address
    # "x.org" and ".x.org" both cover hosts below; only the first covers x.org itself.
    entry = entry.removeprefix("*")
    return host.endswith(entry if entry.startswith(".") else f".{entry}") or host == entry


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
