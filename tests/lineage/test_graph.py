"""Ids of nodes and their order."""

from __future__ import annotations

from kfpops.lineage.graph import artifact_node, by_id, execution_node, id_of


def test_numbers_come_as_numbers_before_uuids_and_artifacts_before_executions() -> None:
    ids = ["execution:1", "artifact:10", "artifact:b-uuid", "artifact:9", "execution:a-uuid"]
    assert sorted(ids, key=by_id) == ["artifact:9", "artifact:10", "artifact:b-uuid", "execution:1", "execution:a-uuid"]


def test_bare_ids_have_the_same_order() -> None:
    assert sorted(["10", "x", "9", "²"], key=by_id) == ["9", "10", "x", "²"]


def test_a_node_id_holds_the_back_ends_id() -> None:
    assert (id_of(artifact_node("7")), id_of(execution_node("a-1"))) == ("7", "a-1")
