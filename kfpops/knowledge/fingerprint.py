"""The fingerprint under which KFP looks a task up in its cache, and the parts that it is made of.

kubeflow/pipelines, backend/src/v2: cacheutils/cache.go (`GenerateCacheKey`, `GenerateFingerPrint`), driver/cache.go,
`provisionOutputs` in driver/driver.go; api/v2alpha1/cache_key.proto. Read at the tags 2.0.0 to 2.17.0, and after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Final, cast

from kfpops.knowledge.go_json import go_json
from kfpops.model.lineage import JsonValue
from kfpops.model.pipeline_ir import ArtifactSpec, Component, ContainerSpec, TaskSpec

EXECUTOR_LOGS: Final = "executor-logs"
"""The output that the driver adds for the log (`provisionOutputs`, since 2.5 unless PUBLISH_LOGS says otherwise)."""

# Images of tasks that the driver carries out itself, without a pod and so without a log (`dummyImages`).
_WITHOUT_POD = frozenset({"argostub/createpvc", "argostub/deletepvc"})
# What `ParameterType.String()` gives for components of compilers that wrote the older field `type`.
_NO_TYPE = "PARAMETER_TYPE_ENUM_UNSPECIFIED"
# Combinations of artifacts for inputs whose events are missing; few inputs share an artifact.
_TRIES = 256


@dataclass(frozen=True, slots=True)
class Release:
    """How servers of some versions compute it: with the outputs' names, the log's output, the mounted claims."""

    name: str
    names: bool = False
    logs: bool = False
    claims: bool = False
    go_1_22: bool = True


RELEASES: Final = (
    Release("KFP 2.15 to 2.17", names=True, logs=True, claims=True),
    Release("KFP 2.15 to 2.17 with PUBLISH_LOGS off", names=True, claims=True),
    Release("KFP 2.5 to 2.14", logs=True),
    Release("KFP 2.0 to 2.4, or 2.5 to 2.14 with PUBLISH_LOGS off"),
    Release("KFP 2.0 to 2.3", go_1_22=False),
)
CUSTOM_KEY: Final = Release("KFP after 2.17, which takes the task's own cache key")


@dataclass(frozen=True, slots=True)
class CacheKey:
    """What a fingerprint is made of. `input_artifacts`: the ids of the lineage store by input, in the order of its events.

    `command` is the command with its arguments, placeholders unresolved; `claims` are sorted names, each once. `custom` is
    the author's own cache key of a component (`component` is the name of its reference), which replaces all else.
    """

    input_artifacts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    input_parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    output_artifacts: Mapping[str, ArtifactSpec] = field(default_factory=dict)
    output_parameters: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    command: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    custom: str = ""
    component: str = ""


def cache_key(
    task: TaskSpec,
    component: Component,
    container: ContainerSpec,
    *,
    artifacts: Mapping[str, tuple[str, ...]],
    parameters: Mapping[str, JsonValue],
    claims: tuple[str, ...] = (),
) -> CacheKey:
    """The key of one execution: its component as compiled, and the inputs with which the driver filled it."""
    outputs = component.output_definitions
    return CacheKey(
        input_artifacts=artifacts,
        input_parameters=parameters,
        output_artifacts=outputs.artifacts,
        output_parameters={name: spec.parameter_type or _NO_TYPE for name, spec in outputs.parameters.items()},
        image=container.image,
        command=(*container.command, *container.args),
        claims=tuple(sorted(set(claims))),
        custom=task.caching_options.cache_key if task.caching_options else "",
        component=task.component_ref.name,
    )


def fingerprint(key: CacheKey, release: Release = RELEASES[0]) -> str:
    """Hexadecimal sha256. Raises ValueError when a parameter is a number that JSON has not: no driver gets that far."""
    if release is CUSTOM_KEY:
        name = f"{key.component}\0" if key.component else ""
        return hashlib.sha256(f"{name}{key.custom}".encode()).hexdigest()
    # protojson leaves out what is empty, but for the message `containerSpec`, which is always set.
    found = {name: part for name, part in message(key, release).items() if part or name == "containerSpec"}
    return hashlib.sha256(go_json(found, go_1_22=release.go_1_22)).hexdigest()


def message(key: CacheKey, release: Release) -> dict[str, JsonValue]:
    """The `CacheKey` message as JSON, empty fields included."""
    container: dict[str, JsonValue] = {"image": key.image, "cmdArgs": list(key.command)}
    if release.claims:
        container["pvcNames"] = list(key.claims)
    return {
        "inputArtifactNames": {
            port: {"artifactNames": list(ids)} if ids else {} for port, ids in key.input_artifacts.items()
        },
        "inputParameterValues": dict(key.input_parameters),
        "outputArtifactsSpec": _outputs(key, release),
        "outputParametersSpec": dict(key.output_parameters),
        "containerSpec": {name: part for name, part in container.items() if part},
    }


def release_of(key: CacheKey, stored: str) -> Release | None:
    """The servers that compute `stored` for this key; None when none does."""
    if key.custom and fingerprint(key, CUSTOM_KEY) == stored:
        return CUSTOM_KEY
    try:
        return next((release for release in RELEASES if fingerprint(key, release) == stored), None)
    except ValueError:
        return None


def completed(key: CacheKey, declared: Mapping[str, ArtifactSpec], task: TaskSpec, stored: str) -> CacheKey | None:
    """The key with the inputs whose events are missing, found by what `stored` must be; None when nothing fits.

    The store keeps one event for an artifact and an execution: of two inputs with the same artifact one has no event.
    """
    tries = islice(_completions(key, declared, task), _TRIES)
    return next((found for found in tries if release_of(found, stored)), None)


def _completions(key: CacheKey, declared: Mapping[str, ArtifactSpec], task: TaskSpec) -> Iterator[CacheKey]:
    known = key.input_artifacts
    missing = sorted(port for port in declared if port not in known)
    if not missing or not known:
        return
    sources = task.inputs.artifacts
    choices = []
    for port in missing:
        # First what has the same source in the pipeline; but other tasks' outputs can be one artifact too (cache hits).
        same = [known[p] for p in known if p in sources and sources[p] == sources.get(port)]
        single = [(artifact,) for ids in known.values() for artifact in ids]
        absent: list[tuple[str, ...] | None] = [None] if declared[port].is_optional or port not in sources else []
        choices.append([*dict.fromkeys([*same, *single, *known.values()]), *absent])
    for chosen in product(*choices):
        more = {port: ids for port, ids in zip(missing, chosen) if ids is not None}
        yield replace(key, input_artifacts={**known, **more})


def _outputs(key: CacheKey, release: Release) -> dict[str, JsonValue]:
    specs = dict(key.output_artifacts)
    if release.logs and key.image not in _WITHOUT_POD:
        specs[EXECUTOR_LOGS] = ArtifactSpec({"schemaTitle": "system.Artifact"})
    return {name: _artifact(name, spec, release) for name, spec in specs.items()}


def _artifact(name: str, spec: ArtifactSpec, release: Release) -> JsonValue:
    """A `RuntimeArtifact` whose URI is wiped. Its name is set since 2.15."""
    found: dict[str, JsonValue] = {"name": name} if release.names else {}
    if spec.artifact_type is not None:
        found["type"] = cast(JsonValue, spec.artifact_type)
    if spec.metadata is not None:
        found["metadata"] = cast(JsonValue, spec.metadata)
    return found
