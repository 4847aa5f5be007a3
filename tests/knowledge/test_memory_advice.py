"""The next limit: enough more, whole quantities, never above what is allowed."""

from __future__ import annotations

import pytest

from kfpops.knowledge.memory_advice import (
    GI,
    MI,
    Ceiling,
    memory_code,
    next_limit,
    node_ceiling,
    request_for,
    sdk_quantity,
)


@pytest.mark.parametrize(
    ("limit", "worked", "wanted"),
    [
        pytest.param(64 * MI, None, 192 * MI, id="a hundred MiB more at least"),
        pytest.param(400 * MI, None, 512 * MI, id="a quarter more"),
        pytest.param(4 * GI, None, 5 * GI, id="a quarter more of a large one"),
        pytest.param(10 * GI, None, 13 * GI, id="whole GiB from eight on"),
        pytest.param(GI, 3 * GI, 3 * GI, id="what worked before, as it was"),
    ],
)
def test_the_next_limit(limit: int, worked: int | None, wanted: float) -> None:
    assert next_limit(limit, worked=worked).limit == wanted


def test_it_grows_faster_the_more_often_it_was_raised_in_vain() -> None:
    assert [next_limit(GI, failed=times).limit for times in range(4)] == [1.25 * GI, 1.5 * GI, 2 * GI, 2 * GI]


def test_a_node_keeps_the_limit_below_what_would_be_better() -> None:
    step = next_limit(4 * GI, ceilings=[node_ceiling(5 * GI), Ceiling(8 * GI, "the LimitRange x")])
    assert step.limit == 4 * GI + 512 * MI
    assert step.held_by is not None
    assert step.held_by.who == "the largest node has 5Gi"
    assert not step.too_large


def test_no_node_has_even_a_little_more() -> None:
    step = next_limit(4 * GI, ceilings=[node_ceiling(4 * GI)])
    assert step.too_large
    assert step.limit == 5 * GI


def test_a_wide_ceiling_is_not_mentioned() -> None:
    assert next_limit(400 * MI, ceilings=[node_ceiling(64 * GI)]).held_by is None


@pytest.mark.parametrize(
    ("limit", "old", "request_"),
    [
        pytest.param(512 * MI, (None, None), 416 * MI, id="four fifths, rounded up"),
        pytest.param(512 * MI, (400 * MI, 400 * MI), 512 * MI, id="equal stays equal: Guaranteed"),
        pytest.param(512 * MI, (448 * MI, 440 * MI), 440 * MI, id="never less than before"),
    ],
)
def test_the_request_beside_it(limit: int, old: tuple[int | None, int | None], request_: int) -> None:
    assert request_for(limit, *old) == request_


def test_quantities_are_whole_numbers_because_the_sdk_takes_no_others() -> None:
    assert sdk_quantity(2 * GI) == "2Gi"
    assert sdk_quantity(GI + 512 * MI) == "1536Mi"
    assert sdk_quantity(MI + 1) == "2Mi"
    assert memory_code("a.load-graph", 512 * MI, 416 * MI) == (
        "load_graph_task.set_memory_request('416Mi').set_memory_limit('512Mi')"
    )
