"""recording.json: where it is looked for, what it says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.capture.bundle import Gap, read_bundle
from kfpops.capture.contents import Folder
from kfpops.capture.store import StoredBytes
from kfpops.errors import BadAnswer, NotFound, UsageError
from tests.capture import bundles


@pytest.mark.parametrize(
    "body, said",
    [
        pytest.param(None, "holds no recording.json", id="there is none"),
        pytest.param(b'{"schema": "kfpops/rec', "cannot be read", id="it is truncated"),
        pytest.param(b"[]", "cannot be read", id="it is no object"),
        pytest.param(b'{"schema": "something/v1"}', 'its schema is "something/v1"', id="it is of another tool"),
        pytest.param(b'{"schema": "kfpops/recording/v2"}', "kfpops/recording/v2", id="it is of a later version"),
        pytest.param(b'{"schema": "kfpops/recording/v1"}', "ended_at", id="it does not say when it ended"),
    ],
)
def test_what_is_no_bundle_is_refused(tmp_path: Path, body: bytes | None, said: str) -> None:
    if body is not None:
        (tmp_path / "recording.json").write_bytes(body)
    with pytest.raises(UsageError, match=said):
        read_bundle(Folder(tmp_path), "given")


def test_a_later_version_says_so(tmp_path: Path) -> None:
    (tmp_path / "recording.json").write_bytes(b'{"schema": "kfpops/recording/v2"}')
    with pytest.raises(UsageError) as raised:
        read_bundle(Folder(tmp_path), "given")
    assert raised.value.hint == "A newer kfpops may have made it."


@pytest.mark.parametrize("where", [".", "recording", "some-name"])
def test_it_is_found_in_a_sub_folder_too(tmp_path: Path, where: str) -> None:
    bundles.folder(tmp_path / where, {"kubernetes/version.json": {}})
    bundle = read_bundle(Folder(tmp_path), "given")
    assert bundle.read("kubernetes/version.json") == b"{}"
    assert bundle.exists("kubernetes")
    assert bundle.recording.kfp_namespace == "kubeflow"


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    bundle = read_bundle(Folder(bundles.folder(tmp_path, {})), "given")
    with pytest.raises(NotFound, match=r"holds no kfp/healthz\.json"):
        bundle.read("kfp/healthz.json")


def test_a_broken_row_is_a_bad_answer(tmp_path: Path) -> None:
    bundle = read_bundle(Folder(bundles.folder(tmp_path, {"store/bytes.jsonl": b'{"bucket": "a"}\n{'})), "given")
    with pytest.raises(BadAnswer, match=r"store/bytes\.jsonl in the bundle given"):
        bundle.lines("store/bytes.jsonl", StoredBytes)


def test_gaps_are_found_without_their_query(tmp_path: Path) -> None:
    gaps = [{"source": "/apis/v2beta1/runs?namespace=x", "why": "503: down"}]
    bundle = read_bundle(Folder(bundles.folder(tmp_path, {}, gaps=gaps)), "given")
    assert bundle.gap("/apis/v2beta1/runs") == Gap("/apis/v2beta1/runs?namespace=x", "503: down")
    assert bundle.gap("/apis/v2beta1/experiments") is None


@pytest.mark.parametrize(
    "why, forbidden",
    [
        ("404: page not found", False),
        ("503: no endpoints available", False),
        ('403: pods is forbidden: User "a" cannot list', True),
        ("Not allowed to list pods in all namespaces", True),
    ],
)
def test_a_missing_right_is_told_from_a_missing_thing(why: str, forbidden: bool) -> None:
    assert Gap("x", why).is_forbidden is forbidden
