"""What pip says when it gives up; the texts are those of pip 20 to 25."""

from __future__ import annotations

import pytest

from kfpops.knowledge.pip_log import UNTRUSTED, read_pip_failure, requirement

BROKEN = (
    "WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by "
    "'NewConnectionError('<pip._vendor.urllib3.connection.HTTPConnection object at 0x7fd2>: Failed to establish a new "
    "connection: [Errno -2] Name or service not known')': /simple/xgboost/"
)
NONE = "ERROR: Could not find a version that satisfies the requirement xgboost==2.0.3 (from versions: none)"
GONE = "ERROR: No matching distribution found for xgboost==2.0.3"


IGNORED = (
    "WARNING: The repository located at packages.example.org is not a trusted or secure host and is being ignored. If this "
    "repository is available via HTTPS we recommend you use HTTPS instead."
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("epoch 1: error 0.3\nValueError: no", id="a program's own words"),
        pytest.param("WARNING: Running pip as the 'root' user can break permissions", id="warning"),
        pytest.param("WARNING: The directory '/.cache/pip' is not owned by this user", id="cache"),
        pytest.param(BROKEN, id="a connection that was broken and then mended"),
        pytest.param(IGNORED, id="an index was left out, another had it all"),
        pytest.param("FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp']", id="not met by pip"),
        pytest.param(
            "ERROR: pip's dependency resolver does not currently take into account all the packages that are installed. "
            "This behaviour is the source of the following dependency conflicts.\nkfp 2.17.0 requires protobuf<7",
            id="pip complains about what is installed, and succeeds",
        ),
    ],
)
def test_no_failure(text: str) -> None:
    assert read_pip_failure(text.splitlines()) is None


@pytest.mark.parametrize(
    ("text", "trouble", "package", "wanted"),
    [
        pytest.param(
            "ERROR: Could not find a version that satisfies the requirement xgboost==9.9.1 (from versions: 1.7.6, 2.0.3)\n"
            "ERROR: No matching distribution found for xgboost==9.9.1",
            "not-found", "xgboost", "9.9.1", id="no such version",
        ),
        pytest.param(f"{NONE}\n{GONE}", "not-found", "xgboost", "2.0.3", id="no such name"),
        pytest.param(f"{BROKEN}\n{NONE}\n{GONE}", "unreachable", "xgboost", "2.0.3", id="the index was never reached"),
        pytest.param(
            "ERROR: Package 'numpy' requires a different Python: 3.7.17 not in '>=3.9'", "not-found", "numpy", None,
            id="not for this Python",
        ),
        pytest.param(
            "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\n"
            "ERROR: ResolutionImpossible: for help visit the documentation", "conflict", None, None, id="a conflict",
        ),
        pytest.param(
            "  error: subprocess-exited-with-error\n  fatal error: Python.h: No such file or directory\n"
            "  ERROR: Failed building wheel for pycairo\nERROR: Could not build wheels for pycairo, which is required",
            "build", "pycairo", None, id="a build that failed",
        ),
        pytest.param(
            "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/usr/local/lib/x'",
            "not-permitted", None, None, id="not allowed to write",
        ),
        pytest.param(f"{IGNORED}\n{NONE}\n{GONE}", "unreachable", "xgboost", "2.0.3", id="plain HTTP is left out"),
        pytest.param(
            "ERROR: Exception:\nFileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/']",
            "not-permitted", None, None, id="a read-only file system",
        ),
        pytest.param("error: externally-managed-environment", "not-permitted", None, None, id="Debian's own Python"),
        pytest.param(
            "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='files.example.org', port=443): "
            "Max retries exceeded with url: /x.whl (Caused by ConnectTimeoutError())",
            "unreachable", None, None, id="the files are elsewhere and out of reach",
        ),
        pytest.param(
            "ERROR: HTTP error 403 while getting https://index.example.org/simple/x/", "unreachable", None, None,
            id="the index refuses",
        ),
    ],
)  # fmt: skip
def test_failures(text: str, trouble: str, package: str | None, wanted: str | None) -> None:
    found = read_pip_failure(text.splitlines())
    assert found is not None
    assert (found.trouble, found.package, found.wanted) == (trouble, package, wanted)
    assert found.lines


def test_the_index_that_pip_leaves_out_is_named() -> None:
    found = read_pip_failure([IGNORED, NONE, GONE])
    assert found is not None
    assert (found.host, found.detail) == ("packages.example.org", UNTRUSTED)


def test_the_versions_that_there_are() -> None:
    line = "ERROR: Could not find a version that satisfies the requirement torch>=9 (from versions: 2.5.0, 2.6.0)"
    found = read_pip_failure([line])
    assert found is not None
    assert (found.available, found.wanted) == (("2.5.0", "2.6.0"), ">=9")


@pytest.mark.parametrize(
    ("line", "host", "status"),
    [
        (f"{BROKEN}\n{NONE}", None, None),
        ("ERROR: Max retries exceeded with url: HTTPSConnectionPool(host='pypi.example', port=443)", "pypi.example", None),
        ("ERROR: 403 Client Error: Forbidden for url: https://u:p@index.example/simple/x/", "index.example", 403),
        ("fatal: unable to access: Could not resolve host: github.example", "github.example", None),
    ],
)
def test_the_index_that_did_not_answer(line: str, host: str | None, status: int | None) -> None:
    found = read_pip_failure(line.splitlines())
    assert found is not None
    assert (found.host, found.http_status) == (host, status)


def test_what_a_build_misses() -> None:
    text = "error: command 'gcc' failed: No such file or directory\nERROR: Failed building wheel for x"
    found = read_pip_failure(text.splitlines())
    assert found is not None
    assert found.detail == "gcc"


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        ("numpy", "numpy", None),
        ("xgboost==9.9.1", "xgboost", "9.9.1"),
        ("psycopg[binary]>=3,<4", "psycopg", ">=3,<4"),
        ("torch >= 9 ; python_version > '3'", "torch", ">= 9"),
        ("bar>=9 (from foo==1.0)", "bar", ">=9"),
        ("???", None, None),
    ],
)
def test_requirements(text: str, name: str | None, wanted: str | None) -> None:
    assert requirement(text) == (name, wanted)
