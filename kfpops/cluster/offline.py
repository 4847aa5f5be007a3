"""A lineage store without a cluster: an offline copy of ML Metadata's database, or an address that needs no kubeconfig."""

from __future__ import annotations

from collections.abc import Sequence

from kfpops.cluster.lineage_choice import LineageChoice
from kfpops.errors import KfpopsError, Unreachable
from kfpops.model.kinds import T
from kfpops.model.log import Log
from kfpops.ports import Lineage
from kfpops.settings import Settings


def named_lineage(settings: Settings) -> LineageChoice | None:
    """The store that --metadata-db or --metadata-url names, opened when it is first asked; None when neither is given."""
    if not (settings.metadata_db or settings.metadata_url):
        return None
    return LineageChoice(lambda: _open(settings))


def _open(settings: Settings) -> Lineage:
    if settings.metadata_db:
        from kfpops.cluster.mlmd_database import open_database

        return open_database(settings.metadata_db, timeout=settings.request_timeout)
    from kfpops.cluster.mlmd.place import at_url

    return at_url(settings)


class NoKubernetes:
    """`kfpops.ports.Kubernetes` where there is none: whatever is asked raises `Unreachable` with the reason."""

    def __init__(self, why: KfpopsError) -> None:
        self._why = why

    def list(self, kind: type[T], namespace: str | None = None, *, labels: str = "", fields: str = "") -> Sequence[T]:
        raise Unreachable(self._why.message, self._why.hint)

    def log(self, namespace: str, pod: str, container: str, *, previous: bool = False, tail_lines: int = 400) -> Log:
        raise Unreachable(self._why.message, self._why.hint)
