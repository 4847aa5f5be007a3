"""A finding: one cause, what it was seen in, how sure we are, and what to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

Confidence: TypeAlias = Literal["certain", "likely", "possible"]
"""certain: the platform says so · likely: two independent signs · possible: one sign."""

Fact: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """A Kubernetes object, and the container in it where one is meant."""

    kind: str
    name: str
    namespace: str | None = None
    container: str | None = None
    uid: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """`source` is the path of the field or log that was read; `text` is quoted from it."""

    source: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """One change. `sdk` is KFP SDK code for the pipeline, `kubectl` a command line for the cluster."""

    text: str
    sdk: str | None = None
    kubectl: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`facts` holds numbers in base units (bytes, seconds, cores); `runs` are ids; `tasks` dotted task paths."""

    cause: str
    confidence: Confidence
    title: str
    objects: tuple[ObjectRef, ...] = ()
    runs: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Patience:
    """Something that waits and may: for what, since when, and from when on it would be called stuck."""

    object: ObjectRef
    waits_for: str
    since: datetime | None
    stuck_after: datetime | None


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What could not be looked at, why, and so what would be needed."""

    source: str
    why: str
