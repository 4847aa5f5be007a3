"""One execution of a task with all that its fingerprint is made of, and the fingerprint computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kfpops.knowledge.fingerprint import RELEASES, CacheKey, Release, cache_key, completed, fingerprint, release_of
from kfpops.model.lineage import Execution, Place
from kfpops.model.pipeline_ir import Component, ContainerSpec, TaskSpec


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a task is written in its pipeline. `borrowed`: in that of another run, as its own is not known any more."""

    task: TaskSpec
    component: Component
    container: ContainerSpec
    borrowed: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """`inputs` and `outputs`: ids of artifacts by port, in the order of the events. `recipe` None: it is not known.

    `claims`: names of mounted volume claims; None when one could not be found out.
    """

    execution: Execution
    place: Place
    pipeline: str = ""
    recipe: Recipe | None = None
    inputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims: tuple[str, ...] | None = ()

    @property
    def run_id(self) -> str:
        return self.place.run_id

    @property
    def label(self) -> str:
        """What a person calls it: its path, which for most tasks is the task's name."""
        return self.place.path or self.execution.task or f"execution {self.execution.id}"


@dataclass(frozen=True, slots=True)
class Computed:
    """`release` None: no known KFP computes the stored fingerprint from this key. `value` None: nothing can be computed.

    `recovered`: inputs whose events the lineage store has not, found by the fingerprint.
    """

    key: CacheKey
    value: str | None
    release: Release | None = None
    recovered: tuple[str, ...] = ()


def computed(step: Step) -> Computed | None:
    """The fingerprint of a step as KFP computes it; None when its pipeline is not known."""
    recipe, execution = step.recipe, step.execution
    if recipe is None:
        return None
    key = cache_key(
        recipe.task,
        recipe.component,
        recipe.container,
        artifacts=step.inputs,
        parameters=execution.inputs,
        claims=step.claims or (),
    )
    if execution.fingerprint:
        release = release_of(key, execution.fingerprint)
        if release is None:
            declared = recipe.component.input_definitions.artifacts
            whole = completed(key, declared, recipe.task, execution.fingerprint)
            if whole is not None:
                recovered = tuple(sorted(set(whole.input_artifacts) - set(key.input_artifacts)))
                return Computed(whole, execution.fingerprint, release_of(whole, execution.fingerprint), recovered)
        else:
            return Computed(key, execution.fingerprint, release)
    return Computed(key, _value(key))


def _value(key: CacheKey) -> str | None:
    try:
        return fingerprint(key, RELEASES[0])
    except ValueError:
        return None
