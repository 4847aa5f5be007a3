"""Where an execution stands in its run: KFP writes only its parent's id, its task's name and perhaps an iteration.

backend/src/v2/driver: a loop is one DAG execution with `iteration_count`, and below it one for each iteration, which has the
loop's task name again and an `iteration_index`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from kfpops.model.lineage import Execution, Place


def ancestors_of(
    executions: Iterable[Execution],
    known: Mapping[str, Execution],
    read: Callable[[Sequence[str]], Sequence[Execution]],
) -> dict[str, Execution]:
    """What stands above these executions, by id, beside what is `known`: one call of `read` for each level that is not.

    A store has no quicker way to an execution's run: MLMD has no index on `Association.execution_id`.
    """
    found: dict[str, Execution] = {}
    asked: set[str] = set()
    above = list(executions)
    while above:
        parents = [id for id in dict.fromkeys(e.parent_id for e in above if e.parent_id) if id not in asked]
        asked.update(parents)
        unknown = [id for id in parents if id not in known]
        found.update((e.id, e) for e in (read(unknown) if unknown else ()))
        above = [e for id in parents if (e := known.get(id) or found.get(id)) is not None]
    return found


def place_of(execution: Execution, known: Mapping[str, Execution]) -> Place:
    """The place, as far as the ancestors are `known` (by id). A chain that breaks or closes leaves `run_id` empty."""
    names: list[str] = []
    plain: list[str] = []
    run_id = execution.run_id
    seen: set[str] = set()
    here: Execution | None = execution
    while here is not None and here.id not in seen:
        seen.add(here.id)
        run_id = run_id or here.run_id
        if here.task:
            _add(names, plain, here)
        here = known.get(here.parent_id) if here.parent_id else None
    return Place(run_id, "/".join(reversed(names)), "/".join(reversed(plain)))


def _add(names: list[str], plain: list[str], execution: Execution) -> None:
    """An iteration is named with its loop, whose own name it repeats."""
    if execution.iteration is None and names and _is_iteration_of(names[-1], execution.task):
        return
    index = "" if execution.iteration is None else f"[{execution.iteration}]"
    names.append(execution.task + index)
    plain.append(execution.task)


def _is_iteration_of(below: str, loop: str) -> bool:
    return below.startswith(f"{loop}[")
