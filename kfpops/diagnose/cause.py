"""A cause: an id of the catalogue, what it means, and the function that sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kfpops.diagnose.facts import Facts
from kfpops.diagnose.step import Step, StepState
from kfpops.model.finding import Advice, Confidence, Evidence, Fact, ObjectRef


@dataclass(frozen=True, slots=True)
class Match:
    """A cause seen in one place. Matches of one cause with equal `key` become one finding with many objects.

    `steps` are ids of the steps it explains (the engine adds the step that was looked at), `runs` ids of runs that it
    explains beyond those of the steps. `titles_many` is the title when it was seen in several places.
    """

    title: str
    confidence: Confidence
    objects: tuple[ObjectRef, ...]
    evidence: tuple[Evidence, ...]
    advice: tuple[Advice, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
    key: tuple[object, ...] = ()
    steps: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()


Look: TypeAlias = Callable[[Step, Facts], Match | None]
Survey: TypeAlias = Callable[[Facts], Iterable[Match]]


def looks_at_nothing(step: Step, facts: Facts) -> Match | None:
    """For causes that are only seen in a survey."""
    return None


def surveys_nothing(facts: Facts) -> Iterable[Match]:
    """For causes that are only seen in single steps."""
    return ()


@dataclass(frozen=True, slots=True)
class Cause:
    """`look` sees the cause in one step of one of the states `when`; `survey` sees it in the facts as a whole.

    `yields_to`: ids or `family/*` of causes that explain the same step better: this one is then their consequence.
    `meaning` and `remedy` are a sentence or two each for the documentation page. `broken` False:
    nothing is wrong, a person wanted it so; it ranks last.
    """

    id: str
    title: str
    meaning: str
    remedy: str
    look: Look = looks_at_nothing
    survey: Survey = surveys_nothing
    when: frozenset[StepState] = frozenset({"failed"})
    yields_to: tuple[str, ...] = ()
    broken: bool = True

    def yields(self, other: str) -> bool:
        """Whether `other` (an id) explains better what this one sees."""
        family = other.partition("/")[0]
        return other != self.id and any(p in ("*", other, f"{family}/*") for p in self.yields_to)
