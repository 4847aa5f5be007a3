"""Pins of all kinds, and that none is lost in silence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.cleanup.gather.pins import gather_pins
from kfpops.cleanup.inventory import Gap, Pin
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import Forbidden, NotFound, NotInBundle, Unreachable, UsageError
from kfpops.knowledge.model_use import MARK
from kfpops.model.inference_service import InferenceService
from kfpops.model.kinds import T
from kfpops.model.workload import Deployment, StatefulSet
from kfpops.ports import Cluster
from tests.builders import kube
from tests.cleanup.gather.lines import MADE, a_lineage, artifact, the_cluster
from tests.fakes import FakeKubernetes

URI = "s3://models/churn"
POLICY = Policy(pins_file="keep.txt")


def thing(kind: type[T], spec: dict[str, Any] | None = None, **metadata: Any) -> T:
    return kube(kind, {"metadata": {"name": "shop", "namespace": "web", **metadata}, "spec": spec or {}})


def served(**model: Any) -> InferenceService:
    return thing(InferenceService, {"predictor": {"model": model}})


def gathered(text: str = "", *objects: Any, cluster: Cluster | None = None) -> tuple[tuple[Pin, ...], tuple[Gap, ...]]:
    return gather_pins(cluster or the_cluster(objects=objects), POLICY, text)


@pytest.mark.parametrize("text", ["", "  \n", "# nothing\n"])
def test_nothing_is_pinned(text: str) -> None:
    assert gathered(text) == ((), ())


def test_a_cluster_without_kserve_is_no_gap() -> None:
    kubernetes = FakeKubernetes(refusals={"inferenceservices": NotFound("unknown")})
    assert gathered(cluster=the_cluster(kubernetes=kubernetes)) == ((), ())


def test_a_bad_line_is_a_mistake_of_the_user() -> None:
    with pytest.raises(UsageError, match=r"keep\.txt, line 2"):
        gathered(f"{URI}\nwhat is this\n")


def test_a_pin_that_leads_nobody_knows_where_is_a_fatal_gap() -> None:
    pins, (gap,) = gathered("", served(storageUri="weird://models/churn"))
    assert [pin.target for pin in pins] == ["weird://models/churn"]
    assert (gap.fatal, "scheme weird" in gap.why, "external_schemes" in gap.hint) == (True, True, True)
    named = replace(POLICY, external_schemes=("weird",))
    assert gather_pins(the_cluster(), named, "weird://models/churn")[1] == ()


def test_lines_of_the_file() -> None:
    pins, gaps = gathered(f"{URI} prod\n1\n{MADE}\n{MADE}/load/data best\n")
    assert pins == (
        Pin(URI, "keep.txt, line 1", "prod"),
        Pin(artifact("1").uri, "keep.txt, line 2", "1"),
        Pin(MADE, "keep.txt, line 3", MADE),
        Pin(artifact("1").uri, "keep.txt, line 4", "best"),
    )
    assert gaps == ()


def test_a_pin_that_leads_nowhere_is_a_fatal_gap() -> None:
    pins, (gap,) = gathered("77\n")
    assert pins == ()
    assert gap == Gap("pin 77", "keep.txt, line 1: nothing is called so", "Correct the pin, or take it away.")


def test_a_pin_that_cannot_be_looked_up_is_a_fatal_gap() -> None:
    cluster = the_cluster(a_lineage(error=Unreachable("It is down.")))
    pins, (gap,) = gathered(f"{URI}\n77\n", cluster=cluster)
    assert [pin.target for pin in pins] == [URI]
    assert (gap.source, gap.why, gap.fatal) == ("pin 77", "It is down.", True)


def test_models_that_are_served_and_marks() -> None:
    objects = (
        served(storageUri=URI),
        thing(Deployment, annotations={MARK: "1"}),
        thing(StatefulSet, labels={MARK: "77"}),
    )
    pins, (gap,) = gathered("", *objects)
    assert pins == (Pin(URI, "inference-service", "web/shop"), Pin(artifact("1").uri, "annotation", "web/shop"))
    assert (gap.source, gap.fatal) == ("pin 77", True)


def test_a_bucket_in_a_secret_wants_a_line_in_the_pins_file() -> None:
    hidden = served(storage={"key": "k", "path": "models/churn"})
    _, (gap,) = gathered("", hidden)
    assert gap.fatal
    assert "web/shop: spec.predictor.model.storage.path" in gap.why
    assert gap.hint.endswith("then web/shop.")
    pins, gaps = gathered(f"{URI} web/shop", hidden)
    assert ([pin.target for pin in pins], gaps) == ([URI], ())


@pytest.mark.parametrize("plural", ["inferenceservices", "deployments", "statefulsets"])
@pytest.mark.parametrize("error", [Forbidden("No.", needs="list them"), NotInBundle("left out"), Unreachable("down")])
def test_what_cannot_be_listed_everywhere_is_a_fatal_gap(plural: str, error: Unreachable) -> None:
    _, (gap,) = gathered(cluster=the_cluster(kubernetes=FakeKubernetes(refusals={plural: error})))
    assert (gap.source, gap.fatal) == (plural, True)
