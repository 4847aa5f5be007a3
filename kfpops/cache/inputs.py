"""An input of a miss whose artifact has another id than before: is the content another, and where does the id come from."""

from __future__ import annotations

from collections.abc import Iterator

from kfpops.cache.facts import CacheFacts, ObjectState
from kfpops.cache.step import Step
from kfpops.knowledge.sdk import task_variable
from kfpops.model.finding import Advice
from kfpops.model.lineage import CACHED, COMPLETE


def content_note(port: str, step: Step, other: Step, facts: CacheFacts) -> str:
    """Whether another artifact's id stands for another content; "" when that is not known."""
    verdicts = _verdicts(port, step, other, facts)
    if not verdicts or "unknown" in verdicts:
        return ""
    if "other" in verdicts:
        return "another content"
    origin = _whence(port, step, other, facts)
    same = "the same URI" if verdicts == {"one object"} else "same content"
    return f"{same} under another id{f': {origin}' if origin else ''}; the fingerprint holds the id"


def advice_for_input(port: str, step: Step, other: Step, facts: CacheFacts) -> Iterator[Advice]:
    """What would have kept the id of an input whose content is the same."""
    verdicts = _verdicts(port, step, other, facts)
    maker = _maker(port, step, other, facts)
    if maker is None or not verdicts or not verdicts <= {"same", "one object"}:
        return
    if maker.execution.kind == "importer":
        text = (
            "An importer with reimport=True makes a new artifact in each run. With reimport=False KFP takes the one that it"
            " has for this URI, and the id stays."
        )
        yield Advice(text)
    elif maker.execution.state == CACHED:
        yield Advice(_of_a_hit(maker, step, facts))
    elif maker.execution.fingerprint:
        text = f"See why {maker.label} was not taken from the cache itself: then this task's input would have kept its id."
        yield Advice(text)
    else:
        text = (
            f"{maker.label} has caching off: each run makes a new artifact of it, and what reads that is never taken from"
            " another run. Switch its caching on if its result does not change."
        )
        yield Advice(text, sdk=f"{task_variable(maker.execution.task)}.set_caching_options(True)")


def _of_a_hit(maker: Step, step: Step, facts: CacheFacts) -> str:
    text = f"There is nothing to change: {maker.label} was taken from the cache, only from another execution than before."
    chain = facts.origins.get(maker.execution.id, ())
    lasts = bool(chain) and facts.run_states.get(chain[-1].run_id) != "gone"
    if lasts and step.execution.state == COMPLETE:
        text += f" The next run that is given the same result of {maker.label} can take {step.label} from this one."
    return text


def _verdicts(port: str, step: Step, other: Step, facts: CacheFacts) -> set[str]:
    """Empty when the two have not as many artifacts there."""
    before, after = other.inputs.get(port, ()), step.inputs.get(port, ())
    if len(before) != len(after):
        return set()
    return {_same(one, two, facts) for one, two in zip(before, after) if one != two}


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


def _maker(port: str, step: Step, other: Step, facts: CacheFacts) -> Step | None:
    """What put the new artifact into this run; None when the lineage store does not say."""
    new = [id for id in step.inputs.get(port, ()) if id not in other.inputs.get(port, ())]
    made = (s for s in reversed(facts.around) if any(id in new for ids in s.outputs.values() for id in ids))
    return next(made, None)


def _whence(port: str, step: Step, other: Step, facts: CacheFacts) -> str:
    """Why the id is another, as far as it is known."""
    maker = _maker(port, step, other, facts)
    if maker is None:
        producer = _producer(step, port)
        return f"{producer} ran again, or its record in the lineage store is another" if producer else ""
    if maker.execution.kind == "importer":
        return "it was imported anew"
    if maker.execution.state != CACHED:
        return f"{maker.label} ran again{'' if maker.execution.fingerprint else ', with caching off'}"
    chain = facts.origins.get(maker.execution.id, ())
    source = f" from run {chain[-1].run_id[:8]}" if chain and chain[-1].run_id else ""
    return f"{maker.label} was taken from the cache{source}, another execution of it than the one that made the former"


def _producer(step: Step, port: str) -> str:
    source = step.recipe.task.inputs.artifacts.get(port) if step.recipe else None
    return source.task_output_artifact.producer_task if source and source.task_output_artifact else ""
