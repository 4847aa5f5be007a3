"""Explanations as text and as JSON."""

from __future__ import annotations

import json
from datetime import timedelta

from kfpops.cache.explain import explain
from kfpops.cache.explanation import Explanation
from kfpops.cache.gather import gather_cache
from kfpops.cache.present import present
from kfpops.cache.report import cache_report
from kfpops.render.json import to_json
from kfpops.render.text import to_text
from tests.builders import NOW
from tests.cache.world import World, a_pipeline, trained
from tests.schemas import validates


def text(explanation: Explanation, *, full: bool = False) -> str:
    return to_text(present(explanation, full=full), 100, color=False)


def everything() -> World:
    """A run with a hit whose object is gone, a miss for each of several reasons, and a task that is not run."""
    world = World()
    load, train = trained(world, "old", a_pipeline(env={"MODE": "a"}), seed="a")
    world.run("new", a_pipeline(epochs=6, memory="1Gi"))
    world.hit("new", "load", load)
    del world.objects[world.artifacts[0].uri]
    world.step("new", "train", inputs={"data": ["1"]}, parameters={"seed": "b"})
    world.step("new", "train", state="CANCELED", fingerprint="")
    world.run("copy", a_pipeline(env={"MODE": "b"}))
    world.hit("copy", "train", train)
    return world


def test_the_verdict_of_each_task_is_the_first_line() -> None:
    shown = text(everything().explained("new"))
    assert " ".join(shown.split()).startswith(
        "3 tasks: 1 taken from the cache, 1 not in the cache, 1 not run. 1 object of what was taken is not in the store."
    )
    heads = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert heads[-3:] == ["load: hit, but 1 object gone", "train: miss", "train: not run"]


def test_a_hole_a_diff_and_what_to_change() -> None:
    shown = text(everything().explained("new"))
    assert "data    gone    minio://mlpipeline/v2/101/data" in shown
    assert "+    fit(data, epochs=6)" in shown
    assert "parameter seed: a → b" in shown
    assert "load_task.set_caching_options(False)" in shown
    assert "kfp.Client().delete_run('old')" in shown


def test_the_parts_one_by_one() -> None:
    world = everything()
    for shown in (text(world.explained("new", task="load")), text(world.explained("new"), full=True)):
        assert "PART" in shown
        assert "Computed     the same, as KFP 2.15 to 2.17 computes it" in shown
    assert "PART" not in text(world.explained("new"))


def test_many_tasks_are_a_table() -> None:
    world = World()
    world.run("new")
    for index in range(30):
        world.step("new", "train", iteration=index, parameters={"seed": str(index)})
    shown = text(world.explained("new"))
    assert "train[29]" in shown
    assert "--task NAME tells more of one." in shown
    assert len(shown.splitlines()) < 150


def test_a_run_without_containers() -> None:
    world = World()
    world.run("new")
    world.runs.clear()
    assert text(world.explained("new")).startswith("The run has no task with a container.")


def test_the_json_is_valid_and_the_same_each_time() -> None:
    world = everything()
    at = NOW + timedelta(seconds=1)
    for run in ("old", "new", "copy"):
        body = to_json(cache_report(world.explained(run), at))
        validates(body)
        assert body == to_json(cache_report(world.explained(run), at))


def test_what_the_json_tells_of_a_hit() -> None:
    report = json.loads(to_json(cache_report(everything().explained("copy"), NOW)))
    assert report["run"] == {"id": "copy", "name": "copy", "namespace": "kubeflow"}
    task = report["tasks"][0]
    assert (task["task"], task["verdict"], task["state"]) == ("train", "hit", "CACHED")
    assert (task["from"]["run"], task["from"]["task"], task["compared_with"]) == ("old", "train", None)
    assert task["fingerprint"]["stored"] == task["fingerprint"]["computed"]
    assert {w["kind"] for w in task["warnings"]} == {"environment", "image-tag"}
    assert [p["kind"] for p in task["parts"]][:3] == ["image", "code", "command"]


def test_a_bundle_without_pipelines_is_valid_too() -> None:
    world = everything()
    body = to_json(cache_report(explain(gather_cache(world.cluster(pipelines=None, store=None), "new")), NOW))
    validates(body)
    assert {n["source"] for n in json.loads(body)["not_checked"]} == {"KFP API", "fingerprint", "object store"}
