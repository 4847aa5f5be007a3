"""A kubeconfig's cluster and user, or a pod's service account → Access, for all that needs no login program."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kfpops.cluster.access import Access, Headers, Tls
from kfpops.cluster.kubeconfig import Context, Entry
from kfpops.errors import Unreachable, UsageError

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where Kubernetes mounts a pod's token, ca.crt and namespace."""

_STATIC = {
    "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile",
    "username", "password", "as", "as-uid", "as-groups", "extensions",
}  # fmt: skip


def is_static(user: Entry) -> bool:
    """Whether these credentials need nothing but this file; login programs, OIDC and what is unknown need more."""
    return all(key in _STATIC for key, value in user.items() if value)


def static_access(context: Context) -> Access:
    """Raises `UsageError` when a file is missing or data is malformed."""
    return replace(
        cluster_access(context),
        tls=_with_certificate(cluster_tls(context.cluster), context.user),
        headers=user_headers(context.user),
    )


def cluster_access(context: Context) -> Access:
    """Everything but the user: address, authority, proxy."""
    cluster = context.cluster
    server = str(cluster["server"]).rstrip("/")
    # client-go takes a server without a scheme as plain HTTP.
    server = server if "://" in server else f"http://{server}"
    proxy = str(cluster.get("proxy-url") or "")
    return Access(context.name, server, context.namespace, tls=cluster_tls(cluster), proxy=proxy)


def cluster_tls(cluster: Entry) -> Tls:
    return Tls(
        ca=_pem(cluster, "certificate-authority"),
        verify=not cluster.get("insecure-skip-tls-verify"),
        server_name=str(cluster.get("tls-server-name") or ""),
    )


def user_headers(user: Entry) -> Headers:
    """Authorization and impersonation; a token file is read anew for each request, as it may be renewed."""
    impersonation = _impersonation(user)
    if user.get("tokenFile"):
        path = Path(str(user["tokenFile"]))
        return lambda: {**bearer_of(path), **impersonation}
    fixed = dict(impersonation)
    if user.get("token"):
        fixed["Authorization"] = f"Bearer {str(user['token']).strip()}"
    elif user.get("username") or user.get("password"):
        pair = f"{user.get('username') or ''}:{user.get('password') or ''}"
        fixed["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode("ascii")
    return lambda: fixed


def bearer_of(path: Path) -> Mapping[str, str]:
    """The Authorization header with the token that stands in a file now. Raises `Unreachable` when it cannot be read."""
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Unreachable(
            f"The token file {path} cannot be read.", hint="Is it mounted, and readable for this user?"
        ) from None
    if not token or any(not 32 < ord(letter) < 127 for letter in token):
        raise Unreachable(f"The token file {path} holds no token.")
    return {"Authorization": f"Bearer {token}"}


def in_cluster_access(environ: Mapping[str, str], account: Path = ACCOUNT) -> Access | None:
    """The API server as a pod sees it; None outside of a cluster."""
    host = environ.get("KUBERNETES_SERVICE_HOST", "")
    if not host or not (account / "token").is_file():
        return None
    server = f"https://[{host}]" if ":" in host else f"https://{host}"
    ca = account / "ca.crt"
    return Access(
        name="in-cluster",
        server=f"{server}:{environ.get('KUBERNETES_SERVICE_PORT') or '443'}",
        namespace=own_namespace(account),
        tls=Tls(ca=ca.read_text(encoding="ascii", errors="replace") if ca.is_file() else None),
        headers=lambda: bearer_of(account / "token"),
        in_cluster=True,
    )


def own_namespace(account: Path = ACCOUNT) -> str:
    """The namespace of the pod that we run in; "" outside of one."""
    try:
        return (account / "namespace").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _with_certificate(tls: Tls, user: Entry) -> Tls:
    certificate, key = _pem(user, "client-certificate"), _pem(user, "client-key")
    if bool(certificate) != bool(key):
        raise UsageError("The kubeconfig's user has a client certificate without its key, or a key without a certificate.")
    return replace(tls, certificate=certificate, key=key)


def _pem(entry: Entry, field: str) -> str | None:
    """PEM text from `<field>-data` (base64), else from the file that `<field>` names; None when neither is there."""
    data, path = entry.get(f"{field}-data"), entry.get(field)
    if data:
        try:
            return base64.b64decode("".join(str(data).split()), validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            raise UsageError(f"`{field}-data` in the kubeconfig is not base64 of a PEM text.") from None
    if not path:
        return None
    try:
        return Path(str(path)).read_text(encoding="ascii", errors="replace")
    except OSError as error:
        message = f"The kubeconfig's {field} {path} cannot be read: {error.strerror}."
        raise UsageError(message, hint="Is the kubeconfig from another machine?") from error


def _impersonation(user: Entry) -> dict[str, str]:
    """kubectl's --as, written into the file. Several groups would need several headers of one name."""
    groups = user.get("as-groups") or []
    if len(groups) > 1:
        raise UsageError("The kubeconfig impersonates several groups, which is not supported.", hint="Use another context.")
    pairs = {
        "Impersonate-User": user.get("as"),
        "Impersonate-Uid": user.get("as-uid"),
        "Impersonate-Group": groups[0] if groups else None,
    }
    return {name: str(value) for name, value in pairs.items() if value}
