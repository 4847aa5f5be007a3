"""Whether an artifact or an execution is what a query asks for: what a server cannot filter is filtered with this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Final

from kfpops.model.lineage import Artifact, ArtifactQuery, Execution, ExecutionQuery, JsonValue, PropertyTest

SYSTEM: Final = "system."
"""What stands before the names of KFP's own types; people leave it out."""

_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def artifact_fits(artifact: Artifact, query: ArtifactQuery) -> bool:
    """`since` and `until` include their moment; an artifact whose time is not known lies in no span."""
    return (
        (not query.type or artifact.type in type_names(query.type))
        and query.name.casefold() in artifact.name.casefold()
        and artifact.uri.startswith(query.uri_prefix)
        and _in_span(artifact.created_at, query.since, query.until)
        and all(property_fits(artifact.properties, test) for test in query.properties)
    )


def execution_fits(execution: Execution, query: ExecutionQuery) -> bool:
    """All but the pipeline, which an execution does not tell."""
    return (
        execution.kind == "container"
        and query.task in ("", execution.task)
        and query.fingerprint in ("", execution.fingerprint)
        and (query.before is None or (execution.created_at is not None and execution.created_at < query.before))
    )


def type_names(type: str) -> tuple[str, ...]:
    """The names that a type may have in the store: as given, and with `system.` before it."""
    return (type,) if type.startswith(SYSTEM) else (type, SYSTEM + type)


def property_fits(properties: Mapping[str, JsonValue], test: PropertyTest) -> bool:
    """A property that is not there fits no test, not even `!=`. A number is never equal to a text."""
    value = properties.get(test.name)
    if value is None or isinstance(value, list | dict):
        return False
    text = "true" if value is True else "false" if value is False else value
    wanted = test.value
    if isinstance(text, str) or isinstance(wanted, str):
        return test.operator == ("=" if text == wanted else "!=")
    return _COMPARE[test.operator](text, wanted)


def _in_span(at: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    if since is None and until is None:
        return True
    return at is not None and (since is None or at >= since) and (until is None or at <= until)
