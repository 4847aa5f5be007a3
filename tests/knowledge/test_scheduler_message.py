"""Scheduler messages: every sentence of 1.28–1.36 has a meaning, and nothing of a message is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfpops.knowledge.scheduler_message import Reason, SchedulerMessage, parse_scheduler_message, resource_cause
from kfpops.knowledge.scheduler_reasons import ReasonId
from tests.knowledge.scheduler_sentences import (
    ALONE,
    OF_NODES,
    OF_PREEMPTION,
    OF_PREEMPTION_AS_A_WHOLE,
    OF_THE_POD,
)


def parsed(text: str) -> SchedulerMessage:
    found = parse_scheduler_message(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("Back-off pulling image", id="the kubelet, not the scheduler"),
        pytest.param('pods "a" is forbidden: exceeded quota: q, requested: cpu=1', id="a quota"),
        pytest.param("Failed to schedule pod, did not tolerate taint (taint=a=b:NoSchedule)", id="Karpenter"),
        pytest.param("Unschedulable: ", id="Argo's prefix without a message"),
    ],
)
def test_what_no_scheduler_said_is_none(text: str) -> None:
    assert parse_scheduler_message(text) is None


def test_unknown_reasons_are_kept() -> None:
    message = parsed("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were on holiday.")
    assert message.reasons[1] == Reason(2, "node(s) were on holiday", ReasonId.UNKNOWN)
    assert message.reasons[1].cause is None
    assert message.causes == {"scheduling/insufficient-cpu"}


@pytest.mark.parametrize(
    "text",
    [
        "not eligible due to preemptionPolicy=Never.",
        "not eligible due to a terminating pod on the nominated node.",
        "waiting for the preemption for this pod to be finished",
    ],
)
def test_what_is_said_of_preemption_is_no_reason(text: str) -> None:
    message = parsed(f"0/1 nodes are available: 1 Insufficient cpu. preemption: {text}")
    assert [r.text for r in message.preemption] == [text.rstrip(".")]
    assert message.preemption[0].id in (ReasonId.NO_PREEMPTION, ReasonId.PREEMPTING)
    assert [r.text for r in message.reasons] == ["Insufficient cpu"]


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), OF_NODES)
def test_sentences_about_nodes(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(f"0/7 nodes are available: 7 {text}.")
    assert message.reasons == (Reason(7, text, id, subjects),)
    assert (message.reasons[0].cause, message.nodes_total, message.prefilter) == (cause, 7, False)


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), OF_THE_POD)
def test_sentences_about_the_pod(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(f"0/1 nodes are available: {text}. not found")
    assert message.reasons == (Reason(None, text, id, subjects),)
    assert (message.reasons[0].cause, message.prefilter) == (cause, True)
    assert [r.id for r in message.post_filter] == [ReasonId.NOISE]


@pytest.mark.parametrize(("text", "id", "cause", "subjects"), ALONE)
def test_sentences_that_stand_alone(text: str, id: ReasonId, cause: str | None, subjects: tuple[str, ...]) -> None:
    message = parsed(text)
    assert message.reasons == (Reason(None, text, id, subjects),)
    assert (message.reasons[0].cause, message.nodes_total) == (cause, None)


@pytest.mark.parametrize(("text", "id"), OF_PREEMPTION)
def test_sentences_about_preemption_of_nodes(text: str, id: ReasonId) -> None:
    message = parsed(f"0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 {text}..")
    assert message.preemption == (Reason(2, text, id),)


@pytest.mark.parametrize(("text", "id"), OF_PREEMPTION_AS_A_WHOLE)
def test_sentences_about_preemption_as_a_whole(text: str, id: ReasonId) -> None:
    message = parsed(f"0/2 nodes are available: 2 Insufficient cpu. preemption: {text}")
    assert [(r.count, r.id) for r in message.preemption] == [(None, id)]


def test_every_meaning_has_a_sentence_here() -> None:
    rows = [id for _, id, _, _ in (*OF_NODES, *OF_THE_POD, *ALONE)] + [
        id for _, id in (*OF_PREEMPTION, *OF_PREEMPTION_AS_A_WHOLE)
    ]
    assert set(rows) == set(ReasonId) - {ReasonId.UNKNOWN}


def test_a_real_message_of_kubernetes_1_35() -> None:
    message = parsed(
        "0/11 nodes are available: 2 Too many pods, 2 node(s) were unschedulable, 3 Insufficient nvidia.com/gpu, "
        "6 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/11 nodes are available: "
        "3 No preemption victims found for incoming pod, 8 Preemption is not helpful for scheduling."
    )
    assert [(r.count, r.id.value) for r in message.reasons] == [
        (2, "too-many-pods"),
        (2, "cordoned"),
        (3, "insufficient"),
        (6, "taint"),
    ]
    assert [r.text for r in message.post_filter] == ["no new claims to deallocate"]
    assert [(r.count, r.id) for r in message.preemption] == [(3, ReasonId.NO_VICTIMS), (8, ReasonId.NOT_HELPFUL)]
    assert not message.truncated


@pytest.mark.parametrize(
    "prefix",
    ["Unschedulable: ", "(combined from similar events): ", "Unschedulable: (combined from similar events): "],
)
def test_prefixes_of_argo_and_of_events_are_taken_off(prefix: str) -> None:
    assert parsed(f"{prefix}0/4 nodes are available: 4 Too many pods.").reasons[0].count == 4


def test_an_event_that_was_cut_says_so_and_keeps_what_it_has() -> None:
    message = parsed("0/40 nodes are available: 12 Insufficient cpu, 28 node(s) had untol ...")
    assert message.truncated
    assert [(r.count, r.id) for r in message.reasons] == [(12, ReasonId.INSUFFICIENT), (28, ReasonId.UNKNOWN)]


def test_volcano_says_unavailable_and_tells_of_the_group_first() -> None:
    assert parsed("all nodes are unavailable: 3 node(s) resource fit failed.").nodes_total is None
    message = parsed(
        "3/6 tasks in gang unschedulable: pod group is not ready, 6 Pending, 6 minAvailable; Pending: 1 Unschedulable, "
        "2 Undetermined, 3 Schedulable. Origin reason is t-0: 0/4 nodes are unavailable: 1 Insufficient cpu, 3 Insufficient "
        "memory."
    )
    assert [r.id for r in message.reasons] == [ReasonId.GANG, ReasonId.INSUFFICIENT, ReasonId.INSUFFICIENT]
    assert not message.prefilter


def test_a_message_without_reasons_keeps_its_number_of_nodes() -> None:
    message = parsed("0/4 nodes are available:")
    assert (message.nodes_total, message.reasons) == (4, ())


@pytest.mark.parametrize(
    ("resource", "cause"),
    [
        ("pods", "scheduling/too-many-pods"),
        ("amd.com/gpu", "scheduling/insufficient-gpu"),
        ("hugepages-1Gi", "scheduling/insufficient-memory"),
    ],
)
def test_causes_of_resources(resource: str, cause: str) -> None:
    assert resource_cause(resource) == cause


_name = st.from_regex(r"[a-z0-9]([-.a-z0-9]{0,12}[a-z0-9])?", fullmatch=True)
_sentences = st.one_of(
    st.sampled_from([text for text, _, _, _ in OF_NODES]),
    st.builds("Insufficient {}/{}".format, _name, _name),
    st.builds("node(s) had untolerated taint {{{}/{}: {}}}".format, _name, _name, st.one_of(st.just(""), _name)),
    st.builds("{} CSI driver is not installed on the node".format, _name),
)


@given(
    counted=st.dictionaries(_sentences, st.integers(1, 5000), min_size=1, max_size=8),
    order=st.randoms(use_true_random=False),
    ending=st.sampled_from(["", " no new claims to deallocate", " preemption: not eligible due to preemptionPolicy=Never."]),
)
def test_any_reasons_in_any_order_come_back_as_they_went_in(counted: dict[str, int], order: object, ending: str) -> None:
    parts = [f"{count} {text}" for text, count in counted.items()]
    order.shuffle(parts)  # type: ignore[attr-defined]
    message = parsed(f"0/{sum(counted.values())} nodes are available: {', '.join(parts)}.{ending}")
    assert Counter({r.text: r.count for r in message.reasons}) == Counter(counted)
    assert [f"{r.count} {r.text}" for r in message.reasons] == parts
    assert all(r.id is not ReasonId.UNKNOWN for r in message.reasons)
