"""What a gathering may talk to: a cluster's ports, and the same servers' answers as they come."""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.capture.bundle import Gap
from kfpops.errors import Forbidden, KfpopsError, NotFound
from kfpops.ports import Cluster, Raw


@dataclass(frozen=True, slots=True)
class Live:
    """`kubernetes` and `kfp` answer for the API server and the KFP API; `kfp` None: there is none."""

    cluster: Cluster
    kubernetes: Raw
    kfp: Raw | None


def gap_of(source: str, error: KfpopsError) -> Gap:
    """An error as a gap. The number in front is how a reader tells a missing right from a missing thing."""
    kind = "403: " if isinstance(error, Forbidden) else "404: " if isinstance(error, NotFound) else ""
    return Gap(source, f"{kind}{error.message}"[:400])
