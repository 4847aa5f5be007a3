"""Quotas and LimitRanges told for a step."""

from __future__ import annotations

from kfpops.diagnose.budgets import limit_range, quota_exceeded, quota_needs_requests
from kfpops.knowledge.admission_text import Admission
from tests.builders import a_pod, a_step, some_facts

GI = 2**30
STEP = a_step("waiting", message="forbidden")


def test_a_quota_that_could_never_be_met() -> None:
    refused = Admission("quota-exceeded", "team", "limits.memory", requested=16 * GI, used=0, hard=8 * GI)
    told = quota_exceeded(STEP, some_facts(STEP), refused)
    assert told.facts["never_fits"] is True
    assert "It never fits" in told.advice[0].text
    assert told.advice[0].sdk == "train_task.set_memory_request('6592Mi').set_memory_limit('8Gi')"


def test_a_quota_that_others_hold() -> None:
    refused = Admission("quota-exceeded", "gpus", "requests.nvidia.com/gpu", requested=1, used=2, hard=2)
    pods = (a_pod("notebook-0", requests={"nvidia.com/gpu": "2"}),)
    told = quota_exceeded(STEP, some_facts(STEP, pods=pods), refused)
    assert told.about.kind == "ResourceQuota"
    assert told.facts["never_fits"] is False
    assert "held by notebook-0 (2)" in told.advice[0].text
    assert told.advice[0].sdk is None
    assert told.advice[0].kubectl is not None
    assert '"requests.nvidia.com/gpu": "3"' in told.advice[0].kubectl


def test_what_the_containers_do_not_name() -> None:
    refused = Admission("quota-needs-requests", "compute", text="limits.cpu for: init,wait; limits.memory for: init,main")
    told = quota_needs_requests(STEP, some_facts(STEP), refused)
    (advice,) = told.advice
    assert "limits.cpu, limits.memory" in advice.text
    assert "workflow-controller-configmap" in advice.text
    assert advice.sdk is not None
    assert "set_cpu_limit" in advice.sdk
    assert advice.kubectl is not None
    assert '"kind": "LimitRange"' in advice.kubectl


def test_a_maximum_becomes_the_new_limit_and_a_driver_gets_no_code() -> None:
    refused = Admission("limit-range", "maximum", "memory", requested=4 * GI, hard=2 * GI, scope="Container")
    told = limit_range(STEP, some_facts(STEP), refused)
    assert told.facts == {"max_bytes": 2 * GI, "limit_bytes": 4 * GI, "resource": "memory", "limit_range": None}
    assert told.title == "Step train cannot start: memory of a container is 4Gi, allowed is at most 2Gi"
    assert told.advice[0].sdk == "train_task.set_memory_request('1664Mi').set_memory_limit('2Gi')"
    driver = a_step("failed", role="driver", message="forbidden")
    assert limit_range(driver, some_facts(driver), refused).advice[0].sdk is None


def test_a_minimum_and_a_ratio() -> None:
    least = Admission("limit-range", "minimum", "cpu", requested=0.01, hard=0.1, scope="Container")
    told = limit_range(STEP, some_facts(STEP), least)
    assert (told.facts["min_cores"], told.facts["limit_cores"]) == (0.1, 0.01)
    assert told.advice[0].sdk == "train_task.set_cpu_request('100m').set_cpu_limit('100m')"
    ratio = Admission("limit-range", "ratio", "memory", requested=4, hard=2, scope="Container")
    assert limit_range(STEP, some_facts(STEP), ratio).facts["max_ratio"] == 2
