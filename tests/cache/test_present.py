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
    world.step("new", "train", state="CANCELED", fingerprint="", parent_id=world.dag("new", "condition-1", "CANCELED"))
    world.run("copy", a_pipeline(env={"MODE": "b"}))
    world.hit("copy", "train", train)
    return world


def test_the_verdict_of_each_task_is_the_first_line() -> None:
    shown = text(everything().explained("new"))
    assert " ".join(shown.split()).startswith(
        "3 tasks: 1 taken from the cache, 1 not in the cache, 1 not run. 1 object of what was taken is not in the store."
    )
    heads = [line for line in shown.splitlines() if line and not line.startswith(" ")]
    assert heads[-3:] == ["load: hit, but 1 object gone", "train: miss", "condition-1/train: not run"]


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


def loop(world: World, run: str, number: int) -> None:
    world.run(run, a_pipeline(image="python:3.11"))
    for index in range(number):
        world.step(run, "train", iteration=index, parameters={"seed": f"{run} {index}"})


def test_the_parts_of_many_are_shown_on_demand() -> None:
    world = World()
    loop(world, "new", 4)
    assert "PART" not in text(world.explained("new"))
    assert text(world.explained("new"), full=True).count("PART") == 4


def test_thirty_tasks_have_a_line_each() -> None:
    world = World()
    loop(world, "old", 30)
    loop(world, "new", 30)
    shown = text(world.explained("new")).splitlines()
    table = [line for line in shown if line.startswith("train[")][:30]
    assert table[0] == "train[0]   miss     parameter seed: not as in run old"
    assert [line.split()[0] for line in table] == [f"train[{n}]" for n in range(30)]
    # Iterations with one reason are told by the example of the first.
    assert "train[0] and 29 like it: miss" in shown
    assert "   parameter seed: old 0 → new 0" in shown
    assert not any("new 1" in line for line in shown)
    assert "   --task NAME tells more of one, -v of all." in shown
    assert len(shown) < 60


def test_what_must_be_acted_on_stands_first_then_misses_then_hits_then_the_rest() -> None:
    world = World()
    loop(world, "old", 3)
    world.output(world.executions[-1].id, "model", text=None)
    world.output(world.executions[-2].id, "model")
    world.run("new", a_pipeline(image="python:3.11"))
    made = [e.id for e in world.executions if e.task == "train"]
    world.step("new", "train", iteration=0, fingerprint="")
    world.hit("new", "train", made[1], iteration=1)
    world.step("new", "train", iteration=2, parameters={"seed": "x"})
    world.hit("new", "train", made[2], iteration=3)
    shown = text(world.explained("new")).splitlines()
    rows = [line.split()[:2] for line in shown if line.startswith(("train[", "load"))]
    assert rows[:5] == [
        ["train[3]", "hit"],
        ["train[2]", "miss"],
        ["train[1]", "hit"],
        ["train[0]", "caching"],
        ["load", "not"],
    ]
    # Only what is out of the ordinary is told at length.
    assert [line for line in shown if line.startswith("train[") and ": " in line and "  " not in line] == [
        "train[3]: hit, but 1 object gone",
        "train[2]: miss",
    ]


def test_more_stories_than_are_told() -> None:
    world = World()
    world.run("new")
    for number in range(9):
        world.step("new", "train", parent_id=world.dag("new", f"group-{number}"))
    shown = " ".join(text(world.explained("new")).split())
    assert "3 tasks with a miss or a change are not told here. --task NAME tells more of one, -v of all." in shown


def test_attempts_stand_beside_the_verdict() -> None:
    world = World()
    world.run("new")
    for state in ("FAILED", "FAILED", "COMPLETE"):
        world.step("new", "train", state=state)
    shown = text(world.explained("new"))
    assert shown.startswith("2 tasks: 1 not in the cache, 1 not run.")
    assert shown.count("train: miss, 3 attempts") == 1
    for index in range(3):
        world.step("new", "train", iteration=index)
    assert "; 3 attempts" in text(world.explained("new"))


def test_a_tag_is_a_note_at_the_end_and_no_warning_in_each_block() -> None:
    world = World()
    loop(world, "old", 3)
    world.run("new", a_pipeline(image="python:3.11"))
    for index, id in enumerate([e.id for e in world.executions if e.task == "train"]):
        world.hit("new", "train", id, iteration=index)
    shown = " ".join(text(world.explained("new"), full=True).split())
    assert shown.count("has a tag, no digest") == 1
    assert shown.endswith("as it would another digest (…@sha256:…). Concerns 3 tasks.")
    assert "fingerprint does not see" not in shown


def test_a_change_is_a_warning() -> None:
    shown = " ".join(text(everything().explained("copy")).split())
    assert "Changed, but the fingerprint does not see it - Environment variables differ from when it ran" in shown


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
    assert {w["kind"]: w["changed"] for w in task["warnings"]} == {"environment": True, "image-tag": None}
    assert [note.startswith("The image python:3.11 has a tag") for note in report["notes"]] == [True]
    assert [t["attempts"] for t in report["tasks"]] == [1, 0]
    assert [p["kind"] for p in task["parts"]][:3] == ["image", "code", "command"]


def test_a_bundle_without_pipelines_is_valid_too() -> None:
    world = everything()
    body = to_json(cache_report(explain(gather_cache(world.cluster(pipelines=None, store=None), "new")), NOW))
    validates(body)
    assert {n["source"] for n in json.loads(body)["not_checked"]} == {"KFP API", "fingerprint", "object store"}
