"""The policy as values: which runs and artifacts a rule is about, and what it keeps of them. Times are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

GroupKey: TypeAlias = Literal["namespace", "pipeline", "experiment", "recurring_run"]
CacheChoice: TypeAlias = Literal["respect", "evict"]

GROUPED_BY: Final[tuple[GroupKey, ...]] = ("namespace", "pipeline")
HOUR, DAY = 3600.0, 86400.0
SMALLEST_GRACE = DAY
"""What lakeFS and Iceberg refuse to go below, too; `--unsafe-grace` does."""


@dataclass(frozen=True, slots=True)
class Select:
    """What a rule is about: all that is set must hold, one of several values suffices. Names are globs, case matters.

    The first line selects runs, the second artifacts in them: a rule with neither is about everything in its runs, also
    about files that no artifact names. `state`: KFP's words. `label`: metadata of the artifact. Sizes are an artifact's.
    """

    namespace: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    experiment: tuple[str, ...] = ()
    recurring_run: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    older_than: float | None = None

    type: tuple[str, ...] = ()
    label: tuple[tuple[str, str], ...] = ()
    larger_than: int | None = None
    smaller_than: int | None = None

    @property
    def whole_runs(self) -> bool:
        """Whether it is about runs as a whole, not about some of their artifacts."""
        return not (self.type or self.label or self.larger_than is not None or self.smaller_than is not None)


@dataclass(frozen=True, slots=True)
class Best:
    """The `top` runs by a metric. `lowest`: small is good (a loss). Runs without the metric are never among the best."""

    metric: str
    top: int
    lowest: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """What stays of each group: a run stays when any of these keeps it. `tagged`: () any tag; None: tags are not asked.

    `daily`: the newest run of each of the last N days that have one; so for weeks (ISO) and months, in UTC.
    """

    last: int | None = None
    within: float | None = None
    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None
    best: Best | None = None
    tagged: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`line` is where it stands in its file. Without `keep` nothing of what it selects stays.

    `keep_types`: artifacts of these types stay in every run that it selects, whichever rule gives the run up.
    """

    name: str
    select: Select = Select()
    keep: Keep = Keep()
    group_by: tuple[GroupKey, ...] = GROUPED_BY
    keep_types: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Kinds:
    """Ages from which each kind beside the runs' artifacts may go; None: that kind is left alone.

    `unknown_runs`: also what lies below the root in the shape of a run that neither KFP nor the lineage store knows.
    `partial`: files below finished runs that no artifact names. `keep_noncurrent`: so many old versions stay anyhow.
    """

    orphans: float | None = None
    unknown_runs: float | None = None
    argo_logs: float | None = None
    uploads: float | None = None
    noncurrent: float | None = None
    keep_noncurrent: int = 0
    markers: float | None = None
    partial: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """A plan beyond any of these is refused. Shares are of what lies below the configured roots, 0 … 1.

    `fewer_live`: refuse when the live set has shrunk by more than this share since the last plan of the same roots.
    """

    share_of_objects: float = 0.5
    share_of_bytes: float = 0.5
    objects: int | None = None
    bytes: int | None = None
    fewer_live: float = 0.5


@dataclass(frozen=True, slots=True)
class Policy:
    """`roots`: URIs of pipeline roots; () finds those of the cluster. `budget`: bytes by namespace.

    `pins_file`: as written in the policy, relative to it. `quarantine`: how long what is marked waits before it is deleted.
    `time_to_live`: a plan older than this is refused. `external_schemes`: URI schemes that never lead into our buckets.
    """

    roots: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    kinds: Kinds = Kinds()
    cache: CacheChoice = "respect"
    grace: float = SMALLEST_GRACE
    quarantine: float = 0.0
    time_to_live: float = DAY
    budget: tuple[tuple[str, int], ...] = ()
    limits: Limits = Limits()
    pins_file: str = ""
    external_schemes: tuple[str, ...] = ()
    source: str = field(default="", compare=False)
    """The file's text: a plan carries it, so that `apply` judges by the policy that was reviewed."""

    @property
    def deletes_nothing(self) -> bool:
        """Whether no rule, kind or budget names anything: an empty policy deletes nothing, and says so."""
        return not self.rules and not self.budget and self.kinds == Kinds(keep_noncurrent=self.kinds.keep_noncurrent)

    @property
    def needs_sizes(self) -> bool:
        """Whether artifacts must be measured before it can be decided: a listing more."""
        sized = any(r.select.larger_than is not None or r.select.smaller_than is not None for r in self.rules)
        return bool(self.budget) or sized

    @property
    def metrics(self) -> frozenset[str]:
        """Names of the metrics that its rules compare."""
        return frozenset(r.keep.best.metric for r in self.rules if r.keep.best)

    @property
    def labels(self) -> frozenset[str]:
        """Names of the metadata that its rules look at."""
        return frozenset(name for r in self.rules for name, _ in r.select.label)
