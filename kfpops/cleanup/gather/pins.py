"""What must stay whatever the policy says: the pins file, models that are served, and objects that carry a mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from kfpops.cleanup.gather.gaps import Gaps
from kfpops.cleanup.gather.named import named_places
from kfpops.cleanup.gather.schemes import check_scheme
from kfpops.cleanup.inventory import Gap, Pin
from kfpops.cleanup.policy.policy import Policy
from kfpops.errors import KfpopsError, UsageError
from kfpops.knowledge.model_use import USING, Use, Using, is_absent, uses_of
from kfpops.knowledge.pins import Pin as Written
from kfpops.knowledge.pins import parse_pins
from kfpops.model.kinds import KINDS
from kfpops.ports import Cluster

_IN_SECRET = "Put a line into the pins file: the URI of its model, then {}/{}."
_RIGHT = "Without that right nobody knows what is served."
_FIX = "Correct the pin, or take it away."


def gather_pins(cluster: Cluster, policy: Policy, pins_text: str) -> tuple[tuple[Pin, ...], tuple[Gap, ...]]:
    """`pins_text`: what the pins file holds, "" without one; its name is the policy's. Raises `UsageError` for a bad line.

    A pin that leads nowhere, or nobody knows where, and what is served but cannot be read, are gaps.
    """
    gaps = Gaps()
    name = policy.pins_file or "pins"
    written = parse_pins(pins_text, name) if pins_text.strip() else ()
    pins = [pin for one in written for pin in _written(cluster, one, name, gaps)]
    told = {one.name for one in written}
    for use in _uses(cluster, gaps):
        pins += _used(cluster, use, told, gaps)
    for pin in pins:
        check_scheme(pin.target, pin.by, f"pinned as {pin.name}" if pin.name else "pinned", policy, gaps)
    return tuple(dict.fromkeys(pins)), tuple(gaps.found)


def _written(cluster: Cluster, one: Written, file: str, gaps: Gaps) -> Iterator[Pin]:
    where = f"{file}, line {one.line}" if one.line else file
    yield from _pins(cluster, one.target, where, one.name, gaps)


def _used(cluster: Cluster, use: Use, told: Iterable[str], gaps: Gaps) -> Iterator[Pin]:
    where = f"{use.namespace}/{use.name}"
    if use.target:
        yield from _pins(cluster, use.target, use.kind, where, gaps)
    elif where not in told:
        why = f"{where}: {use.source}: the bucket stands in a Secret, which is not read"
        gaps.tell("inferenceservices", why, _IN_SECRET.format(use.namespace, use.name))


def _pins(cluster: Cluster, target: str, by: str, name: str, gaps: Gaps) -> Iterator[Pin]:
    """One for each place that the target means: a URI as it is, else what the lineage store has by that name."""
    if "://" in target:
        yield Pin(target, by, name)
        return
    source = f"pin {target}"
    places = gaps.read(source, partial(named_places, cluster, target), None, _FIX)
    if places is not None and not places:
        gaps.tell(source, f"{by}: nothing is called so", _FIX)
    for place in places or ():
        yield Pin(place, by, name or target)


def _uses(cluster: Cluster, gaps: Gaps) -> Iterator[Use]:
    for kind in USING:
        for thing in _listed(cluster, kind, gaps):
            yield from uses_of(thing)


def _listed(cluster: Cluster, kind: type[Using], gaps: Gaps) -> Sequence[Using]:
    """All of the kind, of all namespaces: whatever is left out may use a model. A cluster without KServe is no gap."""
    try:
        return cluster.kubernetes.list(kind)
    except UsageError:
        raise
    except KfpopsError as error:
        if not is_absent(kind, error):
            gaps.add(KINDS[kind].plural, error, _RIGHT)
        return ()
