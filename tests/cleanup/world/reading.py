"""Who notices that something live is gone: readers in the world, and what is asked when all has come to rest.

Nothing here knows how clean-up decides. Live is: what a run that KFP has, and that is unfinished or that the policy keeps,
refers to; and what any unfinished run reads. Gone is only what clean-up deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.cleanup.world.kfp import DAY, Kfp, workflow_of
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
    missed_after: int = 0

    def read(self, run_id: str, artifact_id: str) -> Iterator[None]:
        """What KFP's launcher does with an input: list, then get. An empty listing is no error there: it is poison."""
        path = path_of(self.kfp.artifacts[artifact_id].uri)
        listed = self.kfp.store.below(path)
        yield
        wanted = self.kfp.contents[artifact_id]
        if wanted and not listed:
            self._misses(run_id, artifact_id, wanted, "POISON: found an empty directory")
        for key in sorted(wanted):
            if run_id in self.kfp.runs and key not in self.kfp.store.objects:
                self._misses(run_id, artifact_id, frozenset({key}), f"LOST: could not read {key}")
            self.reads += 1
            yield

    def _misses(self, run_id: str, artifact_id: str, keys: frozenset[str], what: str) -> None:
        ours = {key for key in keys if key in self.gone}
        if not ours or run_id not in self.kfp.runs:
            return
        if all(self._is_late(artifact_id, key) for key in ours):
            before = any(self.anew[artifact_id] <= self.went[key] for key in ours)
            self.late |= {(run_id, artifact_id)} if before else set()
            self.missed_after += not before
        else:
            self.losses.append(f"{what}, run {run_id}, artifact {artifact_id}")

    def _is_late(self, artifact_id: str, key: str) -> bool:
        imported, look = self.anew.get(artifact_id), self.gone.get(key)
        return imported is not None and look is not None and imported > look

    def evicts(self, run_id: str) -> None:
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

    def deleted(self, key: str, written_at: float) -> None:
        """Called at the very moment when clean-up has deleted an object. One younger than the grace is always live."""
        self.went[key] = self.turn
        if self.kfp.store_time - written_at < DAY and not any(run in key for run in self.cut_short):
            self.losses.append(f"LOST: {key} was written a moment ago")
        artifacts = [i for i, a in self.kfp.artifacts.items() if covers(path_of(a.uri), key)]
        uris = {self.kfp.artifacts[i].uri for i in artifacts} | {""}
        looks = [self.looks[uri] for uri in uris if uri in self.looks]
        self.gone[key] = max(looks, default=None)
        self.farthest_look = max(self.farthest_look, self.points - self.looked_at)
        for artifact in artifacts:
            if key in self.kfp.contents[artifact]:
                self._judge(key, artifact)
        self._judge_log(key)

    def _judge(self, key: str, artifact: str) -> None:
        for run_id in self.kfp.runs_of(artifact):
            if self._lives(run_id):
                self._misses(run_id, artifact, frozenset({key}), f"LOST: {key} was deleted under a live reference")

    def _judge_log(self, key: str) -> None:
        for run_id, run in self.kfp.runs.items():
            if self._lives(run_id) and f"/{workflow_of(run.pipeline_name, run_id)}/" in key:
                self.losses.append(f"LOST: the log {key} of run {run_id}")

    def _lives(self, run_id: str) -> bool:
        return run_id in self.kfp.runs and (not self.kfp.finished(run_id) or self.keeps(run_id))

    def hollow(self) -> list[str]:
        """Rows that are LIVE, though clean-up has deleted some of their bytes since: an importer would take them.

        Importers' own rows, too, but for those that came too late (`late`, `missed_after`).
        """
        rows = [a.id for a in self.kfp.artifacts.values() if a.state == "LIVE"]
        lost = self.gone.keys() - self.kfp.store.objects.keys()
        return [row for row in rows if any(self._was_there(row, key) for key in self.kfp.contents[row] & lost)]

    def _was_there(self, artifact_id: str, key: str) -> bool:
        """Whether the row was there when clean-up last looked before it deleted the object."""
        before = self.anew.get(artifact_id, -1) <= self.went[key]
        return before and not self._is_late(artifact_id, key)

    def at_rest(self) -> None:
        """Everything that a kept run refers to is still there."""
        for run_id in filter(self._lives, list(self.kfp.runs)):
            for artifact in [i for i in self.kfp.artifacts if run_id in self.kfp.runs_of(i)]:
                missing = frozenset(k for k in self.kfp.contents[artifact] if k not in self.kfp.store.objects)
                self._misses(run_id, artifact, missing, f"LOST: at rest {sorted(missing)} are missing")
