"""Any mixture of bad behaviour: what the probe says of a store is enough to delete nothing that has changed in it."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfpops.errors import KfpopsError
from kfpops.model.bucket import Deletion, StoreTraits
from kfpops.sandbox.object_store import Faults
from tests.cluster.bucket.opening import NAME, a_store

CONDITIONS = ("honoured", "ignored", "deleted-but-says-kept", "kept-but-says-gone", "not-understood")

FAULTS = st.fixed_dictionaries(
    {"singly": st.sampled_from(CONDITIONS), "in_batch": st.sampled_from(CONDITIONS)},
    optional={
        "no_batches": st.booleans(),
        "half_answers": st.sampled_from(["", "all-done", "half-done"]),
        "order": st.sampled_from(["bytes", "folders", "shuffled"]),
        "busy_every": st.integers(5, 40),
        "lose": st.sampled_from([("POST",), ("DELETE",), ("HEAD", "GET")]),
        "lose_every": st.integers(2, 6),
        "denied": st.just(("key/3",)),
        "skew": st.sampled_from([-1e6, 1e6]),
    },
)


@pytest.mark.parametrize("singly, in_batch", list(product(CONDITIONS, CONDITIONS)))
def test_every_way_to_treat_a_condition(singly: str, in_batch: str) -> None:
    loses_nothing({"singly": singly, "in_batch": in_batch}, {1, 3}, {3, 4})


@settings(max_examples=25, deadline=None)
@given(FAULTS, st.sets(st.integers(0, 5), min_size=1), st.sets(st.integers(0, 5)))
def test_any_mixture_of_faults(faults: dict[str, Any], written: set[int], removed: set[int]) -> None:
    loses_nothing(faults, written, removed)


def loses_nothing(faults: dict[str, Any], written: set[int], removed: set[int]) -> None:
    """Six objects are seen, some are removed and some written again; then all are to be deleted as they were seen."""
    with a_store(**faults) as (store, both):
        seen = [Deletion(f"key/{n}", store.put(NAME, f"key/{n}", b"old")) for n in range(6)]
        traits = probed(both.changes.probe)
        for n in removed:
            store.make(NAME).delete(f"key/{n}")
        for n in written:
            store.put(NAME, f"key/{n}", b"new")
        fates: dict[str, str] = {}
        # After an error it is not known what came of it, and the caller looks.
        with suppress(KfpopsError):
            fates = {answer.key: answer.fate for answer in both.changes.delete(seen, traits)}
        store.faults = Faults()
        left = {key for key in store.keys(NAME) if not key.startswith("_kfpops/")}
        assert {f"key/{n}" for n in written} <= left
        assert not {key for key, fate in fates.items() if fate in ("gone", "absent")} & left
        assert {key for key, fate in fates.items() if fate == "changed"} <= left


def probed(probe: Any) -> StoreTraits:
    """What the probe says; nothing when the store fails meanwhile."""
    try:
        found: StoreTraits = probe()
        return found
    except KfpopsError:
        return StoreTraits()
