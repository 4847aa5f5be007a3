"""Who holds an artifact: which runs would have to go for its bytes to go, and whether anything else holds it anyhow.

The same rules as those of `targets/run_artifacts.py`, asked the other way round; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from kfpops.cleanup.inventory import ArtifactFact, Producer, RunFact, Use
from kfpops.cleanup.policy.claim import gives_up, keeper
from kfpops.cleanup.sight import Sight


@dataclass(frozen=True, slots=True)
class Held:
    """`needs`: runs that all must go before it may. `firmly`: something holds it that no run's going changes.

    `softly`: beside runs, the cache, a retry or an importer holds it, and only as long as the policy respects the cache.
    """

    needs: frozenset[str] = frozenset()
    firmly: bool = False
    softly: bool = False

    @property
    def at_all(self) -> bool:
        return bool(self.needs) or self.firmly or self.softly


def held(artifact: ArtifactFact, sight: Sight) -> Held:
    """All holders together, of its uses and of the cache."""
    producer = artifact.producer
    uses = artifact.uses if producer is None else {*artifact.uses, Use(producer.run_id, "made")}
    needs: set[str] = set()
    firmly = softly = False
    for use in uses:
        run = sight.find(use.run_id)
        if run is None or sight.always(run):
            firmly = True
        elif not run.known:
            firmly |= keeper(sight.said(run), artifact) is not None
        elif not sight.gone(run):
            lasts = use.how == "imported" or run.retryable
            softly |= lasts and not sight.evicts
            if lasts or gives_up(sight.said(run), artifact) is None:
                needs.add(run.id)
    maker = _in_cache(producer, sight) if producer else None
    if maker is not None:
        # An entry goes only with the run in KFP: one of a run that was deleted cannot be evicted any more.
        firmly |= not maker.known
        softly |= not sight.evicts
        needs.add(maker.id)
    return Held(frozenset(needs), firmly, softly)


def _in_cache(producer: Producer, sight: Sight) -> RunFact | None:
    """The run of whose cache entry it is a hit; None when it can be none."""
    run = sight.find(producer.run_id)
    hit = run is not None and run.caches and producer.complete and producer.fingerprint
    return run if run is not None and hit and not sight.gone(run) else None
