"""How to speak with one API server: address, TLS and credentials, as values. Where they come from is others' business."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from kfpops.errors import UsageError

Headers: TypeAlias = Callable[[], Mapping[str, str]]
"""Headers of the next request. Called for each request, so that tokens in files and of login programs stay fresh."""


def no_headers() -> Mapping[str, str]:
    """A server that wants no credentials."""
    return {}


@dataclass(frozen=True, slots=True)
class Tls:
    """`ca` is PEM text; None: the system's authorities. `certificate`, `key`: the client's, PEM.

    `server_name`: the name to expect in the server's certificate, instead of its host's.
    """

    ca: str | None = field(default=None, repr=False)
    certificate: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    verify: bool = True
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """One API server as one user.

    `name`: the context's. `namespace`: "" when it names none. `proxy`: "" means whatever the environment says.
    """

    name: str
    server: str
    namespace: str = ""
    tls: Tls = Tls()
    headers: Headers = field(default=no_headers, repr=False)
    proxy: str = ""
    in_cluster: bool = False


def ssl_context(tls: Tls) -> ssl.SSLContext:
    """Raises `UsageError` when a certificate or key is not readable PEM."""
    try:
        if tls.ca == "":
            # ssl would take it for "none given" and trust the system's authorities instead.
            raise ValueError("empty")
        context = ssl.create_default_context(cadata=tls.ca)
    except (ssl.SSLError, ValueError) as error:
        raise UsageError("The cluster's certificate authority in the kubeconfig is not a PEM certificate.") from error
    # Python 3.13 refuses authorities without a key identifier; clusters are full of them, and kubectl takes them.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not tls.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if tls.certificate:
        _load_client_certificate(context, tls.certificate, tls.key or "")
    return context


def _load_client_certificate(context: ssl.SSLContext, certificate: str, key: str) -> None:
    import tempfile

    # OpenSSL reads client certificates from files only; this one is readable by us alone and gone at once.
    with tempfile.TemporaryDirectory(prefix="kfpops-") as folder:
        path = Path(folder) / "client.pem"
        path.touch(mode=0o600)
        path.write_text(f"{certificate}\n{key}\n", encoding="ascii", errors="replace")
        try:
            context.load_cert_chain(path)
        except (ssl.SSLError, ValueError) as error:
            message = "The client certificate and key in the kubeconfig do not fit together or are not PEM."
            raise UsageError(message, hint="Fetch the kubeconfig again.") from error
