"""Folders, tar and zip archives are read alike; what leads out of them is not read; what is broken is said to be."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from kfpops.capture.contents import Contents, Folder, Tar, Zip
from kfpops.errors import UsageError
from tests.capture import bundles

FILES = {"kfp/healthz.json": {"tag_name": "2.17.0"}, "logs/a/b/main.log": b"one\ntwo\n"}


def test_a_link_out_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("outside")
    inside = bundles.folder(tmp_path / "bundle", {})
    (inside / "link").symlink_to(tmp_path / "secret")
    contents = Folder(inside)
    assert contents.read("link") is None
    assert contents.read("../secret") is None
    assert not contents.has("../secret")


def test_links_in_an_archive_are_passed_over() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "hard")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/hostname"
            archive.addfile(info)
    contents = Tar(packed.getvalue(), "x.tar.gz")
    assert contents.read("link") is None
    assert contents.read("hard") is None


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\x1f\x8b" + b"\x00" * 20, id="no gzip after the first bytes"),
        pytest.param(b"\x1f\x8b\x08", id="ends after the head"),
    ],
)
def test_a_broken_archive_is_said_to_be(body: bytes) -> None:
    with pytest.raises(UsageError, match=r"x\.tar\.gz cannot be read"):
        Tar(body, "x.tar.gz")


def test_a_truncated_archive_is_said_to_be(tmp_path: Path) -> None:
    whole = bundles.tar(tmp_path / "a.tar.gz", {"a": bytes(range(256)) * 400}).read_bytes()
    with pytest.raises(UsageError, match="it ends too early"):
        Tar(whole[: len(whole) // 2], "a.tar.gz")


def test_a_truncated_zip_is_said_to_be(tmp_path: Path) -> None:
    whole = bundles.zipped(tmp_path / "a.zip", FILES).read_bytes()
    with pytest.raises(UsageError, match=r"a\.zip cannot be read"):
        Zip(whole[:-30], "a.zip")


@pytest.fixture(params=["folder", "tar", "zip"])
def contents(request: pytest.FixtureRequest, tmp_path: Path) -> Contents:
    match request.param:
        case "folder":
            return Folder(bundles.folder(tmp_path / "b", FILES))
        case "tar":
            return Tar(bundles.tar(tmp_path / "b.tar.gz", FILES, top="./").read_bytes(), "b.tar.gz")
        case _:
            return Zip(bundles.zipped(tmp_path / "b.zip", FILES).read_bytes(), "b.zip")


def test_all_forms_read_alike(contents: Contents) -> None:
    assert contents.read("logs/a/b/main.log") == b"one\ntwo\n"
    assert contents.read("logs/a") is None
    assert contents.read("absent") is None
    assert contents.has("kfp")
    assert contents.has("kfp/healthz.json")
    assert not contents.has("kf")
    assert {"kfp", "logs"} <= set(contents.top())
