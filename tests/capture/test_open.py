"""From a path to ports whose time stands still."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from kfpops.capture.open import open_bundle, open_cluster
from kfpops.errors import UsageError
from kfpops.model.diagnosis import Source
from tests.capture import bundles


@pytest.mark.parametrize(
    "name, body, said",
    [
        pytest.param("absent.tar.gz", None, "There is no bundle", id="nothing is there"),
        pytest.param("notes.txt", b"just text", "neither a folder nor", id="a text"),
        pytest.param("empty.zip", b"", "neither a folder nor", id="an empty file"),
    ],
)
def test_what_is_no_bundle_is_a_usage_error(tmp_path: Path, name: str, body: bytes | None, said: str) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    with pytest.raises(UsageError, match=said):
        open_bundle(tmp_path / name)


def test_an_archive_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    tarred = bundles.tar(tmp_path / "a", {})
    zipped = bundles.zipped(tmp_path / "b", {}, top="recording/")
    assert open_bundle(tarred).recording.ended_at == open_bundle(zipped).recording.ended_at


def test_time_is_the_end_of_the_recording(tmp_path: Path) -> None:
    cluster = open_cluster(bundles.folder(tmp_path, {}), name="mine")
    assert cluster.now == datetime(2026, 11, 21, 9, 54, 10, 337011, tzinfo=timezone.utc)
    assert cluster.source == Source("bundle", "mine")
    assert (cluster.namespace, cluster.kfp_namespace) == ("kubeflow", "kubeflow")


def test_what_the_bundle_has_nothing_of_is_no_port(tmp_path: Path) -> None:
    cluster = open_cluster(bundles.folder(tmp_path, {}))
    assert cluster.pipelines is None
    assert cluster.store is None


def test_a_source_that_could_not_be_read_is_a_port_that_says_so(tmp_path: Path) -> None:
    gaps = [{"source": "KFP REST API", "why": "refused"}, {"source": "object store", "why": "refused"}]
    cluster = open_cluster(bundles.folder(tmp_path, {}, gaps=gaps))
    assert cluster.pipelines is not None
    assert cluster.store is not None


def test_the_users_namespace_wins(tmp_path: Path) -> None:
    path = bundles.folder(tmp_path, {}, namespace="team-a")
    assert open_cluster(path).namespace == "team-a"
    assert open_cluster(path, namespace="team-b", kfp_namespace="kfp").namespace == "team-b"
    assert open_cluster(path, kfp_namespace="kfp").kfp_namespace == "kfp"
