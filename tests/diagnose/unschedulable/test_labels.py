"""Labels that no node has."""

from __future__ import annotations

from kfpops.knowledge.sdk import kubernetes_call
from tests.builders import a_node
from tests.diagnose.unschedulable.samples import GPU, GPU_NODE, SELECTOR, SMALL, TOLERATES_GPU, the, waiting


def test_a_label_that_was_nearly_right() -> None:
    nodes = (SMALL, GPU_NODE)
    step = waiting(SELECTOR, limits={GPU: "1"}, spec={"nodeSelector": {"product": "A100-80GB"}, **TOLERATES_GPU})
    cause, match = the(step, nodes)
    assert (cause, match.facts["never_fits"]) == ("node-selector", True)
    assert match.title == "No node has the label product=A100-80GB that step train asks for"
    assert (match.facts["label"], match.facts["wanted"], match.facts["has"]) == ("product", "A100-80GB", "A100-40GB")
    assert match.advice[0].sdk == kubernetes_call("add_node_selector", "train", label_key="product", label_value="A100-40GB")


def test_a_label_that_no_node_has_and_values_that_are_there() -> None:
    nodes = (a_node("a", labels={"pool": "web"}), a_node("b", labels={"pool": "batch"}))
    _, match = the(waiting(SELECTOR, spec={"nodeSelector": {"pool": "training"}}), nodes)
    assert "batch and web" in match.advice[0].text
    assert match.advice[1].kubectl == "kubectl label node a pool=training --overwrite"
    _, match = the(waiting(SELECTOR, spec={"nodeSelector": {"tier": "training"}}), nodes)
    assert match.advice[0].text.startswith("No node has a label tier at all")


def test_the_label_that_nobody_has_is_named_before_those_that_some_have() -> None:
    nodes = (a_node("a", labels={"pool": "web", "zone": "1"}), a_node("b", labels={"zone": "2"}))
    _, match = the(waiting(SELECTOR, spec={"nodeSelector": {"zone": "2", "pool": "batch"}}), nodes)
    assert (match.facts["label"], match.facts["wanted"]) == ("pool", "batch")


def test_labels_that_exist_but_not_together() -> None:
    nodes = (a_node("a", labels={"pool": "web", "zone": "1"}), a_node("b", labels={"pool": "batch", "zone": "2"}))
    _, match = the(waiting(SELECTOR, spec={"nodeSelector": {"zone": "2", "pool": "web"}}), nodes)
    assert match.title == "No node has all the labels that step train asks for: the nearest, a, lacks zone=2"


def test_required_affinity_is_changed_as_affinity() -> None:
    term = {"matchExpressions": [{"key": "pool", "operator": "In", "values": ["batches"]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    _, match = the(waiting(SELECTOR, spec={"affinity": affinity}), (a_node(labels={"pool": "batch"}),))
    terms = [{"key": "pool", "operator": "In", "values": ["batch"]}]
    assert match.advice[0].sdk == kubernetes_call("add_node_affinity", "train", match_expressions=terms)


def test_a_label_that_must_not_be_there() -> None:
    term = {"matchExpressions": [{"key": "spot", "operator": "DoesNotExist"}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}
    _, match = the(waiting(SELECTOR, spec={"affinity": affinity}), (a_node(labels={"spot": "yes"}),))
    assert match.title == "No node meets the rule of step train for the label spot (no such label)"
