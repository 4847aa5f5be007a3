"""Fingerprints, against those that servers stored, and the inputs that the lineage store lost."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kfpops.knowledge.fingerprint import (
    CUSTOM_KEY,
    RELEASES,
    CacheKey,
    cache_key,
    completed,
    fingerprint,
    message,
    release_of,
)
from kfpops.model.pipeline_ir import (
    ArtifactSpec,
    CachingOptions,
    Component,
    ComponentRef,
    ContainerSpec,
    InputArtifact,
    OutputOfTask,
    ParameterSpec,
    Ports,
    TaskInputs,
    TaskSpec,
)

NEW, NEW_SILENT, MIDDLE, OLD, OLDEST = RELEASES
DATASET = ArtifactSpec({"schemaTitle": "system.Dataset", "schemaVersion": "0.0.1"})
KEY = CacheKey(
    input_artifacts={"data": ("7",)},
    input_parameters={"rows": 100.0},
    output_artifacts={"model": DATASET},
    output_parameters={"Output": "NUMBER_DOUBLE"},
    image="python:3.11",
    command=("sh", "-c", "a < b"),
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_what_is_hashed_by_2_15_to_2_17() -> None:
    text = (
        r'{"containerSpec":{"cmdArgs":["sh","-c","a \u003c b"],"image":"python:3.11"}'
        r',"inputArtifactNames":{"data":{"artifactNames":["7"]}},"inputParameterValues":{"rows":100}'
        r',"outputArtifactsSpec":{"executor-logs":{"name":"executor-logs","type":{"schemaTitle":"system.Artifact"}}'
        r',"model":{"name":"model","type":{"schemaTitle":"system.Dataset","schemaVersion":"0.0.1"}}}'
        r',"outputParametersSpec":{"Output":"NUMBER_DOUBLE"}}'
    )
    assert fingerprint(KEY, NEW) == sha(text)


def test_what_is_empty_is_left_out_but_for_the_container() -> None:
    assert fingerprint(CacheKey(), OLD) == sha('{"containerSpec":{}}')
    logs = '"outputArtifactsSpec":{"executor-logs":{"type":{"schemaTitle":"system.Artifact"}}}'
    assert fingerprint(CacheKey(), MIDDLE) == sha(f'{{"containerSpec":{{}},{logs}}}')


def test_an_input_without_artifacts_is_an_empty_list() -> None:
    assert message(CacheKey(input_artifacts={"data": ()}), NEW)["inputArtifactNames"] == {"data": {}}


def test_metadata_of_an_output_belongs_to_it() -> None:
    spec = ArtifactSpec({"schemaTitle": "system.Model"}, {"framework": "none"})
    found = message(CacheKey(output_artifacts={"model": spec}), OLD)["outputArtifactsSpec"]
    assert found == {"model": {"type": {"schemaTitle": "system.Model"}, "metadata": {"framework": "none"}}}


def test_only_2_15_and_later_see_the_claims() -> None:
    mounted = replace(KEY, claims=("a", "b"))
    assert fingerprint(mounted, MIDDLE) == fingerprint(KEY, MIDDLE)
    assert message(mounted, NEW)["containerSpec"] == {
        "image": "python:3.11",
        "cmdArgs": ["sh", "-c", "a < b"],
        "pvcNames": ["a", "b"],
    }


def test_a_task_without_a_pod_has_no_log() -> None:
    claim = CacheKey(image="argostub/createpvc", output_parameters={"name": "STRING"})
    assert fingerprint(claim, NEW) == fingerprint(claim, OLD)


@pytest.mark.parametrize("release", [NEW, NEW_SILENT, MIDDLE, OLD])
def test_the_release_is_told_by_the_fingerprint(release: object) -> None:
    stored = fingerprint(KEY, release)  # type: ignore[arg-type]
    assert release_of(KEY, stored) is release


def test_the_oldest_differ_only_where_go_did() -> None:
    assert fingerprint(KEY, OLD) == fingerprint(KEY, OLDEST)
    odd = replace(KEY, command=("\b",))
    assert release_of(odd, fingerprint(odd, OLDEST)) is OLDEST


def test_no_release_fits() -> None:
    assert release_of(KEY, "0" * 64) is None
    assert release_of(replace(KEY, input_parameters={"rows": float("nan")}), "0" * 64) is None


def test_a_key_of_the_author() -> None:
    key = replace(KEY, custom="nightly", component="comp-train")
    assert release_of(key, sha("comp-train\0nightly")) is CUSTOM_KEY
    # Servers up to 2.17 do not know it.
    assert release_of(key, fingerprint(KEY, NEW)) is NEW
    assert fingerprint(replace(key, component=""), CUSTOM_KEY) == sha("nightly")


def test_the_key_of_a_task() -> None:
    outputs = Ports({"model": DATASET}, {"Output": ParameterSpec("NUMBER_DOUBLE"), "old": ParameterSpec()})
    task = TaskSpec(ComponentRef("comp-train"), caching_options=CachingOptions(True, "mine"))
    container = ContainerSpec("python:3.11", command=("python",), args=("-c", "{{$}}"))
    key = cache_key(
        task,
        Component("exec-train", output_definitions=outputs),
        container,
        artifacts={"data": ("7",)},
        parameters={"rows": 1.0},
        claims=("b", "a", "b"),
    )
    assert key.command == ("python", "-c", "{{$}}")
    assert key.claims == ("a", "b")
    assert key.output_parameters == {"Output": "NUMBER_DOUBLE", "old": "PARAMETER_TYPE_ENUM_UNSPECIFIED"}
    assert (key.custom, key.component) == ("mine", "comp-train")


def from_task(producer: str) -> InputArtifact:
    return InputArtifact(OutputOfTask(producer, "data"))


JOIN = TaskSpec(inputs=TaskInputs({"left": from_task("load"), "right": from_task("load"), "other": from_task("clean")}))
DECLARED = {"left": DATASET, "right": DATASET, "other": DATASET}


@pytest.mark.parametrize(
    "whole, known",
    [
        pytest.param({"left": ("7",), "right": ("7",), "other": ("8",)}, ("left", "other"), id="two inputs of one output"),
        pytest.param({"left": ("7",), "right": ("7",), "other": ("7",)}, ("other",), id="outputs that are one artifact"),
        pytest.param({"left": ("7",), "right": ("7",), "other": ("7", "9")}, ("other",), id="one of a list"),
    ],
)
def test_inputs_whose_events_are_missing_are_found(whole: dict[str, tuple[str, ...]], known: tuple[str, ...]) -> None:
    stored = fingerprint(replace(KEY, input_artifacts=whole), NEW)
    partial = replace(KEY, input_artifacts={port: whole[port] for port in known})
    found = completed(partial, DECLARED, JOIN, stored)
    assert found is not None
    assert found.input_artifacts == whole


def test_an_optional_input_may_be_absent() -> None:
    declared = {**DECLARED, "extra": ArtifactSpec(DATASET.artifact_type, is_optional=True)}
    whole = {"left": ("7",), "right": ("7",), "other": ("8",)}
    stored = fingerprint(replace(KEY, input_artifacts=whole), NEW)
    found = completed(replace(KEY, input_artifacts={"left": ("7",), "other": ("8",)}), declared, JOIN, stored)
    assert found is not None
    assert found.input_artifacts == whole


@pytest.mark.parametrize("known", [{}, {"left": ("7",), "right": ("7",), "other": ("8",)}], ids=["none", "all"])
def test_nothing_is_invented(known: dict[str, tuple[str, ...]]) -> None:
    assert completed(replace(KEY, input_artifacts=known), DECLARED, JOIN, "0" * 64) is None
