"""Whether a run, by what the rules say of it, gives an artifact up: one rule that keeps it outweighs all that do not."""

from __future__ import annotations

from kfpops.cleanup.inventory import ArtifactFact
from kfpops.cleanup.policy.fits import artifact_fits
from kfpops.cleanup.policy.retention import Say


def gives_up(says: tuple[Say, ...], artifact: ArtifactFact | None) -> Say | None:
    """The rule that gives it up; None: it is kept. Without an artifact: the run as a whole.

    A run that a rule keeps something of is not given up as a whole.
    """
    if not says or keeper(says, artifact) is not None:
        return None
    if artifact is None:
        return next((say for say in says if say.whole), None)
    return next((say for say in says if not say.keeps and artifact_fits(say.select, artifact, unknown=False)), None)


def keeper(says: tuple[Say, ...], artifact: ArtifactFact | None) -> Say | None:
    """The rule that keeps it, for the reason; None when none speaks for it. One about whole runs comes first."""
    keeping = [say for say in says if say.keeps and (artifact is None or artifact_fits(say.select, artifact, unknown=True))]
    return next((say for say in keeping if say.whole), keeping[0] if keeping else None)
