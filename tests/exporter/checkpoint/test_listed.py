from __future__ import annotations

from kfpops.exporter.checkpoint.listed import Listed, key_of


def test_a_listing_is_never_taken_to_lack_a_run_that_it_has() -> None:
    listed = Listed(1000)
    for number in range(1000):
        listed.add(str(number))
    assert all(key_of(str(number)) in listed for number in range(1000))
    assert sum(key_of(str(number)) in listed for number in range(1000, 11_000)) < 100
