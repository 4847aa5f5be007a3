"""Compiled pipelines, also such as no compiler wrote."""

from __future__ import annotations

import json
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


def test_claims_and_ports_of_both_forms_of_a_pipeline() -> None:
    spec = {
        "root": {"dag": {"tasks": {"train": {"componentRef": {"name": "comp"}, "cachingOptions": {"cacheKey": "k"}}}}},
        "components": {
            "comp": {
                "executorLabel": "exec",
                "inputDefinitions": {"artifacts": {"data": {"isOptional": True}}},
                "outputDefinitions": {
                    "artifacts": {"model": {"artifactType": {"schemaTitle": "system.Model"}, "metadata": {"a": 1}}},
                    "parameters": {"Output": {"parameterType": "STRING"}},
                },
            }
        },
        "deploymentSpec": {"executors": {"exec": {"container": {"env": [{"name": "A", "value": "b"}]}}}},
    }
    mounts = [{"constant": "a"}, {"pvcNameParameter": {"componentInputParameter": "c"}}]
    platform = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"exec": {"pvcMount": mounts}}}}}}
    nested = pipeline_ir({"pipeline_spec": spec, "platform_spec": platform})
    text = pipeline_ir_from_yaml(f"{json.dumps(spec)}\n---\n{json.dumps(platform)}\n")
    assert nested is not None
    assert nested == text
    component = nested.component("train")
    assert component is not None
    assert component.input_definitions.artifacts["data"].is_optional
    assert component.output_definitions.artifacts["model"].metadata == {"a": 1}
    assert component.output_definitions.parameters["Output"].parameter_type == "STRING"
    first, second = nested.kubernetes.deployment_spec.executors["exec"].pvc_mount
    assert first.name_source.runtime_value is not None
    assert first.name_source.runtime_value.constant == "a"
    assert second.name_source.component_input_parameter == "c"
    container = nested.container("train")
    assert container is not None
    assert [(v.name, v.value) for v in container.env] == [("A", "b")]


def test_odd_platform_settings_do_not_hide_the_pipeline() -> None:
    odd = {"platforms": {"kubernetes": {"deploymentSpec": {"executors": {"a": {"pvcMount": 7}, "b": {"pvcMount": []}}}}}}
    ir = pipeline_ir({"pipeline_spec": {"pipelineInfo": {"name": "p"}}, "platform_spec": odd})
    assert ir is not None
    assert list(ir.kubernetes.deployment_spec.executors) == ["b"]
