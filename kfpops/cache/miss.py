"""A task that KFP did not find in its cache: which part of its fingerprint is another, or why an equal one did not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kfpops.cache.explanation import Difference
from kfpops.cache.facts import CacheFacts, Earlier, ObjectState
from kfpops.cache.parts import Values, differences, values_of
from kfpops.cache.step import Computed, Step, computed
from kfpops.knowledge.fingerprint import RELEASES, CacheKey
from kfpops.model.finding import Advice
from kfpops.model.lineage import CACHED, COMPLETE
from kfpops.render.words import count, moment, some

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
    return tuple(replace(d, note=_content(d.name, step, other, facts)) if d.kind == "artifact" else d for d in found)


def _comparable(step: Step, mine: Computed | None, other: Step, theirs: Computed | None) -> tuple[Values, Values]:
    """Both sides by the same release; when one's pipeline is not known, only the inputs."""
    if mine is None or theirs is None:
        keys = (CacheKey(input_artifacts=s.inputs, input_parameters=s.execution.inputs) for s in (other, step))
        before, after = (values_of(key, RELEASES[0]) for key in keys)
        return before, after
    release = mine.release or RELEASES[0]
    return values_of(theirs.key, release), values_of(mine.key, release)


def _content(port: str, step: Step, other: Step, facts: CacheFacts) -> str:
    """Whether another artifact's id stands for another content."""
    pairs = list(zip(other.inputs.get(port, ()), step.inputs.get(port, ())))
    if not pairs or len(other.inputs[port]) != len(step.inputs[port]):
        return ""
    verdicts = {_same(before, after, facts) for before, after in pairs if before != after}
    producer = _producer(step, port)
    again = f": {producer} ran again, or its record in the lineage store is another" if producer else ""
    if verdicts == {"one object"}:
        return f"the same URI under another id{again}; the fingerprint holds the id"
    if verdicts <= {"same", "one object"}:
        return f"same content under another id{again}; the fingerprint holds the id"
    return "" if "unknown" in verdicts else "another content"


def _same(before: str, after: str, facts: CacheFacts) -> str:
    one, other = (facts.artifacts.get(id) for id in (before, after))
    if one is None or other is None or not one.uri or not other.uri:
        return "unknown"
    if one.uri == other.uri:
        return "one object"
    first, second = (_bytes(facts.objects.get(a.uri)) for a in (one, other))
    return "unknown" if first is None or second is None else "same" if first == second else "other"


def _bytes(state: ObjectState | None) -> tuple[int | None, str] | None:
    """Size and ETag; None for folders, and where the store gives no ETag."""
    about = state.about if state else None
    return (about.size, about.etag) if about and about.etag else None


def _producer(step: Step, port: str) -> str:
    source = step.recipe.task.inputs.artifacts.get(port) if step.recipe else None
    return source.task_output_artifact.producer_task if source and source.task_output_artifact else ""


def why_miss(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> str:
    """The reason in a sentence or two."""
    if earlier.equal:
        return _equal(step, earlier, facts)
    nearest = earlier.nearest
    if nearest is None:
        return _alone(step, earlier, facts)
    what = f"{nearest.label} of {_run(step, nearest)}"
    if found:
        verb = "differs" if len(found) == 1 else "differ"
        return f"Not in the cache: compared with {what}, {some(_named(found), 6)} {verb}."
    known = nearest.recipe is not None and step.recipe is not None
    rest = "all that is known of both is the same" if known else "its inputs are the same; its code is not known any more"
    return f"Not in the cache: its fingerprint differs from that of {what}, but {rest}."


def _alone(step: Step, earlier: Earlier, facts: CacheFacts) -> str:
    if facts.against:
        return f"Not in the cache. Run {facts.against[:8]} has no execution of this task to compare it with."
    if earlier.seen:
        ran = count(earlier.seen, "earlier execution")
        return f"Not in the cache: {ran} of this task had caching off, which leaves nothing to take."
    of = f" of the pipeline {step.pipeline}" if step.pipeline else ""
    return f"Not in the cache: this task{of} has not run before."


def _equal(step: Step, earlier: Earlier, facts: CacheFacts) -> str:
    groups: dict[str, list[str]] = {}
    for reason, other in sorted(((_no_hit(step, s, facts), s) for s in earlier.equal), key=lambda pair: _RANK[pair[0][0]]):
        groups.setdefault(_REASONS[reason[0]].format(reason[1]), []).append(f"{other.label} of {_run(step, other)}")
    told = [f"{some(names, 2)} {reason}" for reason, names in list(groups.items())[:_MOST]]
    begin = "An equal execution" if len(earlier.equal) == 1 else "Equal executions"
    return f"Not in the cache. {begin} ran before, but none counts: {'; '.join(told)}."


# Why an execution with the same fingerprint was not taken, the most telling reason first.
_REASONS = {
    "running": "had not completed when this one looked: both ran at the same time",
    "deleted": "was deleted with its run, and its entry in the cache with it",
    "pipeline": "belongs to the pipeline {}, and KFP takes only what ran under the same pipeline name",
    "namespace": "ran in the namespace {}",
    "lost": "completed in time and its run is still there: its entry in the cache must be lost, or was never written",
    "unknown": "completed in time; whether its run, and so its entry in the cache, was deleted is not known",
    "later": "ran later",
    "copy": "was itself taken from the cache: only what really ran has an entry there",
    "failed": "did not complete ({}): only a success is entered into the cache",
}
_RANK = {reason: rank for rank, reason in enumerate(_REASONS)}
_MOST = 3


def _no_hit(step: Step, other: Step, facts: CacheFacts) -> tuple[str, str]:
    """A key of _REASONS, and what stands in its text."""
    mine, its = step.execution, other.execution
    if other.pipeline and step.pipeline and other.pipeline != step.pipeline:
        return "pipeline", other.pipeline
    if its.namespace and mine.namespace and its.namespace != mine.namespace:
        return "namespace", its.namespace
    if its.created_at and mine.created_at and its.created_at > mine.created_at:
        return "later", ""
    if its.state == CACHED:
        return "copy", ""
    if its.state != COMPLETE:
        return "failed", its.state
    if its.updated_at and mine.created_at and its.updated_at > mine.created_at:
        return "running", ""
    states = {"gone": "deleted", "there": "lost"}
    return states.get(facts.run_states.get(other.run_id, ""), "unknown"), ""


def _run(step: Step, other: Step) -> str:
    at = other.execution.created_at
    when = f" ({moment(at)})" if at else ""
    return f"this same run{when}" if other.run_id == step.run_id else f"run {other.run_id[:8] or 'unknown'}{when}"


def _named(found: tuple[Difference, ...]) -> list[str]:
    return [f"{_NAMES[d.kind]} {d.name}".strip() for d in found]


def advice_for_miss(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> tuple[Advice, ...]:
    """What would have made it a hit; nothing where the miss is right, as with new code."""
    return tuple(dict.fromkeys(_advice(step, earlier, found, facts)))


def _advice(step: Step, earlier: Earlier, found: tuple[Difference, ...], facts: CacheFacts) -> Iterator[Advice]:
    best = min((_no_hit(step, s, facts)[0] for s in earlier.equal), key=_RANK.__getitem__, default="")
    if best == "deleted":
        yield Advice(
            "Archive runs whose results should be taken again instead of deleting them: the cache goes with the run."
        )
    for difference in found:
        producer = _producer(step, difference.name) if difference.kind == "artifact" else ""
        if producer and difference.note.startswith(("same content", "the same URI")):
            text = f"See why {producer} was not taken from the cache itself: then this task's input would have kept its id."
            yield Advice(text)
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
