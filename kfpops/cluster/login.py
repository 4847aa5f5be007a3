"""Settings and environment → the API server to talk to, and as whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kfpops.cluster import credentials, kubeconfig
from kfpops.cluster.access import Access
from kfpops.errors import NoKubeconfig
from kfpops.settings import Settings


def find_access(settings: Settings, environ: Mapping[str, str]) -> Access:
    """The kubeconfig as kubectl finds it, else the pod's service account.

    Raises `NoKubeconfig` when there is neither, `UsageError` when the file is wrong, `Unreachable` when a login
    program gives nothing.
    """
    access = _access(settings, environ)
    if settings.insecure_skip_tls_verify:
        return replace(access, tls=replace(access.tls, verify=False))
    return access


def _access(settings: Settings, environ: Mapping[str, str]) -> Access:
    paths = kubeconfig.candidates(settings.kubeconfig, environ)
    config = kubeconfig.load(paths, explicit=bool(settings.kubeconfig))
    if config is None:
        pod = None if settings.context else credentials.in_cluster_access(environ)
        if pod is not None:
            return pod
        tried = ", ".join(str(path) for path in paths)
        hint = "Pass --kubeconfig, set KUBECONFIG, or read a bundle with --from."
        raise NoKubeconfig(f"There is no kubeconfig (looked for {tried}).", hint=hint)
    context = kubeconfig.choose(config, settings.context)
    if credentials.is_static(context.user):
        return credentials.static_access(context)
    from kfpops.cluster.sdk_credentials import sdk_access

    return sdk_access(context)
