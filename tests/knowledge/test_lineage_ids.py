"""Ids are ordered as numbers where they are numbers."""

from __future__ import annotations

from kfpops.knowledge.lineage_ids import by_id


def test_numbers_come_before_texts_and_artifacts_before_executions() -> None:
    ids = ["execution:1", "b", "10", "9", "artifact:2", "a", "execution:b"]
    assert sorted(ids, key=by_id) == ["artifact:2", "9", "10", "a", "b", "execution:1", "execution:b"]
