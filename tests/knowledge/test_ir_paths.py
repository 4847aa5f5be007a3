"""Paths of container tasks."""

from __future__ import annotations

from typing import Any

from kfpops.knowledge.ir_json import pipeline_ir
from kfpops.knowledge.ir_paths import container_paths


def tasks(**components: str) -> dict[str, Any]:
    return {"dag": {"tasks": {name: {"componentRef": {"name": ref}} for name, ref in components.items()}}}


def test_containers_in_order_and_nothing_else() -> None:
    document = {
        "root": tasks(load="comp-load", fetch="comp-importer", loop="comp-loop", lost="comp-lost"),
        "components": {
            "comp-load": {"executorLabel": "exec-load"},
            "comp-importer": {"executorLabel": "exec-importer"},
            "comp-loop": tasks(train="comp-train", again="comp-loop"),
            "comp-train": {"executorLabel": "exec-train"},
        },
        "deploymentSpec": {
            "executors": {
                "exec-load": {"container": {"image": "a"}},
                "exec-train": {"container": {"image": "b"}},
                "exec-importer": {"importer": {"artifactUri": {"constant": "s3://b/k"}}},
            }
        },
    }
    ir = pipeline_ir(document)
    assert ir is not None
    assert container_paths(ir) == ("load", "loop/train")
