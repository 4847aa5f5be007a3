"""ML Metadata embedded: it keeps what it is given, refuses in its own words, and answers over its own protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.compose import open_cluster
from kfpops.sandbox.metadata_store import UNIMPLEMENTED, EmbeddedStore, Refused, serving
from kfpops.settings import Settings
from tests.mlmd_store import Rows, needs_mlmd

pytestmark = needs_mlmd


def test_a_method_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused) as raised:
        EmbeddedStore().call("GetEverything", b"")
    assert raised.value.code == UNIMPLEMENTED


def test_a_cluster_can_be_made_of_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    rows = Rows()
    rows.run("training", "7a000001-0000-4000-8000-000000000000")
    store = EmbeddedStore(rows.write(tmp_path / "mlmd.db"))
    with serving(lambda method, request, metadata: store.call(method, request)) as address:
        lineage = open_cluster(Settings(metadata_url=f"grpc://{address}")).lineage
        assert lineage is not None
        (root,) = lineage.executions_of_run("7a000001-0000-4000-8000-000000000000")
        assert root.kind == "dag"
