from __future__ import annotations

import pytest

from kfpops.lineage.show.cut import wider


@pytest.mark.parametrize(
    "read, left, expected", [(1, 0, 2), (5, 2, 20), (5, 5, 20), (20, 10, 100), (100_000, 3000, 500_000), (400, 300, 2000)]
)
def test_the_option_has_room_for_twice_what_is_known(read: int, left: int, expected: int) -> None:
    assert wider(read, left) == f"--limit {expected}"
