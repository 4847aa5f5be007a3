"""Pasts in which it matters where something lies, and whose it is: versions, buckets, users, pins, uploads, quarantine."""

from __future__ import annotations

from datetime import timedelta

from tests.cleanup.world.installation import root_of
from tests.cleanup.world.kfp import START
from tests.cleanup.world.shapes import PLAIN, TRAIN, USE, A, B, P, Q, importing, place_of
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import OTHER, ROOT
from tests.cleanup.world.world import World


def versions(world: World) -> None:
    """B is kept. Of one of its files there are older versions, which go; another was deleted, and can be brought back."""
    replaced, deleted = _with_versions(world)
    world.will_run(A, TRAIN)
    marker = world.kfp.store.versions[deleted][-1].version_id
    world.will_do(
        "user",
        lambda: world.kfp.put(replaced, "fifth bytes"),
        lambda: world.kfp.store.remove_version(deleted, marker),
    )


def rolled_back(world: World) -> None:
    """Somebody deletes the newest version of a kept file: the old one, which the plan lets go, is current again."""
    replaced, _ = _with_versions(world)
    world.will_do("user", lambda: world.roll_back(replaced))


def _with_versions(world: World) -> tuple[str, str]:
    """The places of a file that was written four times, and of one that was deleted, both of a kept run."""
    world.kfp.store.versioned = True
    world.had(P, TRAIN)
    kept = world.had(B, Spec("other", (PLAIN,)), 5)
    replaced, deleted = (f"{kept.places['make']}/part-{number}" for number in (0, 1))
    world.kfp.now = START - timedelta(days=3)
    for time in ("second", "third", "fourth"):
        world.kfp.put(replaced, f"{time} bytes")
    world.kfp.store.remove(deleted, world.kfp.store_time)
    world.kfp.now = START
    return replaced, deleted


def quarantine(world: World) -> None:
    """An import while it is waited, and time that passes by itself."""
    world.had(P, TRAIN)
    world.reader.quarantine = 60.0
    world.will_run(A, importing(world))
    world.will_do("time", lambda: world.kfp.tick(40.0), lambda: world.kfp.tick(3600.0))


def two_buckets(world: World) -> None:
    """All of P was copied to the same keys of another bucket; a kept run imported a part of the copy. Q is there, too."""
    world.had(P, TRAIN, 40)
    world.had(Q, Spec("other", (PLAIN,), f"{OTHER}/v2/artifacts"), 30)
    world.kfp.now = START - timedelta(days=20)
    for place in [place for place in world.kfp.store.objects if place.startswith(f"{ROOT}/train/{P}/")]:
        world.kfp.store.put(_copy_of(place), "a copy", world.kfp.store_time)
    world.kfp.now = START
    uri = place_of(world, P, "make")
    world.had(B, _bringing(_copy_of(uri)), 2)
    world.will_run(A, _bringing(place_of(world, Q, "make")))


def _copy_of(place: str) -> str:
    return place.replace(ROOT, f"{OTHER}/v2/artifacts")


def _bringing(uri: str) -> Spec:
    return Spec("other", (Task("bring", imports=uri), Task("use", "", ("model",), ("bring",))))


def pinned(world: World) -> None:
    """The dataset of a run that goes, by a name of the same place."""
    world.had(P, TRAIN)
    world.pin(place_of(world, P, "make").replace("minio://", "s3://"))
    world.will_run(A, TRAIN)


def tagged(world: World) -> None:
    """Somebody tags the dataset of a run that goes, at any moment."""
    world.had(P, TRAIN)
    world.will_do("user", lambda: world.tag(world.runs[P].outputs["make"]))


def two_users(world: World) -> None:
    """The rule speaks of team-a. Q is as old, and team-b's; B of team-b has imported what team-a's P made, A may, too."""
    world.kfp.users = ("team-a", "team-b")
    ours, theirs = (root_of(user) for user in world.kfp.users)
    world.had(P, Spec("train", TRAIN.tasks, ours, "team-a"), 40)
    world.had(Q, Spec("train", (Task("make", "f-theirs"), USE), theirs, "team-b"), 30)
    bring = importing(world).tasks
    world.had(B, Spec("other", bring, theirs, "team-b"), 2)
    uses = Spec("other", _bringing(place_of(world, P, "use")).tasks, theirs, "team-b")
    world.will_run(A, uses)


def uploads(world: World) -> None:
    """Of P uploads were left behind; somebody begins another one to the same key. Q uploads since 30 days."""
    world.had(P, Spec("train", (PLAIN,)), 40)
    place = f"{world.runs[P].places['make']}/left"
    for days in (39, 38, 37):
        world.kfp.store.begin(place, (START - timedelta(days=days)).timestamp())
    number = world.will_run(Q, Spec("other", (Task("make", multipart=True),)))
    world.kfp.now = START - timedelta(days=30)
    while not any(Q in id for id in world.kfp.store.uploads):
        world.step(number)
    world.kfp.now = START
    begun: list[str] = []
    world.will_do(
        "user",
        lambda: begun.append(world.kfp.store.begin(place, world.kfp.store_time)),
        lambda: world.kfp.complete(begun[0], "by hand"),
    )
