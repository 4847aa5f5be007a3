"""Without a cluster: the lineage store that the settings name, and nothing else."""

from __future__ import annotations

import pytest

from kfpops.cluster.offline import NoKubernetes, named_lineage
from kfpops.compose import open_cluster
from kfpops.errors import NoKubeconfig, Unreachable, UsageError
from kfpops.model.pod import Pod
from kfpops.settings import Settings


def test_no_store_is_named() -> None:
    assert named_lineage(Settings()) is None


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """A machine without any kubeconfig."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.usefixtures("nowhere")
def test_without_kubeconfig_and_store_there_is_nothing_to_ask() -> None:
    with pytest.raises(NoKubeconfig):
        open_cluster(Settings())


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    "settings", [Settings(metadata_db="sqlite:////nowhere/copy.db"), Settings(metadata_url="grpc://127.0.0.1:1")]
)
def test_a_named_store_needs_no_kubeconfig(settings: Settings) -> None:
    cluster = open_cluster(settings)
    assert cluster.lineage is not None
    assert (cluster.pipelines, cluster.store) == (None, None)
    with pytest.raises((Unreachable, UsageError)) as raised:
        cluster.lineage.artifacts(["1"])
    assert "kubeconfig" not in raised.value.message
    with pytest.raises(Unreachable, match="There is no kubeconfig"):
        cluster.kubernetes.list(Pod)


@pytest.mark.usefixtures("nowhere")
def test_a_kubeconfig_that_was_asked_for_must_be_there() -> None:
    with pytest.raises(UsageError, match="There is no kubeconfig"):
        open_cluster(Settings(kubeconfig="/nowhere/config", metadata_db="sqlite:////nowhere/copy.db"))


def test_logs_are_refused_with_the_reason() -> None:
    with pytest.raises(Unreachable, match="no kubeconfig"):
        NoKubernetes(NoKubeconfig("There is no kubeconfig.")).log("ns", "pod", "main")
