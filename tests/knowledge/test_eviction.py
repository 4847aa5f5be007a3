"""Messages of the kubelet's eviction manager."""

from __future__ import annotations

import pytest

from kfpops.knowledge.eviction import Eviction, parse_eviction


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("", id="nothing"),
        pytest.param("Preempted in order to admit critical pod", id="another end"),
        pytest.param("Pod was active on the node longer than the specified deadline", id="a deadline"),
        pytest.param("The node was low on resource: unicorns. ", id="a resource that nobody knows"),
    ],
)
def test_no_eviction_that_is_known(message: str) -> None:
    assert parse_eviction(message) is None


@pytest.mark.parametrize(
    ("message", "eviction"),
    [
        (
            "The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. "
            "Container main was using 3Gi, request is 0, has larger consumption of memory. ",
            Eviction("memory", "main", "3Gi", "0"),
        ),
        ("The node had condition: [MemoryPressure]. ", Eviction("memory")),
        ("Pod was rejected: The node had condition: [DiskPressure]. ", Eviction("disk")),
        ("The node was low on resource: ephemeral-storage. ", Eviction("disk")),
        ("The node was low on resource: inodes. ", Eviction("disk")),
        ("The node was low on resource: pids. ", Eviction("pids")),
        (
            'Usage of EmptyDir volume "scratch" exceeds the limit "64Mi". ',
            Eviction("own-limit", limit="64Mi", volume="scratch"),
        ),
        (
            "Pod ephemeral local storage usage exceeds the total limit of containers 20Mi. ",
            Eviction("own-limit", limit="20Mi"),
        ),
        (
            'Container main exceeded its local ephemeral storage limit "1Gi". ',
            Eviction("own-limit", container="main", limit="1Gi"),
        ),
    ],
)
def test_evictions(message: str, eviction: Eviction) -> None:
    assert parse_eviction(message) == eviction
