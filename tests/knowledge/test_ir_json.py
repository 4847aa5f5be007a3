"""Compiled pipelines, also such as no compiler wrote."""

from __future__ import annotations

from typing import Any

import pytest

from kfpops.knowledge.ir_json import pipeline_ir, pipeline_ir_from_yaml

SPEC: dict[str, Any] = {
    "pipelineInfo": {"name": "train", "displayName": None},
    "schemaVersion": "2.1.0",
    "sdkVersion": "kfp-2.17.0",
    "components": {
        "comp-fit": {
            "executorLabel": "exec-fit",
            "inputDefinitions": {"parameters": {"n": {"parameterType": "NUMBER_INTEGER"}}},
        }
    },
    "deploymentSpec": {
        "executors": {
            "exec-fit": {
                "container": {"image": "python:3.11", "resources": {"memoryLimit": 0.4, "resourceMemoryLimit": "400Mi"}}
            }
        }
    },
    "root": {
        "dag": {"tasks": {"fit": {"cachingOptions": {}, "componentRef": {"name": "comp-fit"}, "taskInfo": {"name": "fit"}}}}
    },
}


@pytest.mark.parametrize(
    "document",
    [None, "", [], {}, 3, "components: {}", {"apiVersion": "argoproj.io/v1alpha1", "spec": {}}, {"pipeline_spec": None}],
)
def test_these_are_no_pipelines(document: object) -> None:
    assert pipeline_ir(document) is None


@pytest.mark.parametrize("document", [SPEC, {"pipeline_spec": SPEC, "platform_spec": {"platforms": {}}}])
def test_a_pipeline_with_or_without_platform_settings(document: object) -> None:
    ir = pipeline_ir(document)
    assert ir is not None
    container = ir.container("fit")
    assert container is not None
    assert (ir.pipeline_info.name, container.image, container.resources.resource_memory_limit) == (
        "train",
        "python:3.11",
        "400Mi",
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"sdkVersion": 2}, id="a number for a version"),
        pytest.param({"pipelineInfo": ["train"]}, id="a list for a name"),
        pytest.param({"components": {**SPEC["components"], "odd": "text"}}, id="a component that is text"),
        pytest.param({"components": {**SPEC["components"], "odd": {"dag": 3}}}, id="a graph that is a number"),
        pytest.param(
            {"deploymentSpec": {"executors": {**SPEC["deploymentSpec"]["executors"], "odd": []}}}, id="an odd executor"
        ),
    ],
)
def test_an_odd_part_does_not_hide_the_others(change: dict[str, Any]) -> None:
    ir = pipeline_ir({**SPEC, **change})
    assert ir is not None
    assert ir.container("fit") is not None


@pytest.mark.parametrize(
    "text", ["", "  \n", "{a: [", "- a", "words", "kind: Workflow", "a: !!python/object:os.system {}", "\x00"]
)
def test_these_texts_are_no_pipelines(text: str) -> None:
    assert pipeline_ir_from_yaml(text) is None


def test_yaml_with_platform_settings_behind_it() -> None:
    text = "pipelineInfo: {name: train}\nroot: {dag: {tasks: {}}}\n---\nplatforms: {kubernetes: {}}\n"
    ir = pipeline_ir_from_yaml(text)
    assert ir is not None
    assert ir.pipeline_info.name == "train"
