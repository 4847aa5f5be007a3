"""Login programs (exec plugins), OIDC and auth providers, through the official SDK: imported here and only when needed.

Its import costs one to two seconds, which everyone with static credentials is spared.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from kfpops.cluster.access import Access
from kfpops.cluster.credentials import cluster_access
from kfpops.cluster.kubeconfig import Context
from kfpops.errors import Unreachable, UsageError


def sdk_access(context: Context) -> Access:
    """Load the context with the SDK. Raises `UsageError` or `Unreachable` when the login gives no credentials."""
    from kubernetes import client, config

    access = cluster_access(context)
    configuration = client.Configuration()
    with _overheard() as complaints:
        try:
            files = os.pathsep.join(str(path) for path in context.files)
            load: Any = config.load_kube_config
            load(files, context=context.name, client_configuration=configuration)
        except Exception as error:
            raise _login_failed(context, [str(error)]) from None
    certificate, key = _text(configuration.cert_file), _text(configuration.key_file)
    if not certificate and not _authorization(configuration):
        raise _login_failed(context, complaints)

    def headers() -> Mapping[str, str]:
        # The SDK runs the login again by itself when its answer has expired.
        with _overheard():
            value = _authorization(configuration)
        return {"Authorization": value} if value else {}

    return replace(access, tls=replace(access.tls, certificate=certificate, key=key), headers=headers)


def _authorization(configuration: Any) -> str:
    settings = configuration.auth_settings().get("BearerToken") or {}
    return str(settings.get("value") or "")


def _text(path: str | None) -> str | None:
    return Path(path).read_text(encoding="ascii", errors="replace") if path else None


def _login_failed(context: Context, complaints: list[str]) -> Unreachable | UsageError:
    program = str((context.user.get("exec") or {}).get("command") or "")
    said = " ".join(" ".join(complaints).split())[:300]
    if program and "No such file" in said:
        message = f"The kubeconfig logs in with the program {program}, which is not installed."
        return UsageError(message, hint=f"Install {program}, or use another --context.")
    if program:
        hint = f"It said: {said}" if said else "Run `kubectl get pods` to see whether the login works."
        return Unreachable(f"The login program {program} of context {context.name} gave no credentials.", hint=hint)
    kind = str((context.user.get("auth-provider") or {}).get("name") or "this kind of user")
    hint = f"The Kubernetes SDK said: {said}" if said else "Log in again, or use another --context."
    return Unreachable(f"The login of context {context.name} ({kind}) gave no credentials.", hint=hint)


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What the SDK writes to the root logger instead of raising it; it must not reach the terminal."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    root = logging.getLogger()
    handlers, listener = list(root.handlers), Listener()
    root.handlers = [listener]
    try:
        yield said
    finally:
        root.handlers = handlers
