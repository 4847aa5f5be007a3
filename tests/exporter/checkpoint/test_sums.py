from __future__ import annotations

import pytest

from kfpops.exporter.checkpoint.sums import _numbers, _packed


@pytest.mark.parametrize("numbers", [(), (0, 0, 0), (0, 1, 2**32 - 1), (2**32, 5), (2**60,)])
def test_numbers_of_buckets_are_read_as_they_were_written(numbers: tuple[int, ...]) -> None:
    assert _numbers(_packed(numbers)) == numbers


def test_numbers_take_eight_bytes_only_when_one_needs_them() -> None:
    assert [len(_packed((number, 1)) or b"") for number in (2**32 - 1, 2**32)] == [9, 17]
