"""Affinity between pods, even spread, ports of nodes."""

from __future__ import annotations

import pytest

from kfpops.diagnose.unschedulable.pod_rules import selector_text
from kfpops.model.meta import LabelSelector, LabelSelectorRequirement
from tests.builders import a_pod
from tests.diagnose.unschedulable.samples import SMALL, the, waiting


def test_rules_between_pods_speak_of_the_nodes_that_had_room() -> None:
    rule = {"labelSelector": {"matchLabels": {"app": "cache"}}, "topologyKey": "kubernetes.io/hostname"}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": [rule]}
    message = "0/3 nodes are available: 1 node(s) didn't match pod affinity rules, 2 Insufficient cpu."
    step = waiting(message, requests={"cpu": "1"}, spec={"affinity": {"podAffinity": required}})
    cause, match = the(step, (SMALL,))
    assert (cause, match.facts["topology_key"]) == ("pod-affinity", "kubernetes.io/hostname")
    assert "app=cache per kubernetes.io/hostname" in match.title


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("node(s) didn't match pod anti-affinity rules", "must not run beside"),
        ("node(s) didn't satisfy existing pods anti-affinity rules", "their anti-affinity"),
    ],
)
def test_anti_affinity_of_either_side(text: str, said: str) -> None:
    cause, match = the(waiting(f"0/3 nodes are available: 3 {text}."), (SMALL,))
    assert (cause, match.confidence) == ("pod-affinity", "certain")
    assert said in match.title


def test_even_spread() -> None:
    spread = {"maxSkew": 2, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {}}
    message = "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints"
    cause, match = the(waiting(f"{message}.", spec={"topologySpreadConstraints": [spread]}), (SMALL,))
    assert (cause, match.facts["topology_key"], match.facts["max_skew"]) == ("topology-spread", "zone", 2)
    _, match = the(waiting(f"{message} (missing required label).", spec={"topologySpreadConstraints": [spread]}))
    assert "nodes lack that label" in match.title


def test_a_port_of_the_node() -> None:
    web = {"ports": [{"containerPort": 80, "hostPort": 8080}]}
    message = "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports."
    cause, match = the(waiting(message, main=web), (SMALL,), (a_pod("web", node="small", main=web),))
    assert (cause, match.facts["port"], match.facts["holders"]) == ("host-port", 8080, "web")


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        (None, "no pod"),
        (LabelSelector(), "any pod"),
        (LabelSelector({"app": "web"}, (LabelSelectorRequirement("tier", "In", ("a", "b")),)), "app=web, tier In (a, b)"),
        (LabelSelector(match_expressions=(LabelSelectorRequirement("tier", "Exists"),)), "tier Exists"),
    ],
)
def test_selectors_in_one_line(selector: LabelSelector | None, text: str) -> None:
    assert selector_text(selector) == text
