"""The recordings of tests/recordings: small, deterministic, and silent about the machine that recorded them."""

from __future__ import annotations

import gzip
import json
import tarfile
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from kfpops.capture.open import open_bundle

RECORDINGS = Path(__file__).parents[1] / "recordings"
ARCHIVES = sorted(RECORDINGS.glob("*/*.tar.gz"))


@pytest.fixture(scope="module")
def slimming() -> ModuleType:
    loader = SourceFileLoader("slim", str(RECORDINGS / "slim.py"))
    spec = spec_from_loader("slim", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_they_are_small() -> None:
    assert len(ARCHIVES) > 70
    assert sum(p.stat().st_size for p in RECORDINGS.rglob("*") if p.is_file()) < 8_000_000


def test_each_has_its_label_and_opens() -> None:
    for path in ARCHIVES:
        label = json.loads(path.with_name(path.name.replace("recording", "label").replace(".tar.gz", ".json")).read_text())
        assert label["recording"] == path.name
        bundle = open_bundle(path)
        listed = {f.path for f in bundle.recording.files} - {"recording.json"}
        assert [name for name in listed if not bundle.exists(name)] == []


def test_they_tell_nothing_of_the_machine_that_recorded(slimming: ModuleType) -> None:
    assert {p.parent.name: found for p in ARCHIVES if (found := slimming.suspects(slimming.read(p)))} == {}


def test_slimming_the_slim_changes_no_bytes_but_the_list_of_what_is_left_out(slimming: ModuleType) -> None:
    path = ARCHIVES[0]
    files = slimming.read(path)
    again = slimming.slim(files, json.loads((path.parent / "label.json").read_text()))
    assert {n for n in files if files[n] != again.get(n)} <= {"recording.json"}
    assert slimming.pack(files) == path.read_bytes()


def test_archives_hold_no_times_and_no_owners() -> None:
    path = ARCHIVES[-1]
    with gzip.open(path) as packed, tarfile.open(fileobj=packed) as archive:  # type: ignore[arg-type]
        members = archive.getmembers()
    assert {(m.mtime, m.uid, m.uname) for m in members} == {(0, 0, "")}
    assert [m.name for m in members] == sorted(m.name for m in members)


def test_a_suspect_text_is_seen(slimming: ModuleType) -> None:
    assert slimming.suspects({"a": b"File /home/someone/x.py"}) == {"/home/someone/x.py"}
    assert slimming.suspects({"a": b"from https://mirror.company.net/simple/"}) == {"mirror.company.net"}
    assert not slimming.suspects({"a": b"/usr/local/lib/python3.11/site-packages/kfp/ of a workflow/x"})
    assert not slimming.suspects({"a": b'Get "http://seaweedfs.kubeflow.svc:9000/x": see https://kubernetes.io/docs'})
