"""Blocks of a family: order, and what a change leaves as it is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.exporter.exposition.entry import Layout
from kfpops.exporter.exposition.format import Format
from kfpops.exporter.exposition.shelf import Shelf
from kfpops.metrics.family import Family

FAMILY = Family("x", "gauge", "X", ("a",))


def shelf_of(*names: str) -> Shelf:
    shelf = Shelf(Layout(FAMILY, native=False))
    for name in names:
        shelf.put((name,), 1.0, None)
    return shelf


def lines(shelf: Shelf) -> list[str]:
    return b"".join(shelf.chapter().contents(Format.TEXT)).decode().splitlines()[2:]


def names(count: int) -> list[str]:
    return [f"{n:05}" for n in range(count)]


def test_the_same_value_again_changes_nothing() -> None:
    shelf = shelf_of("a")
    before = shelf.chapter()
    assert shelf.put(("a",), 1.0, None) is False
    assert shelf.chapter() is before


def test_nothing_is_dropped_that_was_not_there() -> None:
    assert shelf_of().drop(("a",)) is False
    assert shelf_of("a").drop(("b",)) is False


@pytest.mark.parametrize("count", [1, 512, 1024, 1025, 5000])
def test_order_does_not_depend_on_the_order_of_coming(count: int) -> None:
    shuffled = names(count)
    random.Random(count).shuffle(shuffled)
    assert lines(shelf_of(*shuffled)) == [f'x{{a="{name}"}} 1' for name in names(count)]


def test_a_change_leaves_other_blocks_compressed() -> None:
    shelf = shelf_of(*names(5000))
    before = list(shelf.chapter().segments(Format.TEXT))[1:]
    shelf.put(("02500",), 2.0, None)
    after = list(shelf.chapter().segments(Format.TEXT))[1:]
    assert len(before) == len(after) >= 5
    assert sum(one is not other for one, other in zip(before, after)) == 1


def test_an_old_chapter_stays_as_it_was() -> None:
    shelf = shelf_of("a", "b")
    old = shelf.chapter()
    shelf.put(("a",), 7.0, None)
    shelf.drop(("b",))
    assert b"".join(old.contents(Format.TEXT)).endswith(b'x{a="a"} 1\nx{a="b"} 1\n')
    assert lines(shelf) == ['x{a="a"} 7']


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3000), st.booleans()), max_size=60), st.integers(0, 3000))
def test_any_history_ends_as_a_sorted_table(steps: list[tuple[int, bool]], at_first: int) -> None:
    shelf, table = shelf_of(*names(at_first)), dict.fromkeys(names(at_first), 1.0)
    for number, (name, drop) in enumerate((f"{n:05}", drop) for n, drop in steps):
        if drop:
            assert shelf.drop((name,)) is (table.pop(name, None) is not None)
        else:
            assert shelf.put((name,), number, None) is (table.get(name) != number)
            table[name] = number
    assert lines(shelf) == [f'x{{a="{name}"}} {value:g}' for name, value in sorted(table.items())]


@pytest.mark.parametrize("gone", ["a", "b", "c"])
def test_what_is_dropped_is_gone_from_the_next_chapter(gone: str) -> None:
    shelf = shelf_of("a", "b", "c")
    assert len(lines(shelf)) == 3
    assert shelf.drop((gone,)) is True
    assert lines(shelf) == [f'x{{a="{name}"}} 1' for name in "abc" if name != gone]


def test_a_shelf_that_was_emptied_can_be_filled_again() -> None:
    shelf = shelf_of(*names(2000))
    for name in names(2000):
        assert shelf.drop((name,))
    assert lines(shelf) == []
    shelf.put(("z",), 1.0, None)
    assert lines(shelf) == ['x{a="z"} 1']
