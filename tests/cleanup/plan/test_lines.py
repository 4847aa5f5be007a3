"""Lines that are put together from texts are those that `Entry` has."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.cleanup.live import Group, Judged
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.plan.entry import Entry
from kfpops.cleanup.plan.lines import page_lines
from kfpops.cleanup.verdict import Verdict
from kfpops.model.bucket import BucketObject
from kfpops.model.object_rows import in_columns

NAMED = Mark("v2/a", "artifact", True, "expired", "run-expired", id="7")
GONE = Verdict(True, "orphan", "run-deleted", "run-1")
RULE = Verdict(True, "expired", "run-expired", "run-2", 'old "runs"')


def judged(objects: list[BucketObject], *groups: tuple[int, Verdict, Mark | None]) -> Judged:
    return Judged(in_columns(objects), [Group(number, 0, verdict, mark) for number, verdict, mark in groups], {})


def entries(page: Judged) -> list[Entry]:
    return msgspec.json.Decoder(Entry).decode_lines(page_lines("my-bucket", page))


def test_nothing_goes() -> None:
    assert page_lines("my-bucket", judged([])) == b""


def test_every_field_and_each_its_own_group() -> None:
    first, *rest = entries(judged([BucketObject(k, 1, "e", 2.5) for k in "abc"], (1, RULE, NAMED), (2, GONE, None)))
    assert first == Entry(
        bucket="my-bucket",
        key="a",
        size=1,
        etag="e",
        modified_at=2.5,
        kind="run-artifacts",
        label="expired",
        reason="run-expired",
        who="run-2",
        rule='old "runs"',
        artifact_id="7",
    )
    assert [(e.key, e.kind, e.who, e.rule, e.artifact_id) for e in rest] == [(k, "orphans", "run-1", "", "") for k in "bc"]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(['"', "\\", "a\nb", "é", "\u2028", "\x7f"])
ROWS = st.builds(
    BucketObject,
    TEXTS,
    st.integers(0, 2**50),
    TEXTS,
    st.floats(0, 2e9) | st.sampled_from([0.0, 1_760_000_000.0, 1e-7]),
    st.sampled_from(["", "", "", "v1"]),
)


@given(st.lists(ROWS, max_size=6))
def test_whatever_they_hold(objects: list[BucketObject]) -> None:
    found = entries(judged(objects, (len(objects), GONE, None)))
    assert [(e.key, e.size, e.etag, e.modified_at, e.version_id) for e in found] == objects


@given(st.lists(ROWS, max_size=4))
def test_the_same_bytes_as_the_encoder(objects: list[BucketObject]) -> None:
    page = judged(objects, (len(objects), RULE, NAMED))
    assert page_lines("my-bucket", page) == msgspec.json.Encoder().encode_lines(entries(page))


def test_a_key_that_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError):
        page_lines("my-bucket", judged([BucketObject("\udcff", 1, "e", 1.0)], (1, GONE, None)))
