"""Who notices that something live is gone: the readers in the world, and the book of all that must be known for it.

Nothing here knows how clean-up decides. Live is: what a run that KFP has, and that is unfinished or that the policy keeps,
refers to; what any unfinished run reads; and what is pinned. Gone is only what clean-up deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.cleanup.world.kfp import Kfp
from tests.cleanup.world.store import covers, path_of


def _no_run(run_id: str) -> bool:
    return False


@dataclass
class Reader:
    """`keeps`: what the policy says of a run, in the scenario's own words. `losses`: empty when all is well.

    `turn` counts everything that happens. `looks`: URI → the turn of the last look at it, "" for one at all new rows.
    `gone`: key → the turn of the last look before it was deleted, None without one; `went`: key → the turn of that.
    `farthest_look`: how many points lay at most between the last look, at whatever, and a delete after it. Two exceptions
    are counted apart:

    `late`: a row that an importer made anew (the old one of its URI is marked) between the last look and the delete. `anew`:
    all rows that importers made, and their turns; `missed_after`: those of what was gone already, which is a user's mistake.
    `cut_short`: runs that were retried between clean-up's last question and their eviction, which KFP cannot make depend on
    anything. `asked`, `retried`: the turns of these.

    `pins`: URIs that somebody has pinned, and the turn of that. `quarantine`: seconds that must pass between what clean-up
    last made unreachable (`hidden_at`, by everybody's clock) and the first delete. `versions_seen`: place → the turn in
    which its versions were last asked for; `rolled_back`: those whose newest version somebody has deleted, and when.
    `store_seen`: bucket and prefix → when it was last listed, by the store's clock. `markers`: place → the delete marker
    that clean-up put on it last.
    """

    kfp: Kfp
    keeps: Callable[[str], bool] = _no_run
    losses: list[str] = field(default_factory=list)
    turn: int = 0
    points: int = 0
    looks: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int | None] = field(default_factory=dict)
    anew: dict[str, int] = field(default_factory=dict)
    late: set[tuple[str, str]] = field(default_factory=set)
    reads: int = 0
    looked_at: int = 0
    farthest_look: int = 0
    cut_short: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    retried: dict[str, int] = field(default_factory=dict)
    went: dict[str, int] = field(default_factory=dict)
    markers: dict[str, str] = field(default_factory=dict)
    missed_after: int = 0
    pins: dict[str, int] = field(default_factory=dict)
    quarantine: float = 0.0
    hidden_at: float = 0.0
    versions_seen: dict[str, int] = field(default_factory=dict)
    rolled_back: dict[str, int] = field(default_factory=dict)
    store_seen: dict[str, float] = field(default_factory=dict)

    def read(self, run_id: str, artifact_id: str) -> Iterator[None]:
        """What KFP's launcher does with an input: list, then get. An empty listing is no error there: it is poison."""
        path = path_of(self.kfp.artifacts[artifact_id].uri)
        listed = self.kfp.store.below(path)
        yield
        wanted = self.kfp.contents[artifact_id]
        if wanted and not listed:
            self.misses(run_id, artifact_id, wanted, "POISON: found an empty directory")
        for key in sorted(wanted):
            if run_id in self.kfp.runs and key not in self.kfp.store.objects:
                self.misses(run_id, artifact_id, frozenset({key}), f"LOST: could not read {key}")
            self.reads += 1
            yield

    def misses(self, run_id: str, artifact_id: str, keys: frozenset[str], what: str) -> None:
        ours = {key for key in keys if key in self.gone}
        if not ours or run_id not in self.kfp.runs:
            return
        if all(self.is_late(artifact_id, key) for key in ours):
            before = any(self.anew[artifact_id] <= self.went[key] for key in ours)
            self.late |= {(run_id, artifact_id)} if before else set()
            self.missed_after += not before
        else:
            self.losses.append(f"{what}, run {run_id}, artifact {artifact_id}")

    def is_late(self, artifact_id: str, key: str) -> bool:
        imported, look = self.anew.get(artifact_id), self.gone.get(key)
        return imported is not None and look is not None and imported > look

    def hides(self) -> None:
        """Called when clean-up evicts or marks something."""
        self.hidden_at = self.kfp.now.timestamp()

    def evicts(self, run_id: str) -> None:
        self.hides()
        since = self.retried.get(run_id, -1) > self.asked.get(run_id, -1)
        if run_id in self.kfp.runs and (since or not self.kfp.finished(run_id)):
            self.cut_short.add(run_id)

    def imported_anew(self, artifact_id: str) -> None:
        self.anew[artifact_id] = self.turn

    def expected(self, uri: str) -> frozenset[str]:
        """What a user who imports a URI expects there: what was recorded there before, and what lies there."""
        path = path_of(uri)
        recorded = (key for keys in self.kfp.contents.values() for key in keys if covers(path, key))
        return frozenset((*recorded, *self.kfp.store.below(path)))

    def upload_was_aborted(self, run_id: str, key: str) -> None:
        if run_id in self.kfp.runs:
            self.losses.append(f"LOST: the upload of {key} was aborted under run {run_id}")

    def looked(self, uris: tuple[str, ...]) -> None:
        self.looks.update(dict.fromkeys(uris, self.turn))
        self.looked_at = self.points

    def lives(self, run_id: str) -> bool:
        return run_id in self.kfp.runs and (not self.kfp.finished(run_id) or self.keeps(run_id))
