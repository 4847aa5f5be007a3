"""Every ingredient of the protocol is needed: with all of them nothing live is lost, without any one something is."""

from __future__ import annotations

import pytest

from tests.cleanup.world.protocol_search import search
from tests.cleanup.world.protocol_state import Rules


def test_the_protocol_loses_nothing_in_any_interleaving() -> None:
    found = search(Rules())
    assert found.trace == ()
    assert found.states > 5_000


@pytest.mark.parametrize("same_bytes", [False, True])
def test_nor_where_a_retry_uploads_the_same_or_other_bytes(same_bytes: bool) -> None:
    assert search(Rules(same_bytes=same_bytes)).trace == ()


def test_the_one_exception_exists_and_is_counted_apart() -> None:
    assert search(Rules()).late_imports > 0


@pytest.mark.parametrize(
    "rules, lost",
    [
        pytest.param(Rules(evict=False), "gone", id="a cache entry that stays is hit after the runs were listed"),
        pytest.param(Rules(mark=False), "gone", id="an importer finds a row that is not marked"),
        pytest.param(Rules(list_after=False), "gone", id="a run that starts between listing and evicting is not waited for"),
        pytest.param(Rules(wait=False), "gone", id="a driver that had hit publishes after the last look"),
        pytest.param(Rules(remark=False), "gone", id="a run that was waited for refers to it by now"),
        pytest.param(Rules(look=False), "gone", id="an import between judging again and the batch is not seen"),
        pytest.param(Rules(condition=False, keep_retryable=False), "gone", id="a retry uploads anew after the last look"),
        pytest.param(
            Rules(keep_retryable=False, same_bytes=True), "gone", id="equal bytes have an equal ETag: no condition sees it"
        ),
        pytest.param(Rules(intent=False), "journalled", id="killed between deleting and writing what was deleted"),
    ],
)
def test_each_ingredient_is_needed(rules: Rules, lost: str) -> None:
    trace = search(rules).trace
    assert trace, "the broken variant must lose something, or the search proves nothing"
    assert lost in trace[-1]


def test_the_condition_alone_saves_what_a_retry_writes_anew() -> None:
    assert search(Rules(keep_retryable=False)).trace == ()
