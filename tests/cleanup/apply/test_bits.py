"""A set of numbers."""

from __future__ import annotations

import random

from kfpops.cleanup.apply.bits import Bits


def test_it_is_a_set() -> None:
    bits, known, dice = Bits(), set[int](), random.Random(7)
    for _ in range(5000):
        number = dice.randrange(2000)
        if dice.random() < 0.6:
            assert bits.add(number) == (number not in known)
            known.add(number)
        else:
            assert bits.discard(number) == (number in known)
            known.discard(number)
    assert (bits.count, {n for n in range(2100) if n in bits}) == (len(known), known)


def test_many_at_once() -> None:
    bits, known, dice = Bits(), set[int](), random.Random(11)
    for _ in range(400):
        first, length = dice.randrange(3000), dice.randrange(60)
        numbers = list(range(first, first + length))
        if dice.random() < 0.3:
            dice.shuffle(numbers)
            numbers = numbers[: length // 2] + numbers[:1]
        before = [number for at, number in enumerate(numbers) if number in known or number in numbers[:at]]
        assert bits.update(numbers) == before
        known |= set(numbers)
    assert (bits.count, {n for n in range(3100) if n in bits}) == (len(known), known)
