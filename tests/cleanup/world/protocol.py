"""The protocol of `cleanup apply` as an explicit-state model: every interleaving of a cleaner with KFP is looked at.

The world: run P is given up; its artifact X is in the cache, and was imported before. Run A starts, and its driver looks the
cache up; run I starts, and its importer looks for X; run F has failed and left a file that nothing names: it may be retried,
and then uploads the file again. The cleaner may be killed after each of its steps, and goes on by what its journal says.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.cleanup.world.protocol_state import NEXT, RESUME, Rules, State


def moves(s: State, rules: Rules) -> Iterator[tuple[str, State]]:
    """All that may happen next: a step of a run, a step of the cleaner, its death."""
    yield from ((f"A {n}", _judged(t)) for n, t in _cached_run(s))
    yield from ((f"I {n}", _judged(t)) for n, t in _import_run(s))
    yield from ((f"F {n}", _judged(t)) for n, t in _failed_run(s, rules))
    if s.cleaner != "done":
        yield from ((f"cleaner {s.cleaner}", _judged(t, rules)) for t in clean(s, rules))
        yield "cleaner dies", s._replace(cleaner=RESUME.get(s.cleaner, "plan"))


def _cached_run(s: State) -> Iterator[tuple[str, State]]:
    match s.a:
        case "none":
            yield "starts", s._replace(a="begun")
        case "begun":
            yield "looks the cache up", s._replace(a="hit" if s.cached else "missed")
        case "hit":
            yield "publishes the hit", s._replace(a="published")
        case "published":
            yield "reads", s._replace(a="read", verdict="" if s.bytes else "A reads what is gone")


def _import_run(s: State) -> Iterator[tuple[str, State]]:
    match s.i:
        case "none":
            yield "starts", s._replace(i="begun")
        case "begun":
            yield "looks for a live row", s._replace(i="found" if s.x == "LIVE" else "new row")
        case "found":
            yield "publishes", s._replace(i="published")
        case "new row":
            yield "publishes", s._replace(i="published", late=s.looked or not s.bytes)
        case "published":
            gone = not s.bytes and not s.late
            yield "reads", s._replace(i="read", verdict="I reads what is gone" if gone else "")


def _failed_run(s: State, rules: Rules) -> Iterator[tuple[str, State]]:
    match s.f:
        case "failed":
            yield "is retried", s._replace(f="retried")
        case "retried":
            yield "uploads again", s._replace(f="uploaded", file=1 if rules.same_bytes else 2)
        case "uploaded":
            yield "reads", s._replace(f="done", verdict="" if s.file else "F reads what is gone")


def clean(s: State, rules: Rules) -> Iterator[State]:
    """The cleaner's next step, and where it stands then; nothing while it waits."""
    on = s._replace(cleaner=NEXT[s.cleaner])
    match s.cleaner:
        case "plan":
            file_goes = not rules.keep_retryable and s.f in ("failed", "done")
            runs = s.waits if rules.list_after else _unfinished(s)
            yield on._replace(goes=not _needed(s), file_goes=file_goes, waits=runs)
        case "evict":
            yield on._replace(cached=s.cached and not (rules.evict and s.goes))
        case "mark":
            yield on._replace(x="MARKED" if s.goes and rules.mark else s.x)
        case "list":
            yield on._replace(waits=_unfinished(s) if rules.list_after else s.waits)
        case "wait":
            if not rules.wait or not s.waits & _unfinished(s):
                yield on
        case "remark":
            yield _looked(on._replace(looked=False)) if rules.remark else on
        case "look":
            seen = _looked(on) if rules.look and rules.remark else on
            yield seen._replace(looked=True)
        case "intent":
            yield on._replace(journalled=s.journalled or rules.intent)
        case "delete":
            gone = s.goes and (s.bytes == 1 or not rules.condition)
            file_gone = s.file_goes and (s.file == 1 or not rules.condition)
            yield on._replace(bytes=0 if gone else s.bytes, file=0 if file_gone else s.file)
        case "outcome":
            yield on._replace(journalled=s.journalled or s.goes)
        case "confirm":
            yield on._replace(x="DELETED" if s.goes and not s.bytes else s.x)
        case _:
            yield on


def _unfinished(s: State) -> frozenset[str]:
    states = {"A": s.a in ("begun", "hit", "published"), "I": s.i in ("begun", "found", "new row", "published")}
    return frozenset(run for run, unfinished in states.items() if unfinished)


def _needed(s: State) -> bool:
    """Whether the lineage store tells of a use: A and I are kept by the policy, finished or not."""
    return s.a in ("published", "read") or s.i in ("published", "read")


def _looked(s: State) -> State:
    goes = s.goes and not _needed(s)
    back = s.goes and not goes and s.x == "MARKED"
    return s._replace(goes=goes, x="LIVE" if back else s.x, file_goes=s.file_goes and s.f in ("failed", "done"))


def _judged(s: State, rules: Rules | None = None) -> State:
    """With what must never be: bytes gone that a kept run refers to, or bytes gone of which the journal knows nothing."""
    if s.verdict:
        return s
    if not s.bytes and (s.a == "read" or (s.i == "read" and not s.late)):
        return s._replace(verdict="a kept run refers to what is gone")
    if not s.file and s.f in ("uploaded", "done"):
        return s._replace(verdict="a file of a run that was retried is gone")
    if not s.bytes and not s.journalled:
        return s._replace(verdict="deleted before it was journalled")
    return s
