"""What boto3 asks: versions, uploads, versioning and lifecycle."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.open import Opened
from kfpops.errors import BadAnswer, Forbidden, NotFound, Unreachable
from kfpops.model.bucket import LifecycleRule
from tests.cluster.bucket.opening import NAME, a_store, opened
from tests.cluster.loopback import Answer, Loopback

XML = {"Content-Type": "application/xml"}


def asked_of(server: Loopback, body: str, status: int = 200) -> Opened:
    server.routes["/mlpipeline"] = Answer(body.encode(), status, XML)
    return opened(server.url, scheme="s3")


@pytest.mark.parametrize(
    "code, status, kind",
    [
        ("AccessDenied", 403, Forbidden),
        ("NoSuchBucket", 404, NotFound),
        ("InvalidRequest", 400, Unreachable),
    ],
)
def test_refusals(server: Loopback, code: str, status: int, kind: type[Exception]) -> None:
    both = asked_of(server, f"<Error><Code>{code}</Code><Message>secret-text</Message></Error>", status)
    for ask in (both.bucket.versioning, both.bucket.lifecycle, lambda: list(both.bucket.versions())):
        with pytest.raises(kind) as caught:
            ask()
        assert "secret-text" not in f"{vars(caught.value)}"


def test_versions_that_are_cut_off(server: Loopback) -> None:
    with pytest.raises(Unreachable):
        list(asked_of(server, "<ListVersionsResult><Version>").bucket.versions())


def test_versions_without_what_they_need(server: Loopback) -> None:
    with pytest.raises(BadAnswer, match="leaves out"):
        list(asked_of(server, "<ListVersionsResult><Version/></ListVersionsResult>").bucket.versions())


@pytest.mark.parametrize("code", ["NoSuchLifecycleConfiguration", "NotImplemented"])
def test_no_lifecycle(server: Loopback, code: str) -> None:
    assert list(asked_of(server, f"<Error><Code>{code}</Code></Error>", 404).bucket.lifecycle()) == []


@pytest.mark.parametrize("scheme", ["minio", "s3"])
def test_versioning(scheme: str) -> None:
    with a_store() as (store, _):
        both = opened(store.endpoint, scheme=scheme)
        assert both.bucket.versioning() == "off"
        store.make(NAME).versioning = "Suspended"
        assert both.bucket.versioning() == "suspended"


def test_rules_with_sizes_and_of_the_old_form() -> None:
    with a_store() as (store, both):
        store.make(NAME).lifecycle = b"""<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <Rule><ID>old</ID><Prefix>logs/</Prefix><Status>Disabled</Status><Expiration><Days>7</Days></Expiration></Rule>
            <Rule><ID>big</ID><Filter><And><Prefix>v2/</Prefix><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></And></Filter>
            <Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation>
            </AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>"""
        assert list(both.bucket.lifecycle()) == [
            LifecycleRule("old", False, "logs/", expire_days=7),
            LifecycleRule("big", True, "v2/", size_over=10, abort_upload_days=3),
        ]


def test_an_upload_whose_beginning_is_not_told_is_as_old_as_its_newest_part(server: Loopback) -> None:
    listed = "<ListMultipartUploadsResult><Upload><Key>key</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>"
    times = ("2026-11-20T00:00:00Z", "2026-11-21T09:52:06Z")
    parts = "".join(f"<Part><LastModified>{time}</LastModified><Size>5</Size></Part>" for time in times)
    server.routes["/mlpipeline/key"] = Answer(f"<ListPartsResult>{parts}</ListPartsResult>".encode(), 200, XML)
    (found,) = next(asked_of(server, listed).bucket.uploads())
    assert (found.began_at, found.size) == (1795254726, 10)


def test_an_upload_of_which_nothing_is_told_began_now(server: Loopback) -> None:
    listed = "<ListMultipartUploadsResult><Upload><Key>key</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>"
    server.routes["/mlpipeline/key"] = Answer(b"<Error><Code>AccessDenied</Code></Error>", 403, XML)
    both = asked_of(server, listed)
    (found,) = next(both.bucket.uploads())
    assert abs(found.began_at - both.bucket.clock().timestamp()) < 60
    assert found.size is None
