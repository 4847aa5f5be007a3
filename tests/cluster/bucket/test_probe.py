"""Probes of stores of every kind: liars are found out before anything of anybody's is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.errors import Forbidden, Unreachable
from kfpops.model.bucket import StoreTraits
from tests.cluster.bucket.opening import NAME, SOUND, a_store, opened

OTHERS = ("_kfpops/probe/of-somebody-else", "v2/artifacts/x")


def probed(**faults: Any) -> StoreTraits:
    with a_store(**faults) as (store, both):
        for key in OTHERS:
            store.put(NAME, key, b"x")
        store.asked.clear()
        traits = both.changes.probe()
        assert store.keys(NAME) == sorted(OTHERS)
        assert len(store.asked) <= 16
        return traits


@pytest.mark.parametrize("lie", ["ignored", "deleted-but-says-kept", "kept-but-says-gone"])
def test_who_lies_about_conditions_honours_none(lie: str) -> None:
    traits = probed(singly=lie, in_batch=lie)
    assert (traits.honours_etag, traits.honours_etag_in_batch, traits.batches) == (False, False, True)


@pytest.mark.parametrize("lie", ["ignored", "deleted-but-says-kept", "kept-but-says-gone"])
def test_one_way_may_work_where_the_other_does_not(lie: str) -> None:
    traits = probed(singly="honoured", in_batch=lie)
    assert (traits.honours_etag, traits.honours_etag_in_batch) == (True, False)
    traits = probed(singly=lie, in_batch="honoured")
    assert (traits.honours_etag, traits.honours_etag_in_batch) == (False, True)


@pytest.mark.parametrize(
    "faults, batches",
    [
        pytest.param({"in_batch": "not-understood", "singly": "not-understood"}, True, id="conditions are not understood"),
        pytest.param({"no_batches": True, "singly": "ignored"}, False, id="no batches"),
        pytest.param({"half_answers": "half-done"}, True, id="half of the answers"),
    ],
)
def test_what_does_not_work_is_not_promised(faults: dict[str, Any], batches: bool) -> None:
    traits = probed(**faults)
    assert traits.honours_etag_in_batch is False
    assert traits.batches is batches


@pytest.mark.parametrize("faults", [{"order": "folders"}, {"order": "shuffled"}, {"drop_every": 2}, {"cut": True}])
def test_what_is_not_in_byte_order(faults: dict[str, Any]) -> None:
    found = [probed(**faults).byte_order for _ in range(1 if faults.get("order") != "shuffled" else 8)]
    assert False in found


def test_a_sound_store() -> None:
    assert probed() == SOUND


@pytest.mark.parametrize("versioning, told", [("Enabled", "enabled"), ("Suspended", "suspended")])
def test_no_version_is_left_behind(versioning: Any, told: str) -> None:
    with a_store() as (store, both):
        store.make(NAME).versioning = versioning
        traits = both.changes.probe()
        assert (traits.versioning, traits.honours_etag, traits.honours_etag_in_batch) == (told, True, True)
        assert list(store.make(NAME).versions()) == []


@pytest.mark.parametrize("after", [3, 5, 7, 9, 11, 12, 13])
def test_it_cleans_up_also_when_it_fails(after: int) -> None:
    with a_store() as (store, both):
        once, asked = both.line._once, []

        def broken(question: Any) -> Any:
            asked.append(question)
            if len(asked) == after:
                raise Unreachable("The line is cut.")
            return once(question)

        both.line._once = broken  # type: ignore[method-assign]
        with pytest.raises(Unreachable, match="The line is cut"):
            both.changes.probe()
        assert store.keys(NAME) == []


def test_without_the_right_to_write_it_says_which() -> None:
    with a_store() as (store, _):
        with pytest.raises(Forbidden):
            opened(store.endpoint, secret="wrong", scheme="s3").changes.probe()
        assert store.keys(NAME) == []
