"""The end of a stream."""

from __future__ import annotations

import tracemalloc

import pytest

from kfpops.cluster.log_stream import tail_of


@pytest.mark.parametrize(
    "chunks, data, total",
    [
        pytest.param([], b"", 0, id="nothing"),
        pytest.param([b"ab", b"c"], b"abc", 3, id="less than is kept"),
        pytest.param([b"abcd"], b"abcd", 4, id="exactly as much"),
        pytest.param([b"abcdef"], b"cdef", 6, id="one piece that is too large"),
        pytest.param([b"ab", b"cd", b"ef", b"g"], b"defg", 7, id="many small ones"),
        pytest.param([b"abcdefgh", b"i"], b"fghi", 9, id="a large and a small one"),
    ],
)
def test_the_last_bytes_are_kept(chunks: list[bytes], data: bytes, total: int) -> None:
    tail = tail_of(chunks, keep=4)
    assert (tail.data, tail.total, tail.cut) == (data, total, total > 4)


def test_a_long_stream_takes_little_memory() -> None:
    tracemalloc.start()
    tail_of((bytes(64 << 10) for _ in range(320)), keep=256 << 10)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20
