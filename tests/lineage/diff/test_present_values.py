"""Tests of kfpops.lineage.diff.present_values."""

from __future__ import annotations

from kfpops.lineage.diff.present_values import change_rows, metric_rows
from kfpops.lineage.diff.values import Change, NumberChange


def test_nothing_changed_is_no_row() -> None:
    assert change_rows(()) == []


def test_each_place_inside_is_a_row_until_there_are_too_many() -> None:
    a, b = {f"k{i:02}": 0 for i in range(20)}, {f"k{i:02}": 1 for i in range(20)}
    rows = change_rows((Change("config", a, b), Change("pipelinechannel--rows", 1, 2)))
    assert rows[0] == ("config.k00", "0 → 1")
    assert rows[8:] == [("config", "and 12 more places (`-o wide`)"), ("rows", "1 → 2")]
    assert len(change_rows((Change("config", a, b),), whole=True)) == 20


def test_a_hundred_thousand_properties_are_not_a_hundred_thousand_rows() -> None:
    changes = tuple(Change(f"k{i:06}", 0, 1) for i in range(100_000))
    rows = change_rows(changes)
    assert len(rows) == 25
    assert rows[-1] == ("…", "and 99,976 more (`-o wide`)")
    assert len(change_rows(changes[:24])) == 24
    assert len(change_rows(changes, whole=True)) == 100_000


def test_nor_are_as_many_metrics() -> None:
    metrics = tuple(NumberChange("m", f"k{i}", 1, 2, 1, 1) for i in range(1_000))
    rows = metric_rows(metrics)
    assert rows[0] == ("m.k0", "1 → 2 (+1, +100.0 %)")
    assert rows[-1] == ("…", "and 976 more metrics (`-o wide`)")
    assert len(metric_rows(metrics, whole=True)) == 1_000


def test_long_values_are_whole_only_when_all_is() -> None:
    change = Change("text", "x" * 200 + "a", "x" * 200 + "b")
    assert change_rows((change,))[0][1].startswith("… (from character 189) ")
    assert change_rows((change,), whole=True) == [("text", f"{'x' * 200}a → {'x' * 200}b")]
