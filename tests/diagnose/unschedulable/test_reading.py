"""One step read: whose words count, and how sure they make it."""

from __future__ import annotations

from kfpops.diagnose.unschedulable.reading import Unschedulable, read_unschedulable
from kfpops.model.node import Node
from tests.builders import a_node, a_step, an_event, some_facts
from tests.diagnose.unschedulable.samples import CPU, SMALL, TAINTS, pending, waiting


def read(step: object, nodes: tuple[Node, ...] | None = None) -> Unschedulable | None:
    facts = some_facts(step, nodes=nodes, pods=() if nodes is not None else None)  # type: ignore[arg-type]
    return read_unschedulable(step, facts)  # type: ignore[arg-type]


def test_karpenters_events_are_not_the_schedulers() -> None:
    event = an_event("FailedScheduling", "0/1 nodes are available: 1 Insufficient cpu.", reportingComponent="karpenter")
    assert read(waiting(events=(event,))) is None


def test_the_last_event_speaks() -> None:
    found = read(waiting(events=(an_event("FailedScheduling", TAINTS), an_event("FailedScheduling", CPU))))
    assert found is not None
    assert (found.cause, found.nodes, found.never_fits) == ("scheduling/insufficient-cpu", 4, None)


def test_argos_copy_speaks_last() -> None:
    step = a_step("waiting", pod=pending(), message=f"Unschedulable: {CPU}")
    found = read(step)
    assert found is not None
    assert found.said[0].source == "workflow/train-x7k2p/nodes/wf-1/message"


def test_sure_when_both_say_so() -> None:
    both = read(waiting(CPU, requests={"cpu": "8"}), (SMALL,))
    message_only = read(waiting(CPU, requests={"cpu": "8"}))
    nodes_only = read(waiting(requests={"cpu": "8"}), (SMALL,))
    assert [f.confidence if f else None for f in (both, message_only, nodes_only)] == ["certain", "likely", "likely"]


def test_the_message_counts_nodes_even_where_we_see_fewer() -> None:
    found = read(waiting(CPU, requests={"cpu": "8"}), (SMALL,))
    assert found is not None
    assert (found.nodes, len(found.fits), found.never_fits) == (4, 1, True)


def test_two_steps_of_one_cluster_share_what_was_reckoned_of_its_nodes() -> None:
    steps = tuple(a_step("waiting", pod=pending(CPU, requests={"cpu": "8"}, name=f"p{i}"), id=f"s{i}") for i in (1, 2))
    facts = some_facts(*steps, nodes=(a_node(cpu="2"),), pods=())
    one, other = (read_unschedulable(step, facts) for step in steps)
    assert one is not None
    assert other is not None
    assert one.landscape is other.landscape
    assert one.fits is other.fits


def test_nodes_that_changed_since_do_not_overrule_the_scheduler() -> None:
    found = read(
        waiting("0/1 nodes are available: 1 Insufficient memory.", requests={"memory": "8Gi"}), (a_node(unschedulable=True),)
    )
    assert found is not None
    assert (found.cause, found.placement) == ("scheduling/insufficient-memory", None)
