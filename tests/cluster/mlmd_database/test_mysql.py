"""What can be said without a server; with one (KFPOPS_TEST_MYSQL names it), that it answers as an SQLite file does."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from kfpops.cluster.mlmd_database import mysql, open_database
from kfpops.cluster.mlmd_database.address import MysqlServer
from kfpops.cluster.mlmd_database.lineage import DatabaseLineage
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable, UsageError
from kfpops.model.lineage import ArtifactQuery, ExecutionQuery, PropertyTest
from tests.cluster.mlmd_database.stores import written
from tests.mlmd_store import Rows, needs_mlmd

SERVER = MysqlServer("db", 3306, "metadb", "kfp", "s3cr3t")


@pytest.mark.parametrize(
    "number, kind, said",
    [
        (1045, Forbidden, "refuses the user kfp"),
        (1142, Forbidden, "refuses the user kfp"),
        (1049, NotFound, "There is no database db/metadb"),
        (1146, BadAnswer, "does not hold ML Metadata"),
        (1969, Unreachable, "gave up a query after 5 s"),
        (3024, Unreachable, "gave up a query after 5 s"),
        (2013, Unreachable, "broke the connection off"),
        (2003, Unreachable, "cannot be reached or failed"),
    ],
)
def test_errors_of_the_server(number: int, kind: type[Exception], said: str) -> None:
    error = mysql._error(SERVER, number, 5)
    assert type(error) is kind
    assert said in error.message
    assert "s3cr3t" not in error.message + error.hint
    if isinstance(error, Forbidden):
        assert error.needs == "SELECT on metadb.*"


@contextmanager
def listening(says: bytes) -> Iterator[int]:
    """A port that says this to whoever connects, and then nothing more."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            try:
                while True:
                    held.append(server.accept()[0])
                    held[-1].sendall(says)
            except OSError:
                return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in held:
            connection.close()


def test_nothing_is_asked_before_it_is_needed() -> None:
    lineage = open_database("mysql://kfp:s3cr3t@127.0.0.1:1/metadb", timeout=1)
    assert "s3cr3t" not in repr(lineage._database.__dict__)
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1/metadb cannot be reached"):
        lineage.health()


@pytest.mark.parametrize(
    "says",
    [
        b"",
        b"\x0c\x00\x00\x00\x0a5.5\x00\xff\xfe\xff\xfe\xff\xfe\xff",
        b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9,
        b"\x04\x00\x00\x00\xff\x15\x04x",
    ],
)
def test_a_port_where_no_database_speaks(says: bytes) -> None:
    with listening(says) as port:
        lineage = open_database(f"mysql://kfp:s3cr3t@127.0.0.1:{port}/metadb", timeout=0.3)
        with pytest.raises((Unreachable, Forbidden)) as caught:
            lineage.artifacts(["1"])
    assert f"127.0.0.1:{port}/metadb" in caught.value.message
    assert "s3cr3t" not in caught.value.message + caught.value.hint
    assert caught.value.__suppress_context__


def test_without_the_driver_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as caught:
        open_database("mysql://kfp@127.0.0.1/metadb")
    assert caught.value.hint == "pip install 'kfpops[mysql]'"


URL = os.environ.get("KFPOPS_TEST_MYSQL", "")
OWN = "kfpops_test"


@pytest.fixture(scope="module")
def rows() -> Rows:
    rows = Rows()
    for number in range(3):
        dag = rows.run("train" if number else "Train-2", f"run-{number}", root="" if number else None)
        made = rows.execution(dag, "make", cache_fingerprint="print", inputs={"é": [1, None, {"a": "b"}]})
        rows.event(rows.artifact(f"s3://b/key{number}", accuracy=number / 2, n=number, ok=True, note="é😀"), made)
        rows.artifact("s3://b/" + "é`\\"[number])
        rows.event(rows.artifact("s3://b/KEY1 ", type="system.Model", name="Été"), made, port="")
    return rows


@pytest.fixture(scope="module")
def live(rows: Rows) -> Iterator[DatabaseLineage]:
    import pymysql
    from ml_metadata.metadata_store import metadata_store
    from ml_metadata.proto import metadata_store_pb2 as messages

    at = urlsplit(URL)
    user, password, port = unquote(at.username or ""), unquote(at.password or ""), at.port or 3306
    server = pymysql.connect(host=at.hostname, port=port, user=user, password=password, charset="utf8mb4", autocommit=True)
    with closing(server), server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {OWN}")
        cursor.execute(f"CREATE DATABASE {OWN} CHARACTER SET utf8mb4")
        config = messages.ConnectionConfig()
        config.mysql.host, config.mysql.port, config.mysql.database = at.hostname or "", port, OWN
        config.mysql.user, config.mysql.password = user, password
        metadata_store.MetadataStore(config)
        cursor.execute(f"USE {OWN}")
        cursor.execute("DELETE FROM Type")
        for table, (columns, values) in rows.tables().items():
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
        yield open_database(f"mysql://{at.netloc}/{OWN}", timeout=10)
        cursor.execute(f"DROP DATABASE {OWN}")


@needs_mlmd
@pytest.mark.skipif(not URL, reason="KFPOPS_TEST_MYSQL names no server (mysql://user:password@host:port/any)")
class TestALiveServer:
    """In a database of its own, which is dropped at the end."""

    def test_it_answers_as_a_file_does(self, rows: Rows, live: DatabaseLineage, tmp_path: Path) -> None:
        file, ids = written(rows, tmp_path), [str(n) for n in range(20)]
        assert live.artifacts(ids) == file.artifacts(ids)
        assert live.executions(ids) == file.executions(ids)
        assert live.events_of_artifacts(ids) == file.events_of_artifacts(ids)
        assert live.events_of_executions(ids) == file.events_of_executions(ids)
        runs = ["run-2", "RUN-1", "run-0", "run-1"]
        assert live.runs(runs) == file.runs(runs) != []
        assert live.executions_of_run("run-1") == file.executions_of_run("run-1")
        for uris in (["s3://b/key1"], ["s3://b/KEY1 "], ["s3://b/KEY1"], ["s3://b/Key2"]):
            assert live.artifacts_at(uris) == file.artifacts_at(uris)

    @pytest.mark.parametrize(
        "query",
        [
            ArtifactQuery(),
            ArtifactQuery(uri_prefix="s3://b/key"),
            ArtifactQuery(uri_prefix="s3://b/K"),
            ArtifactQuery(uri_prefix="s3://b/é"),
            ArtifactQuery(uri_prefix="s3://b/`"),
            ArtifactQuery(uri_prefix="s3://b/%"),
            ArtifactQuery(uri_prefix="s3://b/\\"),
            ArtifactQuery(properties=(PropertyTest("n", "<", float("inf")),)),
            ArtifactQuery(type="Model", name="t"),
            ArtifactQuery(name="É"),
            ArtifactQuery(properties=(PropertyTest("accuracy", ">", 0.4), PropertyTest("n", "!=", 2))),
            ExecutionQuery(pipeline="train", task="make", fingerprint="print"),
            ExecutionQuery(pipeline="Train"),
            ExecutionQuery(task="MAKE"),
        ],
        ids=str,
    )
    def test_it_finds_what_is_found_in_a_file(
        self, rows: Rows, live: DatabaseLineage, tmp_path: Path, query: ArtifactQuery | ExecutionQuery
    ) -> None:
        file = written(rows, tmp_path)
        if isinstance(query, ArtifactQuery):
            assert list(live.find_artifacts(query)) == list(file.find_artifacts(query))
        else:
            assert list(live.find_executions(query)) == list(file.find_executions(query))

    def test_it_can_only_read(self, live: DatabaseLineage) -> None:
        with pytest.raises(Unreachable):
            live._database.rows("DELETE FROM Event")
        assert len(live.events_of_artifacts(["1"])) == 1

    def test_a_connection_that_broke_is_made_anew(self, live: DatabaseLineage) -> None:
        assert live.artifacts(["1"])
        live._database._connection._sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
        with pytest.raises(Unreachable, match="broke the connection off"):
            live.artifacts(["1"])
        assert live.artifacts(["1"])

    def test_the_indexes_can_be_made_while_others_write(self, live: DatabaseLineage) -> None:
        import pymysql

        health = live.health()
        assert len(health.remedies) == 2
        at = urlsplit(URL)
        with closing(
            pymysql.connect(
                host=at.hostname, port=at.port or 3306, user=at.username, password=at.password or "", database=OWN
            )
        ) as server:
            for statement in health.remedies:
                server.cursor().execute(statement.rstrip(";"))
        assert live.health().problems == ()
