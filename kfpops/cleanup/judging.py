"""What is decided of a key by the marks around it, without yet asking how old the object is."""

from __future__ import annotations

from typing import NamedTuple

from kfpops.cleanup.around import Around
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.targets.argo_logs import LogDecision, judge_log
from kfpops.cleanup.targets.orphans import owner_of
from kfpops.cleanup.targets.partial_outputs import unnamed
from kfpops.cleanup.targets.run_artifacts import UNFINISHED
from kfpops.cleanup.terms import Terms
from kfpops.cleanup.verdict import Label, Reason, Verdict


class Decision(NamedTuple):
    """`verdict.goes`: if it was last modified at `cutoff` or before, else it is too young. `mark`: the artifact's that goes.

    It holds for all keys that have the same around them and lie in `folder` (with a `/` at its end), but not in folders in
    it; "" for this key only, None in whatever folder.
    """

    verdict: Verdict
    cutoff: float = 0.0
    mark: Mark | None = None
    folder: str | None = None


def decide(key: str, around: Around, terms: Terms) -> Decision:
    """The rules, the first that fits."""
    if around.shield:
        return _stays(around.shield)
    if not around.root and not around.logs:
        return Decision(Verdict(False, "foreign", "outside-roots"))
    if around.keep:
        return _stays(around.keep)
    run = _run_around(around)
    if run is None:
        return _by_key(key, around, terms)
    if not around.root:
        return Decision(Verdict(False, "foreign", "outside-roots", run.who))
    found = _of_run(key, run, around.named, terms)
    return _unless_log(key, found, terms) if around.logs and found.verdict.goes else found


def too_young(verdict: Verdict) -> Verdict:
    """What becomes of a verdict by which an object may go, when it is too young for it."""
    return Verdict(False, "live", "young", verdict.who, verdict.rule)


def _stays(mark: Mark) -> Decision:
    return Decision(Verdict(False, mark.label, mark.reason, mark.who, mark.rule))


def _run_around(around: Around) -> Mark | None:
    """Runs that lie in each other: one that still writes outweighs one that stays, and that one which is given up."""
    return around.hold or around.kept or around.gone


def _of_run(key: str, run: Mark, named: Mark | None, terms: Terms) -> Decision:
    """`named`: an artifact around the key that may go."""
    if run.kind == "pin" or (not run.goes and run.reason in UNFINISHED):
        return _stays(run)
    if key == run.path:
        # An object in the place of the run's folder: nothing that KFP writes.
        return Decision(Verdict(False, "foreign", "not-run-shaped"), folder="")
    if run.goes:
        return _goes(Verdict(True, run.label, run.reason, run.who, run.rule), run.since, named, terms)
    if named is not None and len(named.path) > len(run.path):
        return _goes(Verdict(True, named.label, named.reason, named.who, named.rule), named.since, named, terms)
    return _goes(unnamed(run, terms.claims, terms.kinds), terms.kinds.partial or 0.0, None, terms)


def _goes(verdict: Verdict, since: float, mark: Mark | None, terms: Terms) -> Decision:
    """As long as the policy asks for its kind."""
    if verdict.goes and not _is_asked(verdict.label, verdict.reason, terms):
        return Decision(verdict._replace(goes=False, reason="kind-not-asked"))
    return Decision(verdict, terms.cutoff(since), mark if verdict.goes else None)


def _is_asked(label: Label, reason: Reason, terms: Terms) -> bool:
    if reason == "run-unknown":
        return terms.kinds.unknown_runs is not None
    return label != "orphan" or terms.kinds.orphans is not None


def _by_key(key: str, around: Around, terms: Terms) -> Decision:
    """Without a run's mark around it, a key tells by itself whose it is, or does not."""
    owner = owner_of(key, around.root.path, terms.claims, terms.kinds) if around.root else None
    if owner is not None:
        found = _of_run(key, owner.mark, around.named, terms)
        found = _unless_log(key, found, terms) if around.logs and found.verdict.goes else found
        return found._replace(folder=owner.folder if found.folder is None else found.folder)
    if around.logs:
        log = _log(key, terms)
        if not around.root or log.verdict.reason != "logs-owner-unknown":
            return Decision(log.verdict, terms.cutoff(terms.kinds.argo_logs or 0.0), folder=log.folder)
    return Decision(Verdict(False, "foreign", "not-run-shaped"), folder="")


def _unless_log(key: str, found: Decision, terms: Terms) -> Decision:
    """What would go, but may be read as the log of a run that stays."""
    log = _log(key, terms)
    if log.verdict.label == "live":
        return Decision(log.verdict, folder=log.folder)
    return found._replace(folder=log.folder)


def _log(key: str, terms: Terms) -> LogDecision:
    return judge_log(key, terms.logs, terms.claims, terms.kinds, all_known=terms.workflows_known)
