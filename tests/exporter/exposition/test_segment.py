"""A gzip stream of parts is what one stream of the whole would hold."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from kfpops.exporter.exposition.segment import compressed, stream


def test_no_parts_are_an_empty_stream() -> None:
    assert gzip.decompress(stream([])) == b""


@given(st.lists(st.binary(max_size=3000), max_size=12))
def test_parts_become_one_member_with_the_right_checksum(parts: list[bytes]) -> None:
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(stream([compressed(part) for part in parts])) == b"".join(parts)
    assert reader.eof
    assert reader.unused_data == b""


@given(st.binary(max_size=500), st.integers(1, 2000))
def test_long_repeated_parts(part: bytes, times: int) -> None:
    segment = compressed(part)
    assert gzip.decompress(stream([segment] * times)) == part * times


def test_equal_content_gives_equal_bytes() -> None:
    assert stream([compressed(b"abc")]) == stream([compressed(b"abc")])


def test_repetition_within_a_part_is_found() -> None:
    assert len(stream([compressed(b'kfp_runs_finished_total{namespace="a"} 1\n' * 1000)])) < 500
