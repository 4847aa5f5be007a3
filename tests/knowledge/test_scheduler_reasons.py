"""The table of sentences: consistent with itself and with the catalogue."""

from __future__ import annotations

import pytest

from kfpops.knowledge.scheduler_reasons import CAUSE_OF, FILTER_ORDER, TEMPLATES, ReasonId, classify


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Insufficient",
        "node(s) had untolerated taint(s) and more",
        "Preempted",
        "insufficient quota for nvidia.com/gpu in flavor a100",
    ],
)
def test_what_is_not_in_the_table_is_unknown(text: str) -> None:
    assert classify(text) == (ReasonId.UNKNOWN, ())


def test_every_meaning_has_a_sentence() -> None:
    assert {t.id for t in TEMPLATES} == set(ReasonId) - {ReasonId.UNKNOWN}


def test_no_sentence_is_listed_twice() -> None:
    patterns = [t.pattern.pattern for t in TEMPLATES]
    assert len(patterns) == len(set(patterns))
    assert len(patterns) >= 60


def test_a_filter_stands_in_the_order_once() -> None:
    assert len(FILTER_ORDER) == len(set(FILTER_ORDER))
    assert FILTER_ORDER.index(ReasonId.TAINT) < FILTER_ORDER.index(ReasonId.NODE_AFFINITY)
    assert FILTER_ORDER.index(ReasonId.INSUFFICIENT) < FILTER_ORDER.index(ReasonId.POD_ANTI_AFFINITY)


def test_causes_are_of_two_families() -> None:
    assert {cause.partition("/")[0] for cause in CAUSE_OF.values()} == {"scheduling", "volume"}
