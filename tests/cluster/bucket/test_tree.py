"""Small XML documents as trees."""

from __future__ import annotations

import pytest

from kfpops.cluster.bucket.tree import read_xml
from kfpops.errors import BadAnswer


@pytest.mark.parametrize(
    "body, words",
    [
        pytest.param(b"<A><B></A>", "cut off or no XML", id="ends crossed"),
        pytest.param(b"<A/><A/>", "cut off or no XML", id="two roots"),
        pytest.param(b"<C/>", "sent C where an answer", id="another root"),
        pytest.param(b'<!DOCTYPE A [<!ENTITY x "boom">]><A>&x;</A>', "document type", id="entities of its own"),
    ],
)
def test_what_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(BadAnswer, match=words):
        read_xml(body, "A", "an answer")


def test_text_is_that_of_the_one_child() -> None:
    root = read_xml(b"<A><B>x&amp;y</B><C/><D>1</D><D>2</D></A>", "A", "an answer")
    assert (root.text("B"), root.text("C"), root.text("absent")) == ("x&y", "", "")
    assert [node.words for node in root.all("D")] == ["1", "2"]
    with pytest.raises(BadAnswer, match="D twice"):
        root.text("D")
