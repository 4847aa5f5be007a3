"""What a user may have meant by something that is not there: what the store has near it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from kfpops.errors import NotFound
from kfpops.knowledge.redaction import redact
from kfpops.lineage.hints import likeness, listed
from kfpops.lineage.start import Output, is_uuid, place_in_bucket
from kfpops.model.lineage import Artifact, ArtifactQuery, Execution, ExecutionQuery
from kfpops.ports import Lineage

_SHOWN = 3
# Among so many artifacts of a folder the nearest are looked for.
_COMPARED = 50
_SCHEMES = ("minio", "s3", "gs")


def no_artifact(lineage: Lineage, id: str) -> NotFound:
    """An id that no artifact has: it may be an execution's or a run's, or beyond the newest."""
    message = f"No artifact has the id {id}."
    if execution := _execution(lineage, id):
        return NotFound(message, f"There is an execution {id}{_task(execution)}: write execution:{id}.")
    if is_uuid(id) and lineage.runs([id]):
        return NotFound(message, f"There is a run {id}: try `kfpops lineage run {id}`.")
    newest = next(iter(lineage.find_artifacts(ArtifactQuery())), None)
    hint = f"The newest artifact is {newest.id}." if newest else "The lineage store holds no artifacts."
    return NotFound(message, hint)


def no_execution(lineage: Lineage, id: str) -> NotFound:
    """An id that no execution has: it may be an artifact's, or beyond the newest."""
    message = f"No execution has the id {id}."
    if lineage.artifacts([id]):
        return NotFound(message, f"There is an artifact {id}: write artifact:{id}.")
    newest = next(iter(lineage.find_executions(ExecutionQuery())), None)
    hint = f"The newest step has the id {newest.id}." if newest else "The lineage store holds no steps."
    return NotFound(message, hint)


def no_uri(lineage: Lineage, uri: str) -> NotFound:
    """A URI that no artifact has or begins with: what it lies in, the same place by another scheme, else the nearest."""
    message = f"No artifact has the URI {redact(uri)}, and none begins so."
    scheme, _, rest = place_in_bucket(uri).partition("://")
    above = _above(scheme, rest)
    elsewhere = [f"{other}://{rest}" for other in _SCHEMES if other != scheme]
    known = lineage.artifacts_at([*above, *elsewhere])
    if twins := [a for a in known if a.uri in elsewhere]:
        return NotFound(message, _list("The store has it by another scheme", twins[:_SHOWN]))
    if around := sorted(known, key=lambda a: -len(a.uri)):
        return NotFound(message, _list("It lies in", [a for a in around if a.uri == around[0].uri][:_SHOWN]))
    if near := _nearest(lineage, uri, above):
        return NotFound(message, _list("The nearest are", near))
    if twins := [a for other in elsewhere for a in _beginning(lineage, other, _SHOWN)]:
        return NotFound(message, _list("The store has it by another scheme", twins[:_SHOWN]))
    return NotFound(message, f"The lineage store has nothing in {redact(above[-1] if above else uri)}.")


def no_task(reading: Output, tasks: Iterable[str]) -> NotFound:
    """`tasks`: the paths that the run has."""
    names = sorted({t for t in tasks if t})
    hint = f"Its tasks are {_names(reading.task, names)}." if names else "It has no tasks."
    return NotFound(f'Run {reading.run} has no task "{reading.task}".', hint)


def no_output(reading: Output, tasks: Sequence[Execution], outputs: Iterable[str]) -> NotFound:
    """`outputs`: those that the task has."""
    names = sorted({o for o in outputs if o})
    state = "" if tasks[0].state == "" else f" (its state is {tasks[0].state})"
    hint = f"Its outputs are {_names(reading.output, names)}." if names else f"It has put out no artifacts{state}."
    return NotFound(f'Task {reading.task} of run {reading.run} has no output "{reading.output}".', hint)


def _execution(lineage: Lineage, id: str) -> Execution | None:
    return next(iter(lineage.executions([id])), None)


def _task(execution: Execution) -> str:
    return f" (task {execution.task})" if execution.task else ""


def _above(scheme: str, rest: str) -> list[str]:
    """All folders around a place, the innermost first, the bucket last."""
    parts = rest.split("/")
    return [f"{scheme}://{'/'.join(parts[:end])}" for end in range(len(parts) - 1, 0, -1)]


def _nearest(lineage: Lineage, uri: str, above: Sequence[str]) -> list[Artifact]:
    """From the innermost folder that holds anything. Outer folders hold what inner ones do, so halving finds it."""
    found: list[Artifact] = []
    low, high = 0, len(above)
    while low < high:
        middle = (low + high) // 2
        here = _beginning(lineage, f"{above[middle]}/", _COMPARED)
        low, high, found = (low, middle, here) if here else (middle + 1, high, found)
    return sorted(found, key=lambda a: -_begins_alike(a.uri, uri))[:_SHOWN]


def _beginning(lineage: Lineage, prefix: str, most: int) -> list[Artifact]:
    """The newest whose URI begins so."""
    found = lineage.find_artifacts(ArtifactQuery(uri_prefix=prefix))
    return list(islice((a for a in found if a.uri.startswith(prefix)), most))


def _begins_alike(one: str, other: str) -> int:
    """How many characters the beginnings of both share."""
    return next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))


def _list(what: str, artifacts: Sequence[Artifact]) -> str:
    return "\n".join([f"{what}:", *(f"  artifact:{a.id}  {redact(a.uri)}" for a in artifacts)])


def _names(typed: str, names: Sequence[str]) -> str:
    """The near ones first, by their whole path or its last part, and no more than a line holds."""
    ordered = sorted(names, key=lambda n: -max(likeness(typed, n), likeness(typed, n.rpartition("/")[2])))
    return listed(ordered)
