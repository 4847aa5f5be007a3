"""What a step took, and how many accelerators it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from statistics import median

from kfpops.knowledge.quantity import parse_quantity
from kfpops.model.lineage import COMPLETE, Execution, JsonValue
from kfpops.model.pipeline_ir import PipelineIR

# `{{$.inputs.parameters['pipelinechannel--gpus']}}`: the driver puts the task's input there (backend/src/v2/driver).
_PARAMETER = re.compile(r"\{\{\$\.inputs\.parameters\[['\"](.+?)['\"]\]\}\}")


def own_seconds(execution: Execution) -> float | None:
    """What the execution took; None unless it came to its end."""
    if execution.state != COMPLETE or execution.created_at is None or execution.updated_at is None:
        return None
    return max(0.0, (execution.updated_at - execution.created_at).total_seconds())


def typical_seconds(earlier: Iterable[Execution]) -> float | None:
    """The median over those that came to their end; None when none did."""
    known = [s for e in earlier if (s := own_seconds(e)) is not None]
    return median(known) if known else None


def accelerators_of(pipeline: PipelineIR | None, task_path: str, inputs: Mapping[str, JsonValue]) -> float | None:
    """How many accelerators a task asks for: 0 for none, None when the pipeline does not tell (or is not known)."""
    container = pipeline.container(task_path.replace("/", ".")) if pipeline else None
    if container is None:
        return None
    wanted = container.resources.accelerator
    if wanted is None or not (wanted.resource_type or wanted.type):
        return 0.0
    count = wanted.resource_count if wanted.resource_count != "" else wanted.count
    found = _PARAMETER.fullmatch(str(count).strip())
    if found is None:
        return parse_quantity(count)
    value = inputs.get(found.group(1))
    return parse_quantity(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
