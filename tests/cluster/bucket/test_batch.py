"""DeleteObjects: what is sent, and what is believed of the answers."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from hashlib import md5
from typing import Any
from xml.etree import ElementTree

import pytest

from kfpops.cluster.bucket.batch import delete_batch, fits_xml
from kfpops.cluster.bucket.line import Line
from kfpops.cluster.bucket.question import Question, Reply
from kfpops.errors import BadAnswer
from kfpops.model.bucket import Deleted, Deletion
from tests.cluster.bucket.opening import opened

A, B = Deletion("a", "1" * 32), Deletion("b", "2" * 32)


def answering(body: str) -> tuple[Line, list[Question]]:
    """A line whose store gives this answer, and what it was asked."""
    asked: list[Question] = []
    line: Any = opened("http://127.0.0.1:1").line
    line._once = lambda question: asked.append(question) or Reply(200, {}, body.encode())
    return line, asked


def fates(body: str, batch: Sequence[Deletion] = (A, B)) -> list[tuple[str, str]]:
    return [(d.fate, d.why) for d in delete_batch(answering(f"<DeleteResult>{body}</DeleteResult>")[0], batch)]


def gone(key: str, more: str = "") -> str:
    return f"<Deleted><Key>{key}</Key>{more}</Deleted>"


def refused(key: str, code: str, more: str = "") -> str:
    return f"<Error><Key>{key}</Key><Code>{code}</Code>{more}<Message>m</Message></Error>"


@pytest.mark.parametrize(
    "body, found",
    [
        pytest.param("", [("failed", "no answer")] * 2, id="no answers at all"),
        pytest.param(gone("a"), [("gone", ""), ("failed", "no answer")], id="half of the answers"),
        pytest.param(gone("c") + gone("d"), [("failed", "no answer")] * 2, id="answers about other keys"),
        pytest.param(gone("/a") + gone("b/"), [("failed", "no answer")] * 2, id="keys that the store has changed"),
        pytest.param(
            gone("a") + refused("a", "AccessDenied") + gone("b"),
            [("failed", "contradictory answers"), ("gone", "")],
            id="two answers that differ",
        ),
        pytest.param(
            refused("a", "PreconditionFailed") + refused("b", "AccessDenied"),
            [("changed", "PreconditionFailed"), ("refused", "AccessDenied")],
            id="errors of keys",
        ),
        pytest.param(refused("b", "NoSuchKey") + gone("a"), [("gone", ""), ("absent", "NoSuchKey")], id="in another order"),
        pytest.param(gone("b") + "\n " + gone("a"), [("gone", "")] * 2, id="with white space"),
        pytest.param(gone("b") + gone("a"), [("gone", "")] * 2, id="all gone"),
    ],
)
def test_answers(body: str, found: list[tuple[str, str]]) -> None:
    assert fates(body) == found


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<DeleteResult><Deleted><Key>a</Key></Deleted><Deleted><Key>b", id="cut off"),
        pytest.param("<DeleteResult><Deleted><Key>a</Key></Deleted>", id="no end"),
        pytest.param("", id="nothing"),
        pytest.param("<html><Deleted><Key>a</Key></Deleted></html>", id="a web page"),
    ],
)
def test_what_is_no_answer(body: str) -> None:
    with pytest.raises(BadAnswer):
        delete_batch(answering(body)[0], [A, B])


def test_every_delete_has_its_condition_and_the_whole_a_checksum() -> None:
    odd = Deletion("x&<>\"'\t\r\n ü", "3" * 32)
    version = Deletion("a", "4" * 32, 0, "v7")
    null = Deletion("b", "5" * 32, 0, "null")
    line, asked = answering(f"<DeleteResult>{gone('a')}</DeleteResult>")
    delete_batch(line, [A, odd, version, null])
    (question,) = asked
    assert b64decode(question.headers["Content-MD5"]) == md5(question.body).digest()
    assert question.again is False
    root = ElementTree.fromstring(question.body)
    sent = [{child.tag.rpartition("}")[2]: child.text for child in found} for found in root]
    assert sent == [
        {"Key": "a", "ETag": f'"{A.etag}"'},
        {"Key": odd.key, "ETag": f'"{odd.etag}"'},
        {"Key": "a", "VersionId": "v7"},
        {"Key": "b", "VersionId": "null", "ETag": f'"{null.etag}"'},
    ]


def test_versions_and_markers() -> None:
    body = gone("a", "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m1</DeleteMarkerVersionId>")
    body += gone("b", "<VersionId>v1</VersionId>") + refused("b", "AccessDenied", "<VersionId>v2</VersionId>")
    line, _ = answering(f"<DeleteResult>{body}</DeleteResult>")
    first, second = Deletion("b", "", 0, "v1"), Deletion("b", "", 0, "v2")
    assert delete_batch(line, [A, first, second]) == [
        Deleted("a", "gone", "", "", "m1"),
        Deleted("b", "gone", "", "v1"),
        Deleted("b", "refused", "AccessDenied", "v2"),
    ]


def test_a_marker_is_named_where_others_name_a_new_one() -> None:
    """As SeaweedFS 4.34 answers the delete of a marker's version."""
    body = gone("a", "<DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m1</DeleteMarkerVersionId>")
    assert fates(body, [Deletion("a", "", 0, "m1")]) == [("gone", "")]
    assert fates(body, [Deletion("a", "", 0, "m2")]) == [("failed", "no answer")]


def test_an_error_that_leaves_the_version_out_keeps_it_and_a_success_does_not_count() -> None:
    version = Deletion("a", "", 0, "v1")
    assert fates(refused("a", "AccessDenied"), [version]) == [("refused", "AccessDenied")]
    assert fates(gone("a"), [version]) == [("failed", "no answer")]


@pytest.mark.parametrize("key, fits", [("a\x01", False), ("\udcff", False), ("\uffff", False), ("a b\tü\n😀", True)])
def test_keys_that_xml_cannot_name(key: str, fits: bool) -> None:
    assert fits_xml(key) is fits
