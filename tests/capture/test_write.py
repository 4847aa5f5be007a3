"""Bundles as files: whole or not at all, readable by what opens bundles, and safe against names of hostile servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kfpops.capture.bundle import Gap
from kfpops.capture.entry import Entry, Part
from kfpops.capture.open import open_bundle, open_cluster
from kfpops.capture.write import About, write
from kfpops.errors import Unreachable, UsageError
from tests.builders import NOW
from tests.capture.bundles import RUN

ABOUT = About("kfp", "team-a", (RUN,))
PARTS: tuple[Part, ...] = (
    Entry("kfp/healthz.json", b'{"tag_name": "2.17.0"}', "/apis/v2beta1/healthz"),
    Entry("logs/a/b/main.log", b"password=hunter2\n", "pod log", cut=True),
    Gap("/api/v1/nodes", "403: token=abcdefgh1 may not"),
)


@pytest.mark.parametrize("name", ["b.tar.gz", "b.tgz", "b.zip", "b"])
def test_what_is_written_opens(tmp_path: Path, name: str) -> None:
    times = iter((NOW - timedelta(seconds=5), NOW))
    written = write(PARTS, tmp_path / name, ABOUT, lambda: next(times))
    assert (written.path, written.files, len(written.gaps)) == (tmp_path / name, 3, 1)
    bundle = open_bundle(tmp_path / name)
    recording = bundle.recording
    assert (recording.ended_at, recording.began_at) == (NOW, NOW - timedelta(seconds=5))
    assert (recording.kfp_namespace, recording.namespace, recording.scope.runs) == ("kfp", "team-a", (RUN,))
    assert [(f.path, f.cut) for f in recording.files] == [("kfp/healthz.json", False), ("logs/a/b/main.log", True)]
    assert bundle.read("logs/a/b/main.log") == b"password=[redacted]\n"
    assert recording.gaps == (Gap("/api/v1/nodes", "403: token=[redacted] may not"),)
    assert open_cluster(tmp_path / name).now == NOW
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_bundle_of_everything_says_so(tmp_path: Path) -> None:
    write(PARTS, tmp_path / "b.zip", About("kfp", "team-a"), lambda: NOW)
    assert open_bundle(tmp_path / "b.zip").recording.scope.everything


def test_the_same_parts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.tar.gz", "b.tar.gz"):
        write(PARTS, tmp_path / name, ABOUT, lambda: NOW)
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()


def test_what_breaks_leaves_nothing_behind(tmp_path: Path) -> None:
    def parts() -> Iterator[Part]:
        yield PARTS[0]
        raise Unreachable("The API server went away")

    (tmp_path / "b.tar.gz").write_bytes(b"an older one")
    with pytest.raises(Unreachable):
        write(parts(), tmp_path / "b.tar.gz", ABOUT, lambda: NOW)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [b"an older one"]


@pytest.mark.parametrize("name", ["b.json", "b.tar.bz2", "b.tar"])
def test_an_unknown_form_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no form of bundle"):
        write(PARTS, tmp_path / name, ABOUT, lambda: NOW)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine").write_text("x")
    with pytest.raises(UsageError, match="is not empty"):
        write(PARTS, tmp_path / "b", ABOUT, lambda: NOW)


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write(PARTS, tmp_path / "absent" / "b.zip", ABOUT, lambda: NOW)


@pytest.mark.parametrize("path", ["../outside.json", "/etc/outside.json", "logs/../../outside.log"])
def test_a_name_that_leads_outside_is_not_written(tmp_path: Path, path: str) -> None:
    written = write((Entry(path, b"x", "a hostile server"),), tmp_path / "b", ABOUT, lambda: NOW)
    assert written.files == 1
    assert [g.source for g in written.gaps] == ["a hostile server"]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["b", "recording.json"]
