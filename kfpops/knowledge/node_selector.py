"""Node selectors and required node affinity: does a node match, what does it lack, and which label was nearly right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from kfpops.model.affinity import NodeSelectorTerm
from kfpops.model.meta import LabelSelectorRequirement

# Alike enough to be the same thing mistyped or of another size: `…-80GB` for `…-40GB`, `gpus` for `gpu`.
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that a node does not meet. `has` is the node's own value, None when it has no such label."""

    key: str
    operator: str
    values: tuple[str, ...]
    has: str | None

    @property
    def wanted(self) -> str:
        """What was asked for, in one word where one will do."""
        match self.operator:
            case "In":
                return ", ".join(self.values)
            case "Exists":
                return "any value"
            case "DoesNotExist":
                return "no such label"
            case "NotIn":
                return f"none of {', '.join(self.values)}"
            case _:
                return f"{'more' if self.operator == 'Gt' else 'less'} than {', '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A label that nodes do have and that is probably the one that was meant."""

    key: str
    value: str
    nodes: tuple[str, ...]


def meets(requirement: LabelSelectorRequirement, labels: Mapping[str, str]) -> bool:
    """Whether labels meet one requirement (apimachinery labels.Requirement: NotIn also holds where the key is absent)."""
    has = labels.get(requirement.key)
    match requirement.operator:
        case "In":
            return has is not None and has in requirement.values
        case "NotIn":
            return has is None or has not in requirement.values
        case "Exists":
            return has is not None
        case "DoesNotExist":
            return has is None
        case "Gt" | "Lt":
            return _compares(requirement, has)
        case _:
            return False


def _compares(requirement: LabelSelectorRequirement, has: str | None) -> bool:
    try:
        mine, wanted = int(has or ""), int(requirement.values[0] if requirement.values else "")
    except ValueError:
        return False
    return mine > wanted if requirement.operator == "Gt" else mine < wanted


def unmet_selector(selector: Iterable[tuple[str, str]], labels: Mapping[str, str]) -> tuple[Unmet, ...]:
    """What of a nodeSelector a node lacks."""
    return tuple(Unmet(k, "In", (v,), labels.get(k)) for k, v in selector if labels.get(k) != v)


def unmet_terms(terms: Sequence[NodeSelectorTerm], labels: Mapping[str, str], node: str) -> tuple[Unmet, ...]:
    """What of the alternatives a node lacks: of the one it comes nearest to; () when it matches any.

    A term without requirements matches nothing, nor does an empty list of terms. Fields: only `metadata.name` exists.
    """
    lacks = [_unmet_term(term, labels, node) for term in terms if term.match_expressions or term.match_fields]
    if not lacks:
        return (Unmet("", "Exists", (), None),)
    return min(lacks, key=len)


def _unmet_term(term: NodeSelectorTerm, labels: Mapping[str, str], node: str) -> tuple[Unmet, ...]:
    fields = {"metadata.name": node}
    asked = [(r, labels) for r in term.match_expressions] + [(r, fields) for r in term.match_fields]
    return tuple(Unmet(r.key, r.operator, r.values, own.get(r.key)) for r, own in asked if not meets(r, own))


def near_misses(unmet: Unmet, nodes: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[NearMiss, ...]:
    """Labels of the nodes that are nearly what was asked for, the nearest first: the key with a value like it, or the
    value under a key like it."""
    if unmet.operator != "In" or not unmet.values:
        return ()
    found: dict[tuple[str, str], list[str]] = {}
    for name, labels in nodes:
        for key, value in labels.items():
            if _near(unmet, key, value) > 0:
                found.setdefault((key, value), []).append(name)
    ranked = sorted(found, key=lambda pair: (-_near(unmet, *pair), pair))
    return tuple(NearMiss(key, value, tuple(found[key, value])) for key, value in ranked)


def _near(unmet: Unmet, key: str, value: str) -> float:
    """How near a label is to what was asked for; 0 when it is not."""
    if key == unmet.key:
        likeness = max(_likeness(value, wanted) for wanted in unmet.values)
        return 1 + likeness if likeness >= _ALIKE else 0
    if value not in unmet.values:
        return 0
    likeness = _likeness(key, unmet.key)
    return likeness if likeness >= _ALIKE else 0


@lru_cache(maxsize=8192)
def _likeness(one: str, other: str) -> float:
    """1 for the same but for case; counts a common beginning of half the length as alike."""
    left, right = one.lower(), other.lower()
    if left == right:
        return 1.0
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= 2 and longer.startswith(shorter) and 2 * len(shorter) >= len(longer):
        return 0.9
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def values_of(key: str, nodes: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[str, ...]:
    """The values that nodes have under a key, sorted."""
    return tuple(sorted({labels[key] for _, labels in nodes if key in labels}))
