"""Tasks that were taken from the cache."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kfpops.errors import Unreachable
from tests.builders import NOW
from tests.cache.world import World, a_pipeline, trained
from tests.fakes import FakePipelines, FakeStore

DIGEST = "python@sha256:0123"


def taken(world: World, **pipeline: object) -> World:
    """A run whose tasks both come from an earlier one; `pipeline` is how `train` is written now."""
    load, train = trained(world, "old", a_pipeline(image=DIGEST), seed="a")
    now = a_pipeline(**{"image": DIGEST, **pipeline})  # type: ignore[arg-type]
    world.run("new", now)
    world.hit("new", "load", load)
    world.hit("new", "train", train)
    return world


def test_a_hit_with_nothing_to_say_about_it() -> None:
    world = taken(World())
    found = world.explained("new")
    assert [t.verdict for t in found.tasks] == ["hit", "hit"]
    assert not found.must_act
    assert found.not_checked == ()
    train = found.tasks[1]
    assert (train.warnings, train.advice, train.differences) == ((), (), ())
    assert [(o.port, o.state) for o in train.objects] == [("model", "present")]
    assert train.fingerprint
    assert (train.fingerprint.equal, train.fingerprint.computed_as) == (True, "KFP 2.15 to 2.17")
    assert train.fingerprint.computed == train.fingerprint.stored


def test_where_it_was_taken_from() -> None:
    world = taken(World())
    origin = world.task("new").origin
    assert origin is not None
    assert (origin.run, origin.task, origin.state) == ("old", "train", "COMPLETE")
    assert origin.age_seconds == (NOW - origin.at).total_seconds() if origin.at else False
    assert world.task("new").why.startswith("Taken from the cache: from train of run old, which ran 4 h 57 min ago")


@pytest.mark.parametrize(
    "gone, short",
    [
        pytest.param(False, "from run old, 4 h ago; objects: 1 in the store", id="all is there"),
        pytest.param(True, "from run old, 4 h ago; objects: 1 gone", id="a hole"),
    ],
)
def test_the_line_of_a_table(gone: bool, short: str) -> None:
    world = taken(World())
    if gone:
        world.objects.clear()
    assert world.task("new").short == short


def test_a_chain_is_followed_to_what_really_ran() -> None:
    world = taken(World())
    first = next(e for e in world.executions if e.cached_from and e.task == "train")
    world.run("newest", a_pipeline(image=DIGEST))
    world.hit("newest", "train", first.id)
    found = world.task("newest")
    assert found.origin is not None
    assert found.origin.run == "old"
    assert "by way of another hit" in found.why


def test_a_chain_that_closes_on_itself_ends() -> None:
    world = World()
    world.run("new")
    one = world.step("new", "load", state="CACHED", cached_from="102")
    other = world.step("new", "train", state="CACHED", cached_from=one)
    assert other == "102"
    assert [t.verdict for t in world.explained("new").tasks] == ["hit", "hit"]


def test_an_origin_that_the_lineage_store_has_not() -> None:
    world = World()
    world.run("new")
    world.step("new", "load", state="CACHED", cached_from="7")
    found = world.task("new", "load")
    assert found.origin is None
    assert found.why == "Taken from the cache: from execution 7, which the lineage store does not hold."


def test_an_origin_whose_run_is_deleted() -> None:
    world = taken(World())
    world.deleted.add("old")
    found = world.task("new")
    # On it: there may be others that an equal run is taken from.
    assert found.why.endswith("deleted from KFP since, so the next equal run will not be a hit on it.")
    # Its own pipeline is gone, but this one's gives the same fingerprint.
    assert found.fingerprint
    assert found.fingerprint.equal


def test_an_object_that_is_gone() -> None:
    world = taken(World())
    uri = next(a.uri for a in world.artifacts if a.name == "model")
    del world.objects[uri]
    found = world.explained("new")
    assert found.must_act
    train = found.tasks[1]
    assert [(o.port, o.state, o.uri) for o in train.objects] == [("model", "gone", uri)]
    assert [a.sdk for a in train.advice] == [
        "train_task.set_caching_options(False)",
        "import kfp\nkfp.Client().delete_run('old')",
    ]


def test_a_run_that_is_deleted_is_not_to_be_deleted_again() -> None:
    world = taken(World())
    world.deleted.add("old")
    world.objects.clear()
    assert [a.sdk for a in world.task("new").advice] == ["train_task.set_caching_options(False)"]


@pytest.mark.parametrize(
    "port, kind",
    [
        pytest.param("scores", "Metrics", id="metrics are in the lineage store"),
        pytest.param("scores", "ClassificationMetrics", id="so are curves"),
        pytest.param("executor-logs", "Artifact", id="a log is read by people only"),
    ],
)
def test_what_never_was_an_object_is_not_gone(port: str, kind: str) -> None:
    world = World()
    _, train = trained(world, "old")
    world.output(train, port, text=None, kind=kind)
    world.run("new")
    world.hit("new", "train", train)
    found = world.explained("new")
    assert not found.must_act
    assert {o.port: o.state for o in found.tasks[0].objects} == {"model": "present", port: "never-stored"}


def test_a_folder_is_there_when_something_is_in_it() -> None:
    world = taken(World())
    uri = next(a.uri for a in world.artifacts if a.name == "model")
    world.objects[f"{uri}/part-0"] = world.objects.pop(uri)
    assert [o.state for o in world.task("new").objects] == ["present"]


def test_a_store_that_cannot_be_read() -> None:
    world = taken(World())
    broken = replace(world.cluster(), store=FakeStore(broken=Unreachable("The store is asleep.")))
    from kfpops.cache.explain import explain
    from kfpops.cache.gather import gather_cache

    found = explain(gather_cache(broken, "new"))
    assert [o.state for o in found.tasks[1].objects] == ["unknown"]
    assert [(n.source, n.why) for n in found.not_checked] == [("object store", "The store is asleep.")]
    assert not found.must_act


@pytest.mark.parametrize(
    "image, words",
    [
        pytest.param("repo.example:5000/trainer@sha256:01", None, id="a digest"),
        pytest.param("python:3.11", "has a tag, no digest", id="a tag"),
        pytest.param("repo.example:5000/trainer:latest", "has the tag latest", id="latest"),
        pytest.param("repo.example:5000/trainer", "has no tag, which means latest", id="no tag, but a port"),
    ],
)
def test_images_that_may_have_moved(image: str, words: str | None) -> None:
    world = World()
    _, train = trained(world, "old", a_pipeline(image=image))
    world.run("new", a_pipeline(image=image))
    world.hit("new", "train", train)
    found = world.task("new")
    texts = [w.text for w in found.warnings if w.kind == "image-tag"]
    assert len(texts) == (words is not None)
    assert (found.changed, found.advice) == ((), ()), "nothing shows that it has moved"
    assert words is None or words in texts[0]


def test_environment_and_resources_are_no_part_of_it() -> None:
    world = taken(World(), env={"MODE": "fast", "DB_PASSWORD": "hunter2secret"}, memory="2Gi")
    found = {w.kind: w.text for w in world.task("new").changed}
    assert found["environment"] == (
        "Environment variables differ from when it ran: DB_PASSWORD: not set then, '[redacted]' now; "
        "MODE: not set then, 'fast' now."
    )
    assert found["resources"] == "Resources differ from when it ran: resource memory limit: not set then, 2Gi now."


def test_the_same_environment_is_no_news() -> None:
    world = World()
    _, train = trained(world, "old", a_pipeline(image=DIGEST, env={"MODE": "fast"}, memory="2Gi"))
    world.run("new", a_pipeline(image=DIGEST, env={"MODE": "fast"}, memory="2Gi"))
    world.hit("new", "train", train)
    assert world.task("new").warnings == ()


def imports(world: World) -> str:
    world.run("old", a_pipeline(image=DIGEST))
    data = world.imported("old", "s3://lake/table.csv")
    train = world.step("old", "train", inputs={"data": [data]})
    world.run("new", a_pipeline(image=DIGEST))
    world.hit("new", "train", train)
    return "s3://lake/table.csv"


def test_an_import_that_did_not_change() -> None:
    world = World()
    imports(world)
    assert world.task("new").warnings == ()


def test_an_import_whose_object_was_written_anew() -> None:
    world = World()
    world.modified[imports(world)] = NOW - timedelta(minutes=5)
    (found,) = world.task("new").warnings
    assert (found.kind, found.changed) == ("import-changed", True)
    assert "Its input data is imported from s3://lake/table.csv, which was written on 2026-11-21 11:55:00 UTC" in found.text
    (advice,) = world.task("new").advice
    assert advice.sdk == "dsl.importer(artifact_uri='s3://lake/table.csv', artifact_class=dsl.Dataset, reimport=True)"


def test_what_is_on_a_claim_is_not_seen() -> None:
    world = World()
    pipeline = a_pipeline(image=DIGEST, claim={"constant": "models", "mountPath": "/models"})
    world.run("old", pipeline)
    train = world.step("old", "train", claims=("models",))
    world.run("new", pipeline)
    world.hit("new", "train", train, claims=("models",))
    found = world.task("new")
    assert found.fingerprint
    assert found.fingerprint.equal
    assert [(w.kind, w.changed) for w in found.warnings] == [("claims", None)]
    assert "(set_caching_options(False))" in found.warnings[0].text
    assert found.advice == ()


def test_a_run_that_kfp_has_deleted_is_explained_from_its_relatives() -> None:
    world = taken(World())
    world.deleted.add("new")
    found = world.task("new")
    assert found.verdict == "hit"
    assert found.fingerprint
    assert found.fingerprint.equal


def test_without_the_kfp_api_the_parts_stay_unknown() -> None:
    from kfpops.cache.explain import explain
    from kfpops.cache.gather import gather_cache

    world = taken(World())
    silent = replace(world.cluster(), pipelines=FakePipelines(broken=Unreachable("KFP is asleep.")))
    found = explain(gather_cache(silent, "new"))
    assert [t.verdict for t in found.tasks] == ["hit", "hit"]
    assert found.tasks[0].fingerprint
    assert found.tasks[0].fingerprint.computed is None
    assert [n.source for n in found.not_checked] == ["KFP API", "fingerprint"]
