"""A way to the C++ store without a network between: for tests of what is asked, not of how it gets there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kfpops.cluster.mlmd.status import failure
from kfpops.cluster.mlmd.store import MlmdRpc
from kfpops.cluster.refusals import Peer
from tests.mlmd_store import Faults, Mlmd, Refused, Rows, Served, answer

PEER = Peer("the test store", "Start it.", "Log in.", lost_hint="Look elsewhere.")


@dataclass
class Direct:
    """`kfpops.cluster.mlmd.store.Transport`; `served` tells what was asked."""

    store: Mlmd
    faults: Faults = field(default_factory=Faults)
    served: Served = field(default_factory=lambda: Served("direct"))
    back_end: str = "mlmd-grpc"
    peer: Peer = PEER

    def call(self, method: str, request: bytes) -> bytes:
        try:
            found = answer(self.store, self.served, self.faults, method, request)
        except Refused as refused:
            raise failure(self.peer, method, refused.code, str(refused), 1.0) from refused
        if found is None:
            raise failure(self.peer, method, 14, "Socket closed", 1.0)
        return found

    def close(self) -> None:
        pass


def lineage(folder: Path, rows: Rows, **faults: object) -> tuple[MlmdRpc, Served]:
    """The port over a store of these rows, and what it was asked."""
    direct = Direct(Mlmd(rows.write(folder / "mlmd.db")), Faults(**faults))  # type: ignore[arg-type]
    return MlmdRpc(direct, "direct"), direct.served
