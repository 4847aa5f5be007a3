from __future__ import annotations

from pathlib import Path

from kfpops.cleanup.gather.sorting import sorted_pages
from tests.cleanup.building import an_object


def test_pages_of_a_thousand_by_key(tmp_path: Path) -> None:
    rows = [an_object(f"{n * 7919 % 2500:05}") for n in range(2500)]
    duplicates: list[int] = []
    pages = list(sorted_pages([rows[:900], rows[900:]], tmp_path, duplicates))
    assert [len(page) for page in pages] == [1000, 1000, 500]
    assert [row.key for page in pages for row in page] == sorted(row.key for row in rows)
    assert duplicates == [0]


def test_a_key_that_came_twice_over_the_end_of_a_page_counts_once(tmp_path: Path) -> None:
    rows = [an_object(f"{n:05}", modified_at=n) for n in range(1001)]
    duplicates: list[int] = []
    again = [rows[999]._replace(modified_at=5000.0), rows[1000]._replace(modified_at=1.0)]
    found = [row for page in sorted_pages([rows, again], tmp_path, duplicates) for row in page]
    assert (found[999].modified_at, found[1000].modified_at) == (5000.0, 1000)
    assert duplicates == [2]


def test_nothing(tmp_path: Path) -> None:
    assert list(sorted_pages([], tmp_path, [])) == []
