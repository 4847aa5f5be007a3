"""The claims that a step mounts: KFP resolves their names where the step stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kfpops.cache.explain import explain
from kfpops.cache.gather import gather_cache
from kfpops.model.workflow import Workflow
from tests.builders import kube
from tests.cache.world import World, a_pipeline
from tests.fakes import FakePipelines


@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"constant": "models"}, id="a name, as older SDKs wrote it"),
        pytest.param({"pvcNameParameter": {"runtimeValue": {"constant": "models"}}}, id="a name"),
        pytest.param({"componentInputParameter": "volume"}, id="a parameter of the pipeline"),
        pytest.param(
            {"taskOutputParameter": {"producerTask": "load", "outputParameterKey": "name"}}, id="what another task made"
        ),
    ],
)
def test_where_the_name_of_a_claim_comes_from(source: dict[str, Any]) -> None:
    world = World()
    world.run("new", a_pipeline(claim={**source, "mountPath": "/models"}), volume="models")
    world.step("new", "load", outputs={"name": "models"})
    world.step("new", "train", claims=("models",))
    found = world.task("new")
    assert found.fingerprint
    assert found.fingerprint.equal
    assert [p.text for p in found.parts if p.kind == "claims"] == ["models"]


def test_a_claim_whose_name_is_not_known() -> None:
    world = World()
    source = {"taskOutputParameter": {"producerTask": "load", "outputParameterKey": "name"}}
    world.run("new", a_pipeline(claim={**source, "mountPath": "/models"}))
    world.step("new", "train", claims=("models",))
    found = world.explained("new")
    assert found.tasks[0].fingerprint
    assert found.tasks[0].fingerprint.equal is False
    assert [n.source for n in found.not_checked] == ["fingerprint"]


@pytest.mark.parametrize("text", ["{{$.workspace_path}}", "/kfp-workspace/data"])
def test_a_workspace_is_a_claim_named_after_the_workflow(text: str) -> None:
    world = World()
    world.run("new")
    world.step("new", "train", parameters={"path": text}, claims=("nightly-x7k2p-kfp-workspace",))
    workflow = kube(Workflow, {"metadata": {"name": "nightly-x7k2p"}})
    cluster = replace(world.cluster(), pipelines=FakePipelines(world.runs, {"new": workflow}))
    found = explain(gather_cache(cluster, "new")).tasks[0]
    assert found.fingerprint
    assert found.fingerprint.equal
