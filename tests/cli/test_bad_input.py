"""The whole command against servers and bundles that misbehave: a sentence and the right exit code, never a traceback."""

from __future__ import annotations

import json
import shutil
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.cluster import generated
from benchmarks.population import run_id
from benchmarks.server import Server
from kfpops.sandbox.scenarios import find_scenario
from tests.cli.conftest import CommandLine, Printed
from tests.schemas import validates

RUN = ("diagnose", "run", run_id(0), "-o", "json")


class Misbehaving(Server):
    """Answers as `wrong` says where it says something."""

    def __init__(self, wrong: Callable[[str], tuple[int, bytes] | None]) -> None:
        super().__init__(generated("team-a", [("running", "young", "waits-for-gpu", "out-of-memory")]))
        self.wrong = wrong

    def answer(self, target: str) -> tuple[int, bytes]:
        return self.wrong(target) or super().answer(target)


@pytest.fixture
def line(kfpops: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    """With the real way to a cluster."""
    monkeypatch.delitem(sys.modules, "kfpops.compose")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return kfpops


def asked(line: CommandLine, folder: Path, wrong: Callable[[str], tuple[int, bytes] | None], *words: str) -> Printed:
    with Misbehaving(wrong) as server:
        kubeconfig = written(folder, server.url)
        return line("--kubeconfig", kubeconfig, "-n", "team-a", *words)


def written(folder: Path, url: str) -> str:
    content = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "c", "user": {"token": "t"}}],
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(content))
    return str(path)


def only(part: str, code: int, body: bytes) -> Callable[[str], tuple[int, bytes] | None]:
    """Wrong where the path holds `part`."""
    return lambda target: (code, body) if part in target else None


def status(code: int, message: str) -> bytes:
    return json.dumps({"kind": "Status", "status": "Failure", "message": message, "code": code}).encode()


def is_answer(printed: Printed) -> dict[str, object]:
    assert printed.code in (0, 1), printed.err
    validates(printed.out)
    assert printed.err == ""
    found: dict[str, object] = json.loads(printed.out)
    return found


def is_refusal(printed: Printed, code: int) -> None:
    assert printed.code == code, printed.err
    assert printed.out == ""
    assert printed.err.startswith("Error: ")
    assert "Traceback" not in printed.err


def test_no_kubeconfig(line: CommandLine) -> None:
    printed = line("diagnose", "run", "nightly")
    is_refusal(printed, 2)
    assert "kubeconfig" in printed.err


def test_a_kubeconfig_that_is_not_there_and_one_that_is_none(line: CommandLine, tmp_path: Path) -> None:
    is_refusal(line("--kubeconfig", "/nowhere/config", "runs"), 2)
    broken = tmp_path / "broken"
    broken.write_text("clusters: [")
    is_refusal(line("--kubeconfig", str(broken), "runs"), 2)
    is_refusal(line("--kubeconfig", written(tmp_path, "http://127.0.0.1:9"), "--context", "nope", "runs"), 2)


@pytest.mark.parametrize("words", [RUN, ("diagnose", "pod", "x"), ("diagnose", "namespace"), ("runs",)], ids=" ".join)
def test_an_unreachable_cluster(line: CommandLine, tmp_path: Path, words: tuple[str, ...]) -> None:
    is_refusal(line("--kubeconfig", written(tmp_path, "http://127.0.0.1:9"), *words), 3)


@pytest.mark.parametrize("words", [RUN, ("diagnose", "pod", "x"), ("diagnose", "namespace"), ("runs",)], ids=" ".join)
def test_an_expired_token(line: CommandLine, tmp_path: Path, words: tuple[str, ...]) -> None:
    is_refusal(asked(line, tmp_path, only("/", 401, status(401, "Unauthorized")), *words), 3)


@pytest.mark.parametrize("plural", ["pods?", "workflows", "events", "nodes", "/log", "limitranges"])
def test_a_missing_right_is_named_and_the_rest_goes_on(line: CommandLine, tmp_path: Path, plural: str) -> None:
    refused = status(403, f'{plural} is forbidden: User "ops" cannot list resource')
    answer = is_answer(asked(line, tmp_path, only(plural, 403, refused), *RUN))
    gaps = answer["not_checked"]
    assert isinstance(gaps, list)
    if plural not in ("limitranges", "/log"):
        assert any("needs: " in gap["why"] for gap in gaps), gaps


@pytest.mark.parametrize(
    "code, body",
    [
        pytest.param(503, status(503, 'no endpoints available for service "ml-pipeline"'), id="it is down"),
        pytest.param(403, status(403, 'services "ml-pipeline:8888" is forbidden'), id="its proxy is forbidden"),
        pytest.param(200, b'{"run_id": "0000', id="its answer is truncated"),
        pytest.param(200, b"<html>log in</html>", id="a login page answers in its place"),
        pytest.param(200, b"", id="its answer is empty"),
        pytest.param(200, b"[]", id="its answer is of another shape"),
    ],
)
def test_a_kfp_api_that_gives_no_answer_is_a_gap(line: CommandLine, tmp_path: Path, code: int, body: bytes) -> None:
    answer = is_answer(asked(line, tmp_path, only("/proxy/", code, body), *RUN))
    assert "memory/oom-killed" in {f["cause"] for f in answer["findings"]}  # type: ignore[attr-defined]
    assert "KFP API" in {g["source"] for g in answer["not_checked"]}  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [b'{"items": [{"metadata": {"na', b"<html>", b"", b"null", b'{"items": null}'], ids=str)
@pytest.mark.parametrize("plural", ["pods?", "workflows", "events"])
def test_bodies_that_are_no_lists(line: CommandLine, tmp_path: Path, plural: str, body: bytes) -> None:
    printed = asked(line, tmp_path, only(plural, 200, body), *RUN)
    assert printed.code in (0, 1, 3)
    assert "Traceback" not in printed.err
    assert printed.err.startswith("Error: ") or printed.err == ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"x" * 5_000_000 + b"\nValueError: end\n", id="a line of 5 MB"),
        pytest.param(b"\xff\xfe\x80 caf\xe9 \xf0\x9f\n" * 100, id="invalid UTF-8"),
        pytest.param(b"\x00\x1b]0;title\x07\x1b[2J\r\n", id="control characters"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_logs_of_every_kind(line: CommandLine, tmp_path: Path, text: bytes) -> None:
    is_answer(asked(line, tmp_path, only("/log", 200, text), *RUN))
    printed = asked(line, tmp_path, only("/log", 200, text), "diagnose", "run", run_id(0), "--no-color")
    assert printed.code == 1
    assert "\x1b" not in printed.out


def test_words_of_newer_versions(line: CommandLine, tmp_path: Path) -> None:
    """Phases, types, reasons and states that nobody knows yet."""

    with Server(generated("team-a", [("running", "out-of-memory")])) as known:
        words = {"Running": "Hibernating", "OOMKilled": "Vaporised", "Pod": "PodGroup", "RUNNING": "DREAMING"}

        def wrong(target: str) -> tuple[int, bytes] | None:
            code, body = known.answer(target)
            for old, new in words.items():
                body = body.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
            return code, body

        is_answer(asked(line, tmp_path, wrong, *RUN))
        assert asked(line, tmp_path, wrong, "runs").code == 0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("bundle")
    with tarfile.open(find_scenario("oom").recording) as packed:
        packed.extractall(folder, filter="data")
    (root,) = (p for p in folder.iterdir() if p.is_dir())
    yield root
    shutil.rmtree(folder)


@pytest.mark.parametrize("damage", ["missing", "truncated", "empty", "of another shape"])
def test_a_bundle_without_any_one_of_its_files(line: CommandLine, bundle: Path, damage: str) -> None:
    files = sorted(p for p in bundle.rglob("*") if p.is_file() and p.name != "recording.json")
    assert len(files) > 15
    for file in files:
        kept = file.read_bytes()
        file.unlink()
        if damage != "missing":
            file.write_bytes({"truncated": kept[: len(kept) // 2], "empty": b"", "of another shape": b"[1, null]"}[damage])
        printed = line("--from", str(bundle), "diagnose", "run", "similarity-matrix full", "-o", "json")
        file.write_bytes(kept)
        assert printed.code in (0, 1, 2, 3), f"{file.name}: {printed.err}"
        assert "Traceback" not in printed.err


@pytest.mark.parametrize("content", [b"", b"{", b"no bundle"], ids=["empty", "truncated", "something else"])
def test_what_is_no_bundle(line: CommandLine, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bundle.tar.gz"
    file.write_bytes(content)
    is_refusal(line("--from", str(file), "runs"), 2)
    is_refusal(line("--from", str(tmp_path / "nowhere"), "runs"), 2)
