"""Quotas, LimitRanges, and who holds what."""

from __future__ import annotations

from kfpops.diagnose.quota import amount, base_of, exact, holders, limit_range_that_says
from kfpops.model.namespaced import LimitRange
from tests.builders import a_pod, a_step, kube, some_facts

GPU = "nvidia.com/gpu"


def a_limit_range(name: str, most: str, namespace: str = "kubeflow") -> LimitRange:
    limits = [{"type": "Container", "max": {"memory": most}}]
    return kube(LimitRange, {"metadata": {"name": name, "namespace": namespace}, "spec": {"limits": limits}})


def test_names_of_resources_and_their_amounts() -> None:
    assert base_of("limits.memory") == ("memory", True)
    assert base_of(f"requests.{GPU}") == (GPU, False)
    assert base_of("pods") == ("pods", False)
    assert amount("limits.memory", 4 * 2**30) == "4Gi"
    assert amount("requests.cpu", 0.5) == "500m"
    assert amount(f"requests.{GPU}", 2) == "2"
    assert exact("limits.memory", 1.5 * 2**30) == "1536Mi"


def test_holders_are_pods_that_still_hold_the_largest_first() -> None:
    pods = (
        a_pod("notebook-0", requests={GPU: "2"}),
        a_pod("train-1", requests={GPU: "1"}),
        a_pod("done", phase="Succeeded", requests={GPU: "8"}),
        a_pod("small", requests={"cpu": "1"}),
    )
    step = a_step("waiting")
    assert holders(some_facts(step, pods=pods), "kubeflow", f"requests.{GPU}") == (("notebook-0", 2), ("train-1", 1))
    assert holders(some_facts(step, pods=pods), "team-b", f"requests.{GPU}") == ()
    assert holders(some_facts(step), "kubeflow", f"requests.{GPU}") == ()


def test_the_limit_range_with_that_bound() -> None:
    ranges = (a_limit_range("small", "1Gi"), a_limit_range("large", "2Gi"), a_limit_range("far", "4Gi", "team-b"))
    facts = some_facts(a_step(), limit_ranges=ranges)
    found = limit_range_that_says(facts, "kubeflow", "memory", 2 * 2**30)
    assert found is not None
    assert found.metadata.name == "large"
    assert limit_range_that_says(facts, "kubeflow", "memory", 4 * 2**30) is None
    only = limit_range_that_says(facts, "team-b", "cpu", None)
    assert only is not None
    assert only.metadata.name == "far"
