"""Objects through boto3, from a store that answers as it likes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from kfpops.cluster.s3_client import session
from kfpops.cluster.store import S3Store
from kfpops.cluster.store_place import Places
from kfpops.errors import BadAnswer, Forbidden, KfpopsError, NotFound, Unreachable
from kfpops.model.stored_object import StoredObject
from kfpops.settings import Settings
from tests.cluster.loopback import Answer, Asked, Loopback, says

URI = "minio://mlpipeline/logs/main.log"
PATH = "/mlpipeline/logs/main.log"
ENVIRON = {"KFPOPS_STORE_ACCESS_KEY": "access-1", "KFPOPS_STORE_SECRET_KEY": "hunter2"}


@pytest.fixture(scope="module", autouse=True)
def _boto3() -> None:
    """Its import and its service descriptions take longer than the tests."""
    session().client("s3", region_name="x")


def store(server: Loopback, *, environ: dict[str, str] = ENVIRON, timeout: float = 2.0) -> S3Store:
    settings = Settings(store_endpoint=server.url)
    return S3Store(Places(server.http(), lambda: "kubeflow", lambda *_: "", settings, environ), timeout=timeout)


def xml(code: str, status: int) -> Answer:
    return Answer(
        f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode(), status, {"Content-Type": "application/xml"}
    )


def listing(*keys: str) -> Answer:
    contents = "".join(f"<Contents><Key>{key}</Key><Size>1</Size></Contents>" for key in keys)
    body = f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><KeyCount>{len(keys)}</KeyCount>{contents}</ListBucketResult>'
    return Answer(body.encode(), headers={"Content-Type": "application/xml"})


def test_the_end_is_asked_for_as_a_range(server: Loopback) -> None:
    server.routes[PATH] = Answer(b"the end", 206, {"Content-Range": "bytes 93-99/100"})
    assert store(server).tail(f"{URI}?endpoint=minio-service.kubeflow:9000", 7) == b"the end"
    assert server.asked[0].headers["Range"] == "bytes=-7"
    assert server.asked[0].headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=access-1/")


def test_a_store_that_knows_no_ranges_gives_no_more_than_asked(server: Loopback) -> None:
    server.routes[PATH] = Answer(b"0123456789")
    assert store(server).tail(URI, 3) == b"789"


def test_an_empty_object_has_no_end(server: Loopback) -> None:
    server.routes[PATH] = xml("InvalidRange", 416)
    assert store(server).tail(URI, 3) == b""


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        pytest.param(
            xml("NoSuchKey", 404), NotFound, "There is no object minio://mlpipeline/logs/main.log.", id="no object"
        ),
        pytest.param(xml("NoSuchBucket", 404), NotFound, "There is no object", id="no bucket"),
        pytest.param(xml("AccessDenied", 403), Forbidden, "refuses to read", id="not allowed"),
        pytest.param(xml("SignatureDoesNotMatch", 403), Forbidden, "(SignatureDoesNotMatch)", id="wrong keys"),
        pytest.param(xml("NotImplemented", 501), Unreachable, "(NotImplemented)", id="a store that cannot"),
        pytest.param(Answer(b"half", missing=10), BadAnswer, "broke off", id="half an object"),
        pytest.param(Answer(b"<html>login</html>", 400), Unreachable, "failed to read", id="a web page"),
    ],
)
def test_what_goes_wrong_is_said_without_keys(server: Loopback, answer: Answer, kind: type[KfpopsError], words: str) -> None:
    server.routes[PATH] = answer
    with pytest.raises(kind) as caught:
        store(server).tail(URI, 100)
    assert words in caught.value.message
    shown = f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r}"
    assert "hunter2" not in shown
    assert "access-1" not in shown


def test_the_missing_right_is_named(server: Loopback) -> None:
    server.routes[PATH] = xml("AccessDenied", 403)
    with pytest.raises(Forbidden) as caught:
        store(server).tail(URI, 100)
    assert caught.value.needs == "s3:GetObject on mlpipeline"


def test_nobody_listens() -> None:
    settings = Settings(store_endpoint="http://127.0.0.1:1")
    places = Places(None, lambda: "", lambda *_: "", settings, ENVIRON)  # type: ignore[arg-type]
    with pytest.raises(Unreachable, match="cannot be reached"):
        S3Store(places, timeout=1).tail(URI, 1)


@pytest.mark.parametrize(
    "uri, there",
    [
        pytest.param("minio://mlpipeline/absent", False, id="nothing of the name"),
        pytest.param("minio://mlpipeline/absent/", False, id="nothing below"),
        pytest.param("minio://nobody", False, id="no bucket"),
        pytest.param("minio://mlpipeline/file", True, id="an object"),
        pytest.param("minio://mlpipeline/folder", True, id="something below"),
        pytest.param("minio://mlpipeline/folder/", True, id="with a slash"),
        pytest.param("minio://mlpipeline", True, id="a bucket with something in it"),
    ],
)
def test_whether_something_is_there(server: Loopback, uri: str, there: bool) -> None:
    def bucket(asked: Asked) -> Answer:
        prefix = asked.query.get("prefix", "")
        return listing(*(key for key in ("file", "folder/a") if key.startswith(prefix)))

    absent = xml("NoSuchKey", 404)
    server.routes.update({"/mlpipeline": bucket, "/nobody": xml("NoSuchBucket", 404), "/mlpipeline/file": says({})})
    server.routes.update({f"/mlpipeline/{key}": absent for key in ("absent", "folder")})
    assert store(server).exists(uri) is there


def test_what_a_store_tells_of_an_object(server: Loopback) -> None:
    headers = {"ETag": '"f1e9ad62"', "Last-Modified": "Sat, 21 Nov 2026 09:52:06 GMT"}
    server.routes[PATH] = Answer(b"0123456789", headers=headers)
    at = datetime(2026, 11, 21, 9, 52, 6, tzinfo=timezone.utc)
    assert store(server).stat(f"{URI}?region=minio") == StoredObject(10, "f1e9ad62", at)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param("minio://mlpipeline/folder", id="only something below it"),
        pytest.param("minio://mlpipeline/folder/", id="a prefix"),
        pytest.param("minio://mlpipeline", id="a bucket"),
        pytest.param("minio://nobody/file", id="no bucket"),
    ],
)
def test_there_is_nothing_to_tell_of_a_prefix(server: Loopback, uri: str) -> None:
    server.routes.update({"/mlpipeline/folder": xml("NoSuchKey", 404), "/nobody/file": xml("NoSuchBucket", 404)})
    assert store(server).stat(uri) is None


def test_an_object_as_a_file(server: Loopback, tmp_path: Path) -> None:
    server.routes["/lists/manifest.json"] = Answer(b"{}")
    store(server).download("s3://lists/manifest.json", tmp_path / "here")
    assert (tmp_path / "here").read_bytes() == b"{}"


def test_no_object_is_no_empty_file(server: Loopback, tmp_path: Path) -> None:
    server.routes["/lists/manifest.json"] = xml("NoSuchKey", 404)
    with pytest.raises(NotFound):
        store(server).download("s3://lists/manifest.json", tmp_path / "here")
    assert not (tmp_path / "here").exists()


@pytest.mark.parametrize("ask", [S3Store.exists, S3Store.stat])
def test_a_refusal_is_not_an_absence(server: Loopback, ask: Callable[[S3Store, str], object]) -> None:
    server.routes[PATH] = xml("AccessDenied", 403)
    with pytest.raises(Forbidden):
        ask(store(server), URI)
