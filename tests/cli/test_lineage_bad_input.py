"""`lineage` and `cache` asked for what is not there, of databases that are none: one sentence and 2."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.lineage_asking import COMMANDS, is_refusal
from tests.cli.lineage_world import (
    KFP_ONLY,
    NOBODYS,
    RUN,
    TABLE,
)
from tests.mlmd_store import needs_mlmd

pytestmark = needs_mlmd


@pytest.mark.parametrize(
    "what, said",
    [
        pytest.param("99", ("No artifact has the id 99.", "The newest artifact is 2."), id="beyond the newest"),
        pytest.param("5", ("There is an execution 5 (task make-data): write execution:5.",), id="an execution's id"),
        pytest.param("execution:99", ("No execution has the id 99.", "The newest step has the id 5."), id="no execution"),
        pytest.param("0", ('"0" holds no id.',), id="zero"),
        pytest.param("-1", ('"-1" holds no id.',), id="negative"),
        pytest.param("9223372036854775808", ("holds no id.",), id="one beyond 64 bits"),
        pytest.param("9223372036854775807", ("No artifact has the id 9223372036854775807.",), id="the largest there may be"),
        pytest.param("9" * 5000, ("names no artifact",), id="of five thousand digits"),
        pytest.param("", ("Nothing to start from",), id="nothing"),
        pytest.param("bla", ('"bla" names no artifact', "RUN/TASK/OUTPUT"), id="a word"),
        pytest.param("a/b", ("lacks a part of RUN/TASK/OUTPUT",), id="two parts"),
        pytest.param("a//b", ("has an empty part",), id="an empty part"),
        pytest.param("://", ('"://" is no URI.',), id="a URI without anything"),
        pytest.param(TABLE[:-1] + "x", ("none begins so", f"artifact:1  {TABLE}"), id="a URI with a slip at its end"),
        pytest.param(TABLE.replace("minio", "s3"), ("by another scheme", "artifact:1"), id="a URI by another scheme"),
        pytest.param("s3://else/where", ("has nothing in s3://else",), id="a bucket that nobody has"),
        pytest.param("s3://\udcff/x", ("No artifact has the URI",), id="no UTF-8"),
        pytest.param(f"{RUN}/trian/model", ('no task "trian"', "Its tasks are train"), id="a task with a slip"),
        pytest.param(f"{RUN}/train/modle", ('no output "modle"', "Its outputs are model"), id="an output with a slip"),
        pytest.param(f"{NOBODYS}/train/model", (NOBODYS,), id="a run that nobody has"),
    ],
)
def test_what_is_not_there_is_2_with_what_is_near(
    line: CommandLine, served: tuple[str, str], file: Path, what: str, said: tuple[str, ...]
) -> None:
    printed = line(*served, "lineage", "artifact", "--", what)
    is_refusal(printed, 2, *said)
    assert line("--metadata-db", f"sqlite:///{file}", "lineage", "artifact", "--", what) == printed
    assert line(*served, "lineage", "impact", "--", what) == printed


@pytest.mark.usefixtures("with_kfp")
@pytest.mark.parametrize(
    "words, said",
    [
        pytest.param(("lineage", "run", "nihgtly"), 'Did you mean "nightly"?', id="a name with a slip"),
        pytest.param(("lineage", "run", "twice"), 'Several runs are called "twice".', id="a name of two"),
        pytest.param(("lineage", "run", "bbbbbbbb"), "Several run ids begin with bbbbbbbb.", id="the beginning of two ids"),
        pytest.param(("lineage", "artifact", "twice/train/model"), "Several runs are called", id="two runs in a path"),
        pytest.param(("lineage", "run", "\udcff"), "No run is called", id="a name that is no UTF-8"),
        pytest.param(("cache", "explain", "\udcff"), "No run is called", id="the same in the cache"),
        pytest.param(("lineage", "run", NOBODYS), f"No run has the id {NOBODYS}.", id="an id that nobody knows"),
        pytest.param(("lineage", "run", KFP_ONLY), "The lineage store knows nothing of run", id="a run of KFP's only"),
        pytest.param(("lineage", "diff", "nightly", KFP_ONLY), f"knows no run {KFP_ONLY}", id="the same to compare with"),
        pytest.param(
            ("cache", "explain", KFP_ONLY), f"The lineage store knows no run {KFP_ONLY}", id="the same in the cache"
        ),
        pytest.param(("cache", "explain", "nightly", "--task", "trian"), "Did you mean train?", id="a task with a slip"),
    ],
)
def test_runs(line: CommandLine, served: tuple[str, str], file: Path, words: tuple[str, ...], said: str) -> None:
    printed = line(*served, *words)
    is_refusal(printed, 2, said)
    assert line("--metadata-db", f"sqlite:///{file}", *words) == printed


def broken(folder: Path, file: Path, how: str) -> Path:
    path = folder / f"{how}.db"
    content = {"empty": b"", "text": b"hello " * 999, "cut": file.read_bytes()[:30_000]}
    path.write_bytes(content.get(how, file.read_bytes()))
    if how not in content:
        with sqlite3.connect(path) as database:
            database.execute(how)
        database.close()
    return path


@pytest.mark.parametrize(
    "how, code, said",
    [
        ("empty", 2, "has no table MLMDEnv"),
        ("text", 2, "is no SQLite database"),
        ("cut", 2, "a damaged one"),
        ("DROP TABLE MLMDEnv", 2, "has no table MLMDEnv"),
        ("UPDATE MLMDEnv SET schema_version = 9", 2, "is of schema version 9; kfpops reads version 10"),
        ("DELETE FROM MLMDEnv", 2, "does not tell its schema version"),
        ("DROP TABLE ArtifactProperty", 3, "no such table: ArtifactProperty"),
    ],
)
def test_files_that_are_no_store(line: CommandLine, tmp_path: Path, file: Path, how: str, code: int, said: str) -> None:
    is_refusal(line("--metadata-db", f"sqlite:///{broken(tmp_path, file, how)}", *COMMANDS["artifact"]), code, said)


def test_a_file_that_is_locked(line: CommandLine, tmp_path: Path, file: Path) -> None:
    path = tmp_path / "locked.db"
    path.write_bytes(file.read_bytes())
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        printed = line("--metadata-db", f"sqlite:///{path}", "--request-timeout", "0.1", *COMMANDS["artifact"])
    writer.close()
    is_refusal(printed, 3, "is locked by a program that writes to it")


@pytest.mark.parametrize(
    "url, code, said",
    [
        ("sqlite:////nowhere/mlmd.db", 2, "is not there"),
        ("sqlite:////tmp", 2, "is a folder"),
        ("sqlite:///:memory:", 2, "names no SQLite file"),
        ("geheim", 2, "names no database that kfpops reads"),
        ("postgres://jo:geheim@h/x", 2, "only SQLite, MySQL and MariaDB"),
        ("mysql://jo:geheim@h", 2, "names no database"),
        ("mysql://jo:ge/heim@h:1/metadb", 2, "%2F"),
        ("mysql://jo:geheim@h:port/metadb", 2, "is no URL of a database"),
        ("mysql://jo:geheim@127.0.0.1:9/metadb?x=geheim", 2, "knows ssl_ca"),
        ("mysql://jo:geheim@127.0.0.1:9/metadb", 3, "The database 127.0.0.1:9/metadb cannot be reached"),
        ("mysql://jo:ge@heim@127.0.0.1:9/metadb", 3, "The database 127.0.0.1:9/metadb cannot be reached"),
    ],
)
@pytest.mark.parametrize("more", [(), ("-vv",)], ids=["", "with -vv"])
def test_databases_that_are_none(line: CommandLine, url: str, code: int, said: str, more: tuple[str, ...]) -> None:
    pytest.importorskip("pymysql")
    printed = line("--metadata-db", url, *more, *COMMANDS["artifact"])
    assert printed.code == code, printed.err
    assert said in printed.err
    assert "heim" not in printed.err + printed.out
    assert "jo:" not in printed.err


@pytest.mark.parametrize(
    "url", ["ftp://here:1", "grpc://jo:geheim@here:1", "grpc://here:1/path", "grpc://here:port", "grpc://"]
)
def test_urls_that_cannot_be_used(line: CommandLine, url: str) -> None:
    printed = line("--metadata-url", url, *COMMANDS["artifact"])
    is_refusal(printed, 2, "--metadata-url", "grpc://HOST:8080")
    assert "geheim" not in printed.err


@pytest.mark.parametrize("format", ["dot", "mermaid", "openlineage"])
@pytest.mark.parametrize("words", [COMMANDS[name] for name in ("impact", "diff", "search", "cache")], ids=" ".join)
def test_only_a_graph_is_drawn(line: CommandLine, words: tuple[str, ...], format: str) -> None:
    printed = line(*words, "-o", format)
    assert printed.code == 2
    assert f"makes no graph, so it cannot print {format}. It prints text, wide" in printed.err


@pytest.mark.parametrize(
    "more",
    [("--depth", "-1"), ("--limit", "0"), ("--limit", "9" * 25), ("--since", "soon"), ("--depth", "x"), ("-o", "xml")],
    ids=" ".join,
)
def test_options_that_make_no_sense(line: CommandLine, more: tuple[str, ...]) -> None:
    printed = line(*COMMANDS["artifact"], *more)
    assert printed.code == 2
    assert printed.err.splitlines()[-1].startswith("Error: Invalid value for")


def test_no_hop_and_one_node(line: CommandLine, served: tuple[str, str]) -> None:
    none = line(*served, *COMMANDS["artifact"], "--depth", "0")
    assert none.out.startswith("Dataset table (artifact 1).\n")
    assert "limit" not in none.out
    for words in (COMMANDS["artifact"], COMMANDS["run"], COMMANDS["impact"]):
        for format in ("text", "wide", "markdown"):
            assert "--limit" in line(*served, *words, "--limit", "1", "-o", format).out
        assert "nothing" not in line(*served, *words, "--limit", "1").out
        told = json.loads(line(*served, *words, "--limit", "1", "-o", "json").out)
        assert told["truncated"] is True
        assert told["left"] > 0
    for format in ("json", "yaml", "dot", "mermaid", "openlineage"):
        assert "--limit goes further" in line(*served, *COMMANDS["run"], "--limit", "1", "-o", format).err
    assert json.loads(line(*served, *COMMANDS["search"], "--limit", "1", "-o", "json").out)["truncated"] is True


def test_a_bundle_without_lineage(line: CommandLine) -> None:
    for words in COMMANDS.values():
        is_refusal(line("--from", "demo:nowhere", *words), 2, 'no scenario "nowhere"')
    is_refusal(line("--from", "demo:oom", *COMMANDS["run"]), 2, f"No run has the id {RUN}")
