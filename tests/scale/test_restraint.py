"""2,000 generated healthy pods: running, completed, just begun, restarted long ago. Nothing is found."""

from __future__ import annotations

import random
from datetime import timedelta

import msgspec
import pytest

from benchmarks import population
from benchmarks.population import HEALTHY, Json, Place
from kfpops.diagnose.causes import all_causes
from kfpops.diagnose.engine import diagnose
from kfpops.diagnose.gather import gather_namespace, gather_pod
from kfpops.errors import Forbidden
from kfpops.model.decode import decode_tolerant
from kfpops.model.event import Event
from kfpops.model.kinds import T
from kfpops.model.node import Node
from kfpops.model.pod import Pod
from kfpops.model.workflow import Workflow
from tests.builders import NOW
from tests.fakes import FakeKubernetes, a_cluster

PLACE = Place("kubeflow", NOW)
RUNS, PODS_OF_A_RUN = 200, 10


def decoded(kind: type[T], document: Json) -> T:
    return decode_tolerant(kind, msgspec.json.encode(document))


def healthy(*, workflows: bool) -> FakeKubernetes:
    """The same every time: chosen by a generator with a seed."""
    choose = random.Random(20)
    objects: list[object] = [decoded(Node, population.node(PLACE, "node-a"))]
    for run in range(RUNS):
        states = tuple(choose.choice(HEALTHY) for _ in range(PODS_OF_A_RUN))
        pods = [population.pod(PLACE, run, number, state) for number, state in enumerate(states)]
        for number, pod in enumerate(pods):
            objects.append(decoded(Pod, pod))
            objects.append(decoded(Event, _old_event(pod, number, choose)))
        if workflows:
            objects.append(decoded(Workflow, population.workflow(PLACE, run, states)))
    return FakeKubernetes(tuple(objects))


def _old_event(pod: Json, number: int, choose: random.Random) -> Json:
    """What happens to healthy pods too, and was over before they ran."""
    event = population.event(PLACE, pod, number)
    reason, message = choose.choice(
        [
            ("FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu."),
            ("FailedMount", 'MountVolume.SetUp failed for volume "x": failed to sync configmap cache'),
            ("BackOff", "Back-off restarting failed container main"),
            ("Pulling", 'Pulling image "python:3.11"'),
            ("Started", "Started container main"),
        ]
    )
    young = pod["status"]["phase"] == "Pending"
    at = NOW - timedelta(seconds=15 if young else 1_790)
    text = {"reason": "Pulling", "message": "Pulling image"} if young else {"reason": reason, "message": message}
    return event | text | {"lastTimestamp": at.isoformat().replace("+00:00", "Z")}


@pytest.mark.parametrize("readable", [True, False], ids=["with workflows", "workflows are forbidden"])
def test_nothing_is_found_in_a_namespace_of_2000_healthy_pods(readable: bool) -> None:
    kubernetes = healthy(workflows=readable)
    kubernetes.refusals = {} if readable else {"workflows": Forbidden("no", needs="list workflows in kubeflow")}
    diagnosis = diagnose(gather_namespace(a_cluster(kubernetes), "kubeflow"), all_causes())
    assert diagnosis.pod_count > 1_000
    assert [(f.cause, f.title, f.objects[:1]) for f in diagnosis.findings] == []


def test_nothing_is_found_of_single_healthy_pods() -> None:
    kubernetes = healthy(workflows=False)
    pods = [o for o in kubernetes.objects if isinstance(o, Pod)]
    for pod in random.Random(7).sample(pods, 60):
        diagnosis = diagnose(gather_pod(a_cluster(kubernetes), pod.metadata.name), all_causes())
        assert [f.cause for f in diagnosis.findings] == [], pod.status
