"""What is asked when all has come to rest: is everything there that something needs, is what was taken back really back?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kfpops.cleanup.apply.outcome import Result
from tests.cleanup.world.reading import Reader


def at_rest(reader: Reader) -> None:
    """Everything that a kept run refers to is still there; else it is a loss."""
    kfp = reader.kfp
    for run_id in filter(reader.lives, list(kfp.runs)):
        for artifact in [i for i in kfp.artifacts if run_id in kfp.runs_of(i)]:
            missing = frozenset(k for k in kfp.contents[artifact] if k not in kfp.store.objects)
            reader.misses(run_id, artifact, missing, f"LOST: at rest {sorted(missing)} are missing")


def hollow(reader: Reader) -> list[str]:
    """Rows that are LIVE, though clean-up has deleted some of their bytes since: an importer would take them.

    Importers' own rows, too, but for those that came too late (`late`, `missed_after`), and those of runs that were retried
    in the moment of their eviction: their pods may write a row while their files go.
    """
    kfp = reader.kfp
    rows = [a.id for a in kfp.artifacts.values() if a.state == "LIVE" and not any(run in a.uri for run in reader.cut_short)]
    lost = reader.gone.keys() - kfp.store.objects.keys()
    return [row for row in rows if any(_was_there(reader, row, key) for key in kfp.contents[row] & lost)]


def _was_there(reader: Reader, artifact_id: str, key: str) -> bool:
    """Whether the row was there when clean-up last looked before it deleted the object."""
    before = reader.anew.get(artifact_id, -1) <= reader.went[key]
    return before and not reader.is_late(artifact_id, key)


@dataclass(frozen=True, slots=True)
class Before:
    """What was there before clean-up began: the places of objects, the rows that were LIVE, and which turn it was."""

    places: frozenset[str]
    live: frozenset[str]
    turn: int

    def went(self, reader: Reader) -> set[str]:
        """Of these places, those whose objects clean-up has deleted since."""
        return {place for place, turn in reader.went.items() if turn > self.turn and place in self.places}


def before(reader: Reader) -> Before:
    kfp = reader.kfp
    live = frozenset(a.id for a in kfp.artifacts.values() if a.state == "LIVE")
    return Before(frozenset(kfp.store.objects), live, reader.turn)


def not_given_back(reader: Reader, was: Before, told: Result | None, *, died: bool) -> Iterator[str]:
    """What an undo owed and did not give: what a bucket with versions hides, and rows of which nothing is missing.

    `told`: what it said, None when it was killed after it had done it. `died`: clean-up was killed before. A delete whose
    answer nobody has seen may still come, so rows of what it was to delete may stay as they are; that must be told.
    """
    kfp, there = reader.kfp, reader.kfp.store.objects.keys()
    gone = was.went(reader)
    for place in sorted(gone - there) if kfp.store.versioned else ():
        yield f"undo did not bring {place} back"
    left = [kfp.artifacts[id] for id in sorted(was.live) if kfp.artifacts[id].state != "LIVE"]
    whole = [row for row in left if not kfp.contents[row.id] & (reader.gone.keys() - there)]
    if not died:
        yield from (f"undo left artifact {row.id} {row.state}, though all of it is there" for row in whole)
    if told is None:
        return
    if told.lost < len(left):
        yield f"undo said that {told.lost} artifacts are lost, and {[row.id for row in left]} are not LIVE"
    if told.restored > len(gone & there):
        yield f"undo said that {told.restored} objects are back, and {len(gone & there)} are"
