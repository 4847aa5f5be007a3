from __future__ import annotations

from pathlib import Path

import pytest

from kfpops.cluster.mlmd_database.address import MysqlServer, SqliteFile, parse_address
from kfpops.errors import UsageError

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing at all"),
        pytest.param("sqlite:", id="no slashes"),
        pytest.param("sqlite:///", id="no file"),
        pytest.param("sqlite:////", id="the root folder"),
        pytest.param("sqlite:///:memory:", id="a store in memory is empty"),
        pytest.param("sqlite://host/file.db", id="a file has no host"),
        pytest.param(f"postgresql://u:{SECRET}@db/metadb", id="a database that is not read"),
        pytest.param(f"{SECRET}@db", id="no scheme"),
        pytest.param("mysql://root@db", id="no database"),
        pytest.param("mysql:///metadb", id="no host"),
        pytest.param(f"mysql://root:{SECRET}@db:port/metadb", id="a port that is no number"),
        pytest.param(f"mysql://root:{SECRET}@db:99999/metadb", id="a port out of range"),
        pytest.param(f"mysql://root:a/{SECRET}@db/metadb", id="a slash in the password"),
        pytest.param(f"mysql://root:1/{SECRET}@db/metadb", id="a slash in the password, behind what could be a port"),
        pytest.param(f"mysql://root:a#{SECRET}@db/metadb", id="a hash in the password"),
        pytest.param(f"mysql://root:1#{SECRET}@db/metadb", id="a hash in the password, behind what could be a port"),
        pytest.param(f"mysql://root:1?{SECRET}@db/metadb", id="a question mark in the password"),
        pytest.param(f"mysql://root:[{SECRET}@db/metadb", id="a bracket in the password"),
        pytest.param(f"mysql://root:{SECRET}@db/metadb?{SECRET}=1", id="an option that is not known"),
    ],
)
def test_a_wrong_url_is_said_without_quoting_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(url)
    error = caught.value
    assert error.message.startswith("--metadata-db ")
    assert SECRET not in error.message + error.hint
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize(
    "url, path",
    [
        ("sqlite:///mlmd.db", "mlmd.db"),
        ("sqlite:////var/lib/mlmd.db", "/var/lib/mlmd.db"),
        ("sqlite:///a b/100%25?#.db", "a b/100%25?#.db"),
    ],
)
def test_the_path_of_a_file_is_taken_as_it_is(url: str, path: str) -> None:
    assert parse_address(url) == SqliteFile(Path(path))


def test_a_server() -> None:
    found = parse_address("mysql://kfp:p%40ss%2Fw%23%3F@db.example.org:3307/metadb")
    assert found == MysqlServer("db.example.org", 3307, "metadb", "kfp", "p@ss/w#?")
    assert str(found) == "db.example.org:3307/metadb"
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("scheme", ["mysql", "mysql+pymysql", "MySQL", "mariadb", "mariadb+pymysql"])
def test_the_usual_port_and_all_spellings_of_the_scheme(scheme: str) -> None:
    found = parse_address(f"{scheme}://root@127.0.0.1/metadb?charset=utf8")
    assert found == MysqlServer("127.0.0.1", 3306, "metadb", "root")
    assert str(found) == "127.0.0.1/metadb"


def test_files_for_tls() -> None:
    found = parse_address("mysql://root@[::1]/metadb?ssl_ca=/etc/ca.pem")
    assert found == MysqlServer("::1", 3306, "metadb", "root", tls=(("ssl_ca", "/etc/ca.pem"),))
