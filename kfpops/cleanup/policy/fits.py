"""Whether a run, or an artifact in it, is what a rule selects.

What is not known of it answers as `unknown` says: a rule that gives up needs to know, a rule that keeps does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from kfpops.cleanup.inventory import ArtifactFact, RunFact
from kfpops.cleanup.policy.policy import Select

_YEAR_10000 = 253_402_300_800.0


def name_fits(name: str, patterns: Iterable[str]) -> bool:
    """Whether it is one of these names, or fits one of these globs. Case matters."""
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in patterns)


def began(run: RunFact) -> float | None:
    """When the run was created, by which KFP lists runs; else when it ended. None when nothing tells."""
    return next((at for at in (run.created_at, run.finished_at) if at is not None and 0 < at < _YEAR_10000), None)


def ended(run: RunFact) -> float | None:
    """When the run ended, from which its age counts; else when it was created. None when nothing tells."""
    return next((at for at in (run.finished_at, run.created_at) if at is not None and 0 < at < _YEAR_10000), None)


def run_fits(select: Select, run: RunFact, now: float, *, unknown: bool = False) -> bool:
    """By the selectors of runs alone. `unknown`: what an empty name or a missing time counts as."""
    names = (
        (select.namespace, run.namespace),
        (select.pipeline, run.pipeline),
        (select.experiment, run.experiment),
        (select.recurring_run, run.recurring_run),
        (select.state, run.state),
    )
    for patterns, name in names:
        if patterns and not name_fits(name, patterns) and not (unknown and not name):
            return False
    if select.older_than is None:
        return True
    at = ended(run)
    return unknown if at is None else now - at > select.older_than


def artifact_fits(select: Select, artifact: ArtifactFact, *, unknown: bool) -> bool:
    """By the selectors of artifacts alone. `unknown`: what an unknown type or size counts as."""
    if select.whole_runs:
        return True
    if select.type and not (name_fits(artifact.type, select.type) if artifact.type else unknown):
        return False
    if not all(_label_fits(artifact, name, select) for name in {name for name, _ in select.label}):
        return False
    if select.larger_than is None and select.smaller_than is None:
        return True
    if artifact.size is None:
        return unknown
    larger = select.larger_than is None or artifact.size > select.larger_than
    return larger and (select.smaller_than is None or artifact.size < select.smaller_than)


def _label_fits(artifact: ArtifactFact, name: str, select: Select) -> bool:
    value = artifact.labels.get(name)
    return value is not None and name_fits(value, (pattern for key, pattern in select.label if key == name))
