"""GPUs: taken, not there, or behind something else."""

from __future__ import annotations

from kfpops.model.node import Node
from tests.builders import a_node, a_pod, kube
from tests.diagnose.unschedulable.samples import BIG, GPU, GPU_NODE, GPUS, SMALL, TAINTS, TOLERATES_GPU, advice, the, waiting


def test_all_gpus_are_taken_and_by_whom() -> None:
    holder = a_pod("notebook-0", node="gpu-1", limits={GPU: "2"})
    cause, match = the(waiting(GPUS, limits={GPU: "1"}, spec=TOLERATES_GPU), (SMALL, GPU_NODE), (holder,))
    assert cause == "insufficient-gpu"
    assert match.title == "Step train asks for 1 nvidia.com/gpu, and all 2 on gpu-1 are taken"
    assert (match.facts["resource"], match.facts["request"], match.facts["never_fits"]) == (GPU, 1, False)
    assert match.facts["holders"] == "notebook-0"
    assert "notebook-0 (2, namespace kubeflow)" in match.advice[0].text


def test_some_gpus_are_free_but_not_enough() -> None:
    holder = a_pod("notebook-0", node="gpu-1", limits={GPU: "1"})
    _, match = the(waiting(GPUS, limits={GPU: "2"}, spec=TOLERATES_GPU), (SMALL, GPU_NODE), (holder,))
    assert match.advice[1].sdk == "train_task.set_accelerator_limit(1)"


def test_more_gpus_than_a_node_has() -> None:
    cause, match = the(waiting(GPUS, limits={GPU: "8"}, spec=TOLERATES_GPU), (SMALL, GPU_NODE))
    assert (cause, match.facts["never_fits"], match.facts["largest_allocatable"]) == ("insufficient-gpu", True, 2)
    assert match.advice[0].sdk == "train_task.set_accelerator_limit(2)"


def test_no_node_offers_the_device() -> None:
    step = waiting("0/2 nodes are available: 2 Insufficient amd.com/gpu.", limits={"amd.com/gpu": "1"})
    cause, match = the(step, (SMALL, GPU_NODE))
    assert (cause, match.facts["never_fits"], match.facts["request"]) == ("gpu-unavailable", True, 1)
    assert match.advice[0].sdk == "train_task.set_accelerator_type('nvidia.com/gpu').set_accelerator_limit(1)"
    assert "amd.com/gpu" in advice(match)


def test_taints_before_it_do_not_hide_that_no_node_offers_the_device() -> None:
    step = waiting(TAINTS, limits={"amd.com/gpu": "1"})
    assert the(step, (a_node("a", taints=(BIG,)), a_node("b", taints=(BIG,))))[0] == "gpu-unavailable"


def test_a_device_plugin_that_is_gone_and_devices_that_are_broken() -> None:
    silent = a_node("gpu-1", labels={"nvidia.com/gpu.present": "true"})
    cause, match = the(waiting(GPUS, limits={GPU: "1"}), (silent,))
    assert (cause, match.title) == (
        "gpu-unavailable",
        "Step train asks for 1 nvidia.com/gpu, which gpu-1 should offer but does not",
    )
    capacity = {"cpu": "8", "memory": "32Gi", "pods": "110", GPU: "2"}
    broken = kube(
        Node, {"metadata": {"name": "gpu-2"}, "status": {"capacity": capacity, "allocatable": {**capacity, GPU: "0"}}}
    )
    _, match = the(waiting(GPUS, limits={GPU: "1"}), (broken,))
    assert match.title.endswith("and all of them on gpu-2 are out of order")
    assert "device plugin" in match.advice[0].text


def test_a_gpu_behind_a_taint_is_the_taint() -> None:
    step = waiting(
        "0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint(s).", limits={GPU: "1"}
    )
    cause, match = the(step, (SMALL, GPU_NODE))
    assert (cause, match.facts["taint"]) == ("untolerated-taint", "nvidia.com/gpu=present:NoSchedule")


def test_a_gpu_on_nodes_that_the_selector_excludes_is_the_selector() -> None:
    step = waiting(
        "0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) didn't match Pod's node affinity/selector.",
        limits={GPU: "1"},
        spec={"nodeSelector": {"pool": "a"}, **TOLERATES_GPU},
    )
    cause, match = the(step, (a_node("cpu-1", labels={"pool": "a"}), GPU_NODE))
    assert (cause, match.facts["label"], match.facts["wanted"]) == ("node-selector", "pool", "a")


def test_a_gpu_that_is_free_where_cpu_is_short_is_the_cpu() -> None:
    step = waiting(
        "0/2 nodes are available: 1 Insufficient cpu, 1 Insufficient nvidia.com/gpu.",
        requests={GPU: "1", "cpu": "16"},
        spec=TOLERATES_GPU,
    )
    cause, match = the(step, (SMALL, GPU_NODE))
    assert (cause, match.facts["node"]) == ("insufficient-cpu", "gpu-1")
    assert "gpu-1 has the devices that it asks for" in match.advice[0].text


def test_nodes_without_pods_tell_who_offers_but_not_who_holds() -> None:
    cause, match = the(waiting(GPUS, limits={GPU: "1"}, spec=TOLERATES_GPU), (SMALL, GPU_NODE), None)
    assert (cause, match.title) == ("insufficient-gpu", "Step train asks for 1 nvidia.com/gpu, and no node has enough free")
    assert "free" not in match.facts
    assert [o.name for o in match.objects][1:] == ["gpu-1"]
