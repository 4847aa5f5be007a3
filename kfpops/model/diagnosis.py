"""A diagnosis: what was asked about, what is wrong with it, what still waits, and what could not be checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from kfpops.model.finding import Finding, NotChecked, Patience

State: TypeAlias = Literal["failed", "waiting", "running", "succeeded", "cancelled", "unknown"]


@dataclass(frozen=True, slots=True)
class Subject:
    """`state` is what it is, whatever KFP calls it: KFP says FAILED of a run that a person cancelled."""

    kind: Literal["run", "pod", "namespace"]
    id: str | None
    name: str
    namespace: str
    state: State = "unknown"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts came from: a cluster's context name, or a bundle's path."""

    kind: Literal["cluster", "bundle"]
    name: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`at` is the moment of the facts (a bundle's end, else now); findings stand best first."""

    subject: Subject
    source: Source
    at: datetime
    findings: tuple[Finding, ...] = ()
    waiting: tuple[Patience, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    run_count: int = 0
    pod_count: int = 0
