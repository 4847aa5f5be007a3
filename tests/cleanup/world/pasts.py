"""Pasts of small worlds, and who will act in them: each a way in which bytes that look dead may turn out to be alive."""

from __future__ import annotations

from dataclasses import replace

from tests.cleanup.world.kfp import DAY, START
from tests.cleanup.world.shapes import FAILING, PLAIN, TRAIN, USE, A, B, P, Q, importing, place_of
from tests.cleanup.world.spec import Spec, Task
from tests.cleanup.world.store import ROOT
from tests.cleanup.world.world import World


def hit(world: World) -> None:
    world.had(P, TRAIN)
    world.will_run(A, TRAIN)


def hit_of_older(world: World) -> None:
    """Two cache rows of one fingerprint: deleting the newer one exposes the older."""
    world.had(P, TRAIN, 40)
    world.kfp.cache, older = [], world.kfp.cache
    world.had(Q, TRAIN, 30)
    world.kfp.cache = [*older, *world.kfp.cache]
    world.will_run(A, TRAIN)


def hit_and_deleted(world: World) -> None:
    world.had(P, TRAIN)
    world.will_run(A, TRAIN)
    world.will_do("user", lambda: world.kfp.delete_run(P), lambda: world.kfp.delete_run(A))


def imported(world: World) -> None:
    world.had(P, TRAIN)
    world.will_run(A, importing(world))


def imported_anew(world: World) -> None:
    world.had(P, TRAIN)
    world.will_run(A, importing(world, reimport=True))


def imported_whole(world: World) -> None:
    """Two imports under another scheme: of all that a run has made, and of a single file of it."""
    world.had(P, TRAIN)
    place = place_of(world, P, "make").replace("minio://", "s3://")
    for run, uri in ((A, f"{place.partition(P)[0]}{P}/"), (B, f"{place}/part-1?region=eu")):
        tasks = (Task("bring", imports=uri), Task("use", "", ("model",), ("bring",)))
        world.will_run(run, Spec("other", tasks))


def failed_after_import(world: World) -> None:
    """Q imported from P and failed later: a retry does not import again, but reads."""
    world.had(P, TRAIN, 40)
    bring, use = importing(world).tasks
    world.had(Q, Spec("other", (bring, replace(use, fails=True))), 30)
    world.will_retry(Q)


def row_of_a_deleted_run(world: World) -> None:
    """A database that has lost its foreign key: the run is gone, its cache rows are not, and nothing can evict them."""
    world.had(P, TRAIN)
    del world.kfp.runs[P]
    world.will_run(A, TRAIN)


def orphan_imported(world: World) -> None:
    world.had(P, TRAIN)
    world.kfp.delete_run(P)
    world.will_run(A, importing(world))


def retried(world: World) -> None:
    """The second task has uploaded and then failed: its files are named by nothing, and come again at the same place."""
    world.had(P, FAILING)
    world.will_retry(P)


def retried_from_cache(world: World) -> None:
    """Q took the first task's output from P, which KFP has deleted since; then it failed, and may be retried."""
    world.had(P, TRAIN, 40)
    world.had(Q, FAILING, 30)
    world.kfp.delete_run(P)
    world.will_retry(Q)


def collected(world: World) -> None:
    """KFP's own run GC deletes what is archived, at any moment."""
    world.had(P, TRAIN)
    world.had(Q, Spec("other", (PLAIN,)))
    world.archive(P)
    world.archive(Q)
    world.will_do("run GC", world.collect_runs)
    world.will_run(A, TRAIN)


def cancelled(world: World) -> None:
    world.had(P, TRAIN)
    world.will_run(A, TRAIN)
    world.will_do("user", *world.cancel(A))


def uploading(world: World) -> None:
    """An upload that was left behind, and others in flight."""
    world.had(P, Spec("train", (PLAIN,)))
    place = f"{ROOT}/train/{P}/make/00000000-0000-4000-8000-000000000099/out/left"
    world.kfp.store.begin(place, START.timestamp() - 30 * DAY)
    world.will_run(A, Spec("train", (Task("make", multipart=True), USE)))


def written_anew(world: World) -> None:
    """Somebody writes another dataset by hand to where the old one lies, between two looks of the cleaner."""
    world.had(P, TRAIN)
    key = f"{world.runs[P].places['make']}/part-0"
    world.will_do("user", lambda: world.kfp.put(key, "other bytes"))


def used_elsewhere(world: World) -> None:
    """The first run's dataset is an input of a kept run of another pipeline."""
    world.had(P, TRAIN)
    world.had(B, importing(world), 2)
    world.will_run(A, TRAIN)
