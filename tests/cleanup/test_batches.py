from __future__ import annotations

from collections.abc import Iterator

from kfpops.cleanup.batches import batches


def test_batches_are_read_when_they_are_wanted() -> None:
    read: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(5):
            read.append(number)
            yield number

    found = batches(numbers(), 2)
    assert next(found) == [0, 1]
    assert read == [0, 1]
    assert list(found) == [[2, 3], [4]]
    assert list(batches((), 2)) == []
