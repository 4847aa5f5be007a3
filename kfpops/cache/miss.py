"""A task that KFP did not find in its cache: which part of its fingerprint is another, or why an equal one did not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kfpops.cache.equal import reason_of, run_of, short_equal, why_equal
from kfpops.cache.explanation import Difference
from kfpops.cache.facts import CacheFacts, Earlier
from kfpops.cache.inputs import advice_for_input, content_note
from kfpops.cache.parts import Values, differences, values_of
from kfpops.cache.step import Computed, Step, computed
from kfpops.knowledge.fingerprint import RELEASES, CacheKey
from kfpops.model.finding import Advice
from kfpops.render.words import count, some

_NAMES = {
    "cache-key": "the cache key",
    "image": "the image",
    "code": "the code",
    "command": "the command",
    "claims": "the mounted claims",
    "kfp-version": "the version of KFP",
    "parameter": "parameter",
    "artifact": "input",
    "output-artifact": "output",
    "output-parameter": "output parameter",
}
# What createpvc puts among its parameters when it has to invent the claim's name (driver/k8s.go).
_CREATES_CLAIM = "argostub/createpvc"
_WORKSPACE = "-kfp-workspace"
_CREATE_CLAIM = """from kfp import kubernetes
kubernetes.CreatePVC(pvc_name='training-data', access_modes=['ReadWriteOnce'], size='5Gi', storage_class_name='standard')"""


def differences_of(step: Step, other: Step, facts: CacheFacts) -> tuple[Difference, ...]:
    """What differs between the fingerprints of two executions, inputs with what is known of their content."""
    mine, theirs = computed(step), computed(other)
    found = list(differences(*_comparable(step, mine, other, theirs)))
    if mine and theirs and mine.release and theirs.release and mine.release != theirs.release:
        names = theirs.release.name, mine.release.name
        found.append(Difference("kfp-version", "", *names, note="they compute fingerprints otherwise"))
    return tuple(replace(d, note=content_note(d.name, step, other, facts)) if d.kind == "artifact" else d for d in found)


def _comparable(step: Step, mine: Computed | None, other: Step, theirs: Computed | None) -> tuple[Values, Values]:
    """Both sides by the same release; when one's pipeline is not known, only the inputs."""
    if mine is None or theirs is None:
        keys = (CacheKey(input_artifacts=s.inputs, input_parameters=s.execution.inputs) for s in (other, step))
        before, after = (values_of(key, RELEASES[0]) for key in keys)
        return before, after
    release = mine.release or RELEASES[0]
    return values_of(theirs.key, release), values_of(mine.key, release)


def why_miss(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> str:
    """The reason in a sentence or two."""
    if earlier.equal:
        return why_equal(step, earlier.equal, facts)
    nearest = earlier.nearest
    if nearest is None:
        return _alone(step, earlier, facts)
    what = f"{nearest.label} of {run_of(step, nearest)}"
    if found:
        verb = "differs" if len(found) == 1 else "differ"
        return f"Not in the cache: compared with {what}, {some(_named(found), 6)} {verb}."
    known = nearest.recipe is not None and step.recipe is not None
    rest = "all that is known of both is the same" if known else "its inputs are the same; its code is not known"
    return f"Not in the cache: its fingerprint differs from that of {what}, but {rest}."


def _alone(step: Step, earlier: Earlier, facts: CacheFacts) -> str:
    if facts.against:
        return f"Not in the cache. Run {facts.against[:8]} has no execution of this task to compare it with."
    if earlier.seen:
        ran = count(earlier.seen, "earlier execution")
        return f"Not in the cache: {ran} of this task had caching off, which leaves nothing to take."
    of = f" of the pipeline {step.pipeline}" if step.pipeline else ""
    if not facts.complete:
        return f"Not in the cache. The capture holds no earlier execution of this task{of} to compare it with."
    return f"Not in the cache: this task{of} has not run before."


def short_miss(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> str:
    """The reason in a few words, for a line of a table."""
    if earlier.equal:
        return short_equal(step, earlier.equal, facts)
    nearest = earlier.nearest
    if nearest is None:
        never = "has not run before" if facts.complete else "no earlier execution in the capture"
        none = "ran only with caching off" if earlier.seen else never
        return f"not in run {facts.against[:8]}" if facts.against else none
    run = "this same run" if nearest.run_id == step.run_id else f"run {nearest.run_id[:8] or 'unknown'}"
    return f"{some(_named(found))}: not as in {run}" if found else f"not as in {run}; in what is not known"


def _named(found: tuple[Difference, ...]) -> list[str]:
    return [f"{_NAMES[d.kind]} {d.name}".strip() for d in found]


def advice_for_miss(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> tuple[Advice, ...]:
    """What would have made it a hit; nothing where the miss is right, as with new code."""
    return tuple(dict.fromkeys(_advice(step, earlier, found, facts)))


def _advice(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> Iterator[Advice]:
    if earlier.equal and reason_of(step, earlier.equal, facts) == "deleted":
        yield Advice(
            "Archive runs whose results should be taken again instead of deleting them: the cache goes with the run."
        )
    for difference in found:
        if difference.kind == "artifact" and earlier.nearest is not None:
            yield from advice_for_input(difference.name, step, earlier.nearest, facts)
        if difference.kind == "claims" and (difference.after or "").endswith(_WORKSPACE):
            yield Advice("A workspace is a volume of its own for each run: what uses it is never taken from another run.")
    parameters = [d.name for d in found if d.kind == "parameter"]
    image = step.recipe.container.image if step.recipe else ""
    if image == _CREATES_CLAIM and any(d.kind == "parameter" and d.name == d.after for d in found):
        text = "CreatePVC makes up a new name each time it runs. Give it one (pvc_name) if the claim should be found again."
        yield Advice(text, sdk=_CREATE_CLAIM)
    elif parameters and len(parameters) == len(found):
        text = f"If the result does not depend on {some(parameters)}, leave it out of the task's inputs."
        yield Advice(text)
