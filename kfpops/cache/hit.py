"""A task that was taken from the cache: from where, whether its objects are still there, what the fingerprint overlooks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from kfpops.cache.explanation import Caveat, Presence, PresenceState
from kfpops.cache.facts import CacheFacts
from kfpops.cache.step import Step
from kfpops.knowledge.fingerprint import EXECUTOR_LOGS
from kfpops.knowledge.overwritten import NOT_STORED
from kfpops.knowledge.redaction import redact_value
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice
from kfpops.model.pipeline_ir import ContainerSpec
from kfpops.render.words import age, duration, moment, some

# `registry:5000/name:tag`: a colon before the last slash is a port's.
_TAG = re.compile(r":([\w][\w.-]*)$")


def objects_of(step: Step, facts: CacheFacts) -> tuple[Presence, ...]:
    """One row for each output artifact of a hit, gone ones first."""
    rows = [_presence(port, id, facts) for port, ids in sorted(step.outputs.items()) for id in ids]
    return tuple(sorted(rows, key=lambda row: (row.state != "gone", row.port, row.uri)))


def _presence(port: str, id: str, facts: CacheFacts) -> Presence:
    artifact = facts.artifacts.get(id)
    if artifact is None or not artifact.uri:
        return Presence(port, "", "unknown")
    found = facts.objects.get(artifact.uri)
    state: PresenceState = found.state if found else "unknown"
    if state == "gone" and (artifact.type in NOT_STORED or port == EXECUTOR_LOGS):
        state = "never-stored"
    return Presence(port, artifact.uri, state)


def warnings_of(step: Step, origin: Step | None, facts: CacheFacts) -> tuple[Caveat, ...]:
    """What may have changed between the execution that really ran and this one without a change of the fingerprint."""
    found = [*_imports(step, facts)]
    if step.recipe is not None:
        container = step.recipe.container
        if origin is not None and origin.recipe is not None and not origin.recipe.borrowed:
            found += _container(origin.recipe.container, container)
        found += _image(container.image)
        if step.claims:
            found.append(_claims(step.claims))
    return tuple(found)


def _claims(names: tuple[str, ...]) -> Caveat:
    one = len(names) == 1
    mounted, its = ("claim {} is", "its name") if one else ("claims {} are", "their names")
    text = (
        f"The {mounted.format(some(names))} mounted: the fingerprint holds {its}, not what is in {'it' if one else 'them'}."
        " Switch caching off for a task that reads what others write there (set_caching_options(False))."
    )
    return Caveat("claims", text)


def _imports(step: Step, facts: CacheFacts) -> Iterator[Caveat]:
    for port, ids in sorted(step.inputs.items()):
        for id in ids:
            artifact, importer = facts.artifacts.get(id), facts.imports.get(id)
            if artifact is None or importer is None:
                continue
            state = facts.objects.get(artifact.uri)
            changed = state.about.modified_at if state and state.about else None
            if changed and artifact.created_at and changed > artifact.created_at:
                text = (
                    f"Its input {port} is imported from {artifact.uri}, which was written on {moment(changed)}, after it was"
                    f" first imported on {moment(artifact.created_at)}: the artifact's id, and so the fingerprint, stayed."
                )
                yield Caveat("import-changed", text, changed=True)


def _container(before: ContainerSpec, after: ContainerSpec) -> Iterator[Caveat]:
    old, new = ({v.name: v.value for v in c.env} for c in (before, after))
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if changed:
        texts = "; ".join(f"{name}: {_value(name, old)} then, {_value(name, new)} now" for name in sorted(changed))
        yield Caveat("environment", f"Environment variables differ from when it ran: {texts}.", changed=True)
    if before.resources != after.resources:
        one, other = (msgspec.structs.asdict(c.resources) for c in (before, after))
        fields = sorted(f for f in one if one[f] != other[f])
        texts = "; ".join(f"{f.replace('_', ' ')}: {_shown(one[f])} then, {_shown(other[f])} now" for f in fields)
        yield Caveat("resources", f"Resources differ from when it ran: {texts}.", changed=True)


def _value(name: str, values: dict[str, str]) -> str:
    return repr(redact_value(name, values[name])) if name in values else "not set"


def _shown(value: object) -> str:
    return "not set" if value in ("", None, 0) else str(value)


def _image(image: str) -> Iterator[Caveat]:
    if not image or "@sha256:" in image or image.startswith("argostub/"):
        return
    tag = _TAG.search(image)
    if tag is None or tag.group(1) == "latest":
        how, other = "has the tag latest" if tag else "has no tag, which means latest", "another image of this name"
    else:
        how, other = "has a tag, no digest", "a tag that was moved"
    text = f"The image {image} {how}: the cache does not notice {other}, as it would another digest (…@sha256:…)."
    yield Caveat("image-tag", text)


def _importers(step: Step, facts: CacheFacts) -> Iterator[str]:
    for id in dict.fromkeys(id for ids in step.inputs.values() for id in ids if id in facts.imports):
        artifact = facts.artifacts[id]
        kind = artifact.type.removeprefix("system.") or "Artifact"
        yield f"dsl.importer(artifact_uri={artifact.uri!r}, artifact_class=dsl.{kind}, reimport=True)"


def advice_for_hit(
    step: Step, origin: Step | None, facts: CacheFacts, gone: bool, warnings: tuple[Caveat, ...]
) -> tuple[Advice, ...]:
    """What to do about a hit that should not have been one."""
    task, variable = step.execution.task, task_variable(step.execution.task)
    found: list[Advice] = []
    if gone:
        text = f"Run {task} once without the cache, so that it writes its outputs again."
        found.append(Advice(text, sdk=f"{variable}.set_caching_options(False)"))
        if origin is not None and origin.run_id and facts.run_states.get(origin.run_id) != "gone":
            text = (
                f"As long as run {origin.run_id} exists in KFP, later runs take the same hole from the cache."
                " Deleting that run takes its entries out of the cache; its objects and its lineage stay."
            )
            found.append(Advice(text, sdk=f"import kfp\nkfp.Client().delete_run({origin.run_id!r})"))
    kinds = {warning.kind for warning in warnings}
    if "import-changed" in kinds:
        text = "Import with reimport=True: each import then makes a new artifact, and what reads it runs again."
        found += [Advice(text, sdk=code) for code in _importers(step, facts)]
    if "environment" in kinds:
        found.append(Advice("Pass what changes the result as an input parameter: environment variables are no part of it."))
    return tuple(dict.fromkeys(found))


def short_hit(step: Step, origin: Step | None, facts: CacheFacts, objects: tuple[Presence, ...]) -> str:
    """From where, and whether its objects are there, for a line of a table."""
    at = origin.execution.created_at if origin else None
    when = f", {age((facts.now - at).total_seconds())} ago" if at else ""
    run = "an execution that is not known"
    if origin is not None:
        run = f"run {origin.run_id[:8]}" if origin.run_id != step.run_id else "this same run"
    states = [o.state for o in objects]
    words: dict[PresenceState, str] = {"gone": "gone", "unknown": "not checked", "present": "in the store"}
    told = ", ".join(f"{states.count(state)} {word}" for state, word in words.items() if state in states)
    return f"from {run}{when}{f'; objects: {told}' if told else ''}"


def why_hit(step: Step, chain: tuple[Step, ...], facts: CacheFacts) -> str:
    """The run and the execution that it was taken from, and how long ago that ran."""
    source = step.execution.cached_from
    if not chain:
        return (
            f"Taken from the cache: from execution {source}, which the lineage store does not hold."
            if source
            else ("Taken from the cache; the lineage store does not say from where.")
        )
    origin = chain[-1]
    at = origin.execution.created_at
    when = f", which ran {duration((facts.now - at).total_seconds())} ago ({moment(at)})" if at else ""
    run = f"run {origin.run_id[:8]}" if origin.run_id != step.run_id else "this same run"
    steps_between = len(chain) - 1
    by_way = "another hit" if steps_between == 1 else f"{steps_between} other hits"
    over = f", by way of {by_way}" if steps_between else ""
    text = f"Taken from the cache: from {origin.label} of {run}{when}{over}."
    if facts.run_states.get(origin.run_id) == "gone":
        text += " That run has been deleted from KFP since, so the next equal run will not be a hit on it."
    return text
