"""No credential of a cluster is in any file of its bundle, nor in what a command says of that bundle."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kfpops.capture.entry import Entry
from kfpops.capture.gather import gather
from kfpops.capture.open import open_cluster
from kfpops.capture.write import About, write
from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.gather import gather_run
from kfpops.diagnose.report import report
from tests.builders import NOW
from tests.capture.bundles import RUN
from tests.capture.canary import CANARIES, a_cluster
from tests.capture.server import FakeServer, live


def captured(folder: Path, runs: tuple[str, ...]) -> tuple[Path, FakeServer]:
    server, store = a_cluster()
    target = folder / "bundle"
    write(gather(live(server, store=store), runs), target, About("kubeflow", "kubeflow", runs), lambda: NOW)
    return target, server


@pytest.mark.parametrize("runs", [(RUN,), ()], ids=["a run", "everything"])
def test_no_canary_is_in_the_bundle(tmp_path: Path, runs: tuple[str, ...]) -> None:
    path, _ = captured(tmp_path, runs)
    files = {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    assert {name: c for name, body in files.items() for c in CANARIES if c.encode() in body} == {}


def test_the_servers_do_give_them_away() -> None:
    before = len(CANARIES)
    server, store = a_cluster()
    made = [c for c in CANARIES[before:] if c.startswith("Can4ry")]
    raw = b"".join(part.body for part in gather(live(server, store=store), (RUN,)) if isinstance(part, Entry))
    # Three stand in a Secret, whose values are not even asked for.
    assert len([c for c in made if c.encode() not in raw]) == 3
    assert len(made) > 50


def test_what_is_no_credential_is_still_there(tmp_path: Path) -> None:
    path, _ = captured(tmp_path, (RUN,))
    log = (path / "logs/kubeflow/train-x-system-container-impl-1/main.log").read_text()
    assert "max_tokens=512" in log
    assert "ValueError: expected 100 rows, found 97" in log
    pods = (path / "kubernetes/v1/pods.json").read_text()
    assert '{"name":"OMP_NUM_THREADS","value":"64"}' in pods
    assert '"--epochs","3"' in pods
    assert '"keys":["password","user"]' in (path / "kubernetes/v1/secrets.json").read_text()


def test_values_of_secrets_are_never_asked_for_raw(tmp_path: Path) -> None:
    _, server = captured(tmp_path, ())
    assert [path for path in server.asked if "secrets" in path] == []


def test_no_canary_is_in_the_answer(tmp_path: Path) -> None:
    path, _ = captured(tmp_path, (RUN,))
    said = msgspec.json.encode(report(diagnose(gather_run(open_cluster(path), RUN), all_causes())))
    assert b'"findings":[{' in said
    assert [c for c in CANARIES if c.encode() in said] == []
