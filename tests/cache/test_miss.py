"""Tasks that KFP did not find in its cache."""

from __future__ import annotations

from kfpops.cache.explanation import Difference
from kfpops.knowledge.fingerprint import RELEASES
from tests.cache.world import World, a_pipeline, trained


def names(found: tuple[Difference, ...]) -> list[tuple[str, str]]:
    return [(d.kind, d.name) for d in found]


def test_a_task_that_never_ran() -> None:
    world = World()
    trained(world, "new")
    found = world.task("new")
    assert (found.verdict, found.compared_with, found.differences, found.advice) == ("miss", None, (), ())
    assert found.why == "Not in the cache: this task of the pipeline nightly has not run before."
    assert found.fingerprint
    assert found.fingerprint.equal


def test_the_same_task_of_another_pipeline_is_no_earlier_execution() -> None:
    world = World()
    trained(world, "old", a_pipeline(name="weekly", epochs=4))
    trained(world, "new")
    assert "has not run before" in world.task("new").why


def test_the_line_of_a_table() -> None:
    world = World()
    trained(world, "old", seed="a")
    assert world.task("old").short == "has not run before"
    world.run("new", a_pipeline(epochs=6))
    world.step("new", "train", parameters={"seed": "b"})
    world.step("new", "load")
    assert world.task("new").short == "the code, parameter seed, input data: not as in run old"
    assert world.task("new", "load").short == "an equal one has lost its entry in the cache"
    assert world.task("new", against="new").short == "not in run new"


def test_what_ran_later_is_no_earlier_execution() -> None:
    world = World()
    trained(world, "new")
    trained(world, "later", a_pipeline(epochs=9))
    assert "has not run before" in world.task("new").why


def test_new_code_is_shown_as_a_diff() -> None:
    world = World()
    load, _ = trained(world, "old", a_pipeline(epochs=5), seed="a")
    world.run("new", a_pipeline(epochs=7))
    world.hit("new", "load", load)
    world.step("new", "train", inputs={"data": ["1"]}, parameters={"seed": "a"})
    found = world.task("new")
    assert names(found.differences) == [("code", "")]
    assert found.differences[0].diff.splitlines()[-3:] == [
        "-    fit(data, epochs=5)",
        "+    fit(data, epochs=7)",
        " ",
    ]
    assert found.why.startswith("Not in the cache: compared with train of run old (")
    assert found.why.endswith("), the code differs.")
    assert found.compared_with
    assert found.compared_with.run == "old"
    assert found.advice == ()


def test_each_part_by_its_name() -> None:
    world = World()
    world.run("old", a_pipeline(image="a"))
    world.step("old", "train", parameters={"seed": "a", "gone": [1.0], "same": 2.0})
    world.run("new", a_pipeline(image="b"))
    world.step("new", "train", parameters={"seed": "b", "new": {"x": 2.5, "n": 3.0}, "same": 2.0})
    found = {(d.kind, d.name): (d.before, d.after) for d in world.task("new").differences}
    assert found == {
        ("image", ""): ("a", "b"),
        ("parameter", "new"): (None, '{"n": 3, "x": 2.5}'),
        ("parameter", "seed"): ("a", "b"),
        ("parameter", "gone"): ("[1]", None),
    }


def test_only_a_parameter_differs() -> None:
    world = World()
    world.run("old")
    world.step("old", "train", parameters={"seed": "2026-11-20"})
    world.run("new")
    world.step("new", "train", parameters={"seed": "2026-11-21"})
    (advice,) = world.task("new").advice
    assert advice.text == "If the result does not depend on seed, leave it out of the task's inputs."


def test_credentials_are_hidden_and_have_no_digest() -> None:
    world = World()
    world.run("old")
    world.step("old", "train", parameters={"db_password": "hunter2secret"})
    world.run("new")
    world.step("new", "train", parameters={"db_password": "hunter3secret"})
    found = world.task("new")
    (difference,) = found.differences
    assert (difference.before, difference.after) == ("[redacted]", "[redacted]")
    assert difference.note == "the two differ where they are not shown"
    assert [(p.digest, p.text) for p in found.parts if p.name == "db_password"] == [(None, "[redacted]")]
    assert "hunter" not in repr(found)


def test_a_claim_of_another_name() -> None:
    world = World()
    source = {"pvcNameParameter": {"componentInputParameter": "volume"}, "mountPath": "/data"}
    pipeline = a_pipeline(claim=source)
    for run, claim in (("old", "run-1-kfp-workspace"), ("new", "run-2-kfp-workspace")):
        world.run(run, pipeline, volume=claim)
        world.step(run, "train", claims=(claim,))
    found = world.task("new")
    assert [(d.kind, d.before, d.after) for d in found.differences] == [
        ("claims", "run-1-kfp-workspace", "run-2-kfp-workspace")
    ]
    assert "A workspace is a volume of its own for each run" in found.advice[0].text


def test_another_version_of_kfp() -> None:
    world = World()
    for run, release in (("old", RELEASES[2]), ("new", RELEASES[0])):
        world.run(run)
        world.step(run, "train", release=release)
    found = world.task("new")
    assert [(d.kind, d.before, d.after) for d in found.differences] == [
        ("kfp-version", "KFP 2.5 to 2.14", "KFP 2.15 to 2.17")
    ]


def test_of_a_deleted_run_with_other_code_only_the_inputs_are_compared() -> None:
    world = World()
    world.run("old", a_pipeline(epochs=4))
    world.step("old", "train", parameters={"seed": "a"})
    world.run("new")
    world.step("new", "train", parameters={"seed": "a"})
    world.deleted.add("old")
    assert world.task("new").why.endswith("but its inputs are the same; its code is not known.")


def test_a_fingerprint_that_no_known_kfp_computes() -> None:
    world = World()
    world.run("new")
    world.step("new", "train", fingerprint="0" * 64)
    found = world.explained("new")
    fingerprint = found.tasks[0].fingerprint
    assert fingerprint
    assert (fingerprint.stored, fingerprint.equal, fingerprint.computed_as) == ("0" * 64, False, None)
    assert fingerprint.computed not in (None, "0" * 64)
    assert [n.source for n in found.not_checked] == ["fingerprint"]
    assert "no known version of KFP computes the stored one" in found.not_checked[0].why
