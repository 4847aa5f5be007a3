"""Names of workflow nodes, as KFP 2.0 to 2.17 writes them (the long ones were seen on 2.17)."""

from __future__ import annotations

import pytest

from kfpops.knowledge.argo_node import NodePath, attempt_of, parse_node_name, role_of_template

LOOP = "wf(0).root(0).exit-handler-1(0).for-loop-3(0).iteration-iterations(1:1)(0).iteration-item(0)"


@pytest.mark.parametrize(
    ("name", "task", "role", "iterations"),
    [
        ("wf", "", "other", ()),
        ("wf.root-driver", "", "driver", ()),
        ("wf(0).root-driver(2)", "", "driver", ()),
        ("wf.root.train-driver", "train", "driver", ()),
        ("wf.root.train.executor", "train", "executor", ()),
        ("wf.root.prepare.clean-rows.executor(2)", "prepare.clean-rows", "executor", ()),
        (f"{LOOP}.one(0).executor(0)", "exit-handler-1.for-loop-3.one", "executor", (1,)),
        (f"{LOOP}.condition-4(0).two-driver(0)", "exit-handler-1.for-loop-3.condition-4.two", "driver", (1,)),
        ("wf(0).root(0).for-loop-2(0).iteration-driver(0)", "for-loop-2", "driver", ()),
        ("wf.root.for-loop-1.iteration-iterations(12:0.5).iteration-item-driver", "for-loop-1", "driver", (12,)),
        ("wf(0).root(0).exit-handler-1.onExit(0).clean(0).executor(0)", "clean", "executor", ()),
        ("wf.root.a.b.executor", "a.b", "executor", ()),
    ],
)
def test_names(name: str, task: str, role: str, iterations: tuple[int, ...]) -> None:
    found = parse_node_name(name, "wf")
    assert (found.task, found.role, found.iterations) == (task, role, iterations)


def test_the_template_says_what_the_name_does_not() -> None:
    assert parse_node_name("wf.root.screw-driver", "wf", "importer") == NodePath("screw-driver", "importer")
    assert parse_node_name("wf.root.screw-driver.executor", "wf", "executor").task == "screw-driver"


def test_attempts_are_counted_on_every_level() -> None:
    found = parse_node_name("wf(0).root(1).train(0).executor(2)", "wf")
    assert (found.attempts, found.attempt) == ((0, 1, 0, 2), 2)
    assert attempt_of("wf.root.train.executor(2)") == ("wf.root.train.executor", 2)
    assert attempt_of("wf.root.train.executor") is None
    assert attempt_of("wf.root.iteration-iterations(0:0)") is None


@pytest.mark.parametrize(
    ("template", "role"),
    [
        ("system-dag-driver", "driver"),
        ("system-container-driver", "driver"),
        ("system-container-impl", "executor"),
        ("retry-system-container-impl", "executor"),
        ("metadata-a-l-retry-system-container-impl", "executor"),
        ("system-importer", "importer"),
        ("entrypoint", "other"),
        ("", "other"),
    ],
)
def test_templates_of_kfps_compiler(template: str, role: str) -> None:
    assert role_of_template(template) == role
