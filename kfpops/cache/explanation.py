"""What is said of the cache: one explanation for each task of a run. Texts are redacted: they hold values and code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from kfpops.model.diagnosis import Source
from kfpops.model.finding import Advice, NotChecked

Verdict: TypeAlias = Literal["hit", "miss", "disabled", "not-run"]
PartKind: TypeAlias = Literal[
    "cache-key",
    "image",
    "code",
    "command",
    "parameter",
    "artifact",
    "output-artifact",
    "output-parameter",
    "claims",
    "kfp-version",
]
PresenceState: TypeAlias = Literal["present", "gone", "unknown", "never-stored"]
CaveatKind: TypeAlias = Literal["image-tag", "environment", "resources", "import-changed", "claims"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a fingerprint. `digest`: sha256 of its value, None when the value holds a credential that could be guessed.

    `text` is the value as a person reads it, None when it is long. `name` is an input's or output's, "" for the others.
    """

    kind: PartKind
    name: str
    digest: str | None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that differs. `before` is the other execution's value, `after` this one's; None: it has none, or it is long.

    `diff` is a unified diff of long texts. `note` says what it means.
    """

    kind: PartKind
    name: str = ""
    before: str | None = None
    after: str | None = None
    diff: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`computed_as` names the KFP releases that compute the stored one; None: none is known to. `equal` None: not known."""

    stored: str
    computed: str | None = None
    computed_as: str | None = None
    equal: bool | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """Another execution: what a hit was taken from, what a miss is compared with. `at`: when it was begun."""

    run: str
    execution: str
    task: str
    state: str
    at: datetime | None = None
    age_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether an output of a hit is still in the store.

    `never-stored`: there is no object, and nobody reads one: values of metrics are in the lineage store; a log may be gone.
    """

    port: str
    uri: str
    state: PresenceState


@dataclass(frozen=True, slots=True)
class Caveat:
    """What the fingerprint does not see. `changed`: something shows that it has changed; None: nothing shows whether."""

    kind: CaveatKind
    text: str
    changed: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskExplanation:
    """`why` is the answer in a sentence or two, `short` in a few words. Of several `attempts` the last is told; 0: none yet.

    `state` is the lineage store's word; "" when there is no execution.
    """

    task: str
    execution: str
    state: str
    verdict: Verdict
    why: str
    fingerprint: Fingerprint | None = None
    parts: tuple[Part, ...] = ()
    origin: Reference | None = None
    compared_with: Reference | None = None
    objects: tuple[Presence, ...] = ()
    differences: tuple[Difference, ...] = ()
    warnings: tuple[Caveat, ...] = ()
    advice: tuple[Advice, ...] = ()
    short: str = ""
    attempts: int = 1

    @property
    def gone(self) -> tuple[Presence, ...]:
        return tuple(o for o in self.objects if o.state == "gone")

    @property
    def changed(self) -> tuple[Caveat, ...]:
        """What has changed though the fingerprint has not."""
        return tuple(w for w in self.warnings if w.changed)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The tasks in the order in which they ran, those not started last. `at`: the moment of the facts.

    `notes`: remarks about the run, each told once.
    """

    run_id: str
    run_name: str
    namespace: str
    source: Source
    at: datetime
    tasks: tuple[TaskExplanation, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def must_act(self) -> bool:
        """Whether a hit points at something that is not there."""
        return any(task.gone for task in self.tasks)
