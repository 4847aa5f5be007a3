"""Frozen settings of one command: flags > KFPOPS_* environment > configuration file > in-cluster defaults."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach a cluster, or which bundle stands in for one. Empty means: find it."""

    kubeconfig: str = ""
    context: str = ""
    namespace: str = ""
    all_namespaces: bool = False
    kfp_namespace: str = ""
    kfp_url: str = ""
    kfp_token_file: str = ""
    kfp_headers: tuple[str, ...] = ()
    metadata_url: str = ""
    metadata_db: str = ""
    store_endpoint: str = ""
    insecure_skip_tls_verify: bool = False
    bundle: str = ""
    output: str = "text"
    color: bool | None = None
    verbosity: int = 0
    request_timeout: float = 30.0
