"""Selectors and affinity: what matches, what is lacking, and what was nearly right."""

from __future__ import annotations

import pytest

from kfpops.knowledge.node_selector import NearMiss, Unmet, meets, near_misses, unmet_selector, unmet_terms, values_of
from kfpops.model.affinity import NodeSelectorTerm
from kfpops.model.meta import LabelSelectorRequirement as Rule

LABELS = {"pool": "gpu", "cores": "16", "zone": "a"}


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        (Rule("pool", "In", ("gpu", "cpu")), True),
        (Rule("pool", "In", ("cpu",)), False),
        (Rule("spot", "In", ("yes",)), False),
        (Rule("pool", "NotIn", ("cpu",)), True),
        (Rule("pool", "NotIn", ("gpu",)), False),
        (Rule("spot", "NotIn", ("yes",)), True),
        (Rule("pool", "Exists"), True),
        (Rule("spot", "Exists"), False),
        (Rule("spot", "DoesNotExist"), True),
        (Rule("pool", "DoesNotExist"), False),
        (Rule("cores", "Gt", ("8",)), True),
        (Rule("cores", "Gt", ("16",)), False),
        (Rule("cores", "Lt", ("32",)), True),
        (Rule("pool", "Gt", ("8",)), False),
        (Rule("cores", "Lt", ()), False),
        (Rule("spot", "Lt", ("8",)), False),
        (Rule("pool", "Like", ("g*",)), False),
    ],
)
def test_requirements(rule: Rule, met: bool) -> None:
    assert meets(rule, LABELS) is met


def test_a_selector_names_what_is_lacking_and_what_is_there_instead() -> None:
    assert unmet_selector([("pool", "gpu")], LABELS) == ()
    assert unmet_selector([("pool", "big"), ("spot", "yes")], LABELS) == (
        Unmet("pool", "In", ("big",), "gpu"),
        Unmet("spot", "In", ("yes",), None),
    )


def test_terms_are_alternatives_and_the_nearest_one_speaks() -> None:
    far = NodeSelectorTerm((Rule("pool", "In", ("x",)), Rule("zone", "In", ("b",))))
    near = NodeSelectorTerm((Rule("pool", "In", ("gpu",)), Rule("zone", "In", ("b",))))
    assert unmet_terms([far, near], LABELS, "n1") == (Unmet("zone", "In", ("b",), "a"),)
    assert unmet_terms([far, NodeSelectorTerm((Rule("zone", "Exists"),))], LABELS, "n1") == ()


def test_an_empty_term_matches_nothing() -> None:
    assert len(unmet_terms([NodeSelectorTerm()], LABELS, "n1")) == 1
    assert len(unmet_terms([], LABELS, "n1")) == 1


def test_fields_mean_the_node_itself() -> None:
    term = NodeSelectorTerm(match_fields=(Rule("metadata.name", "In", ("n1",)),))
    assert unmet_terms([term], LABELS, "n1") == ()
    assert unmet_terms([term], LABELS, "n2") == (Unmet("metadata.name", "In", ("n1",), "n2"),)


@pytest.mark.parametrize(
    ("unmet", "wanted"),
    [
        (Unmet("pool", "In", ("a", "b"), None), "a, b"),
        (Unmet("pool", "Exists", (), None), "any value"),
        (Unmet("pool", "DoesNotExist", (), "x"), "no such label"),
        (Unmet("pool", "NotIn", ("a",), "a"), "none of a"),
        (Unmet("cores", "Gt", ("8",), "4"), "more than 8"),
        (Unmet("cores", "Lt", ("8",), "9"), "less than 8"),
    ],
)
def test_what_was_wanted_in_words(unmet: Unmet, wanted: str) -> None:
    assert unmet.wanted == wanted


NODES = (
    ("n1", {"gpu.product": "NVIDIA-A100-SXM4-40GB", "pool": "gpu", "node.type": "big"}),
    ("n2", {"gpu.product": "NVIDIA-A100-SXM4-40GB", "pool": "batch"}),
    ("n3", {"gpu.product": "Tesla-T4", "pool": "web"}),
)


@pytest.mark.parametrize(
    ("unmet", "near"),
    [
        pytest.param(Unmet("pool", "In", ("training",), None), (), id="nothing is like it"),
        pytest.param(Unmet("tier", "In", ("gpu",), None), (), id="the same value under a key of another name"),
        pytest.param(Unmet("pool", "NotIn", ("gpu",), "gpu"), (), id="what must not be has no near miss"),
        pytest.param(
            Unmet("gpu.product", "In", ("NVIDIA-A100-SXM4-80GB",), None),
            (NearMiss("gpu.product", "NVIDIA-A100-SXM4-40GB", ("n1", "n2")),),
            id="another size of the same card",
        ),
        pytest.param(Unmet("pool", "In", ("GPU",), None), (NearMiss("pool", "gpu", ("n1",)),), id="another case"),
        pytest.param(Unmet("pool", "In", ("bat",), None), (NearMiss("pool", "batch", ("n2",)),), id="the beginning of it"),
        pytest.param(
            Unmet("node-type", "In", ("big",), None), (NearMiss("node.type", "big", ("n1",)),), id="a key that is mistyped"
        ),
    ],
)
def test_near_misses(unmet: Unmet, near: tuple[NearMiss, ...]) -> None:
    assert near_misses(unmet, NODES) == near


def test_the_nearest_comes_first() -> None:
    nodes = (("n1", {"pool": "gpu-large"}), ("n2", {"pool": "gpu-larger"}))
    found = near_misses(Unmet("pool", "In", ("gpu-large2",), None), nodes)
    assert [m.value for m in found] == ["gpu-large", "gpu-larger"]


def test_values_of_a_key() -> None:
    assert values_of("pool", NODES) == ("batch", "gpu", "web")
    assert values_of("spot", NODES) == ()
