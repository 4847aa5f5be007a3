"""By what the objects of one bucket are judged, beside the marks around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kfpops.cleanup.claims import Claims
from kfpops.cleanup.inventory import Inventory
from kfpops.cleanup.mark import Mark
from kfpops.cleanup.places import Place, UnknownScheme, places_of
from kfpops.cleanup.policy.policy import Kinds, Policy
from kfpops.cleanup.targets.argo_logs import LogFormat, read_format

PROTECTED: Final = "pipelines"
"""Where KFP kept the specifications of pipelines up to 2.3, and still reads them (`ObjectStoreConfig.PipelinePath`)."""

OWN: Final = "_kfpops"


@dataclass(frozen=True, slots=True)
class Terms:
    """`roots`: key prefixes of pipeline roots, without `/` at their ends; "" is the whole bucket.

    `now` is the store's clock, `began_at` ours: when the inventory was begun. `workflows_known`: see `Inventory`.
    """

    bucket: str
    roots: tuple[str, ...]
    logs: tuple[LogFormat, ...]
    grace: float
    now: float
    began_at: float
    kinds: Kinds
    claims: Claims
    workflows_known: bool = True

    def cutoff(self, since: float = 0.0) -> float:
        """What was modified later than this is too young to go, whatever else is known of it."""
        return min(self.now - max(self.grace, since), self.began_at - self.grace)

    def standing(self) -> tuple[Mark, ...]:
        """The marks that every bucket has, in byte order of their paths: protected places, roots, places of logs."""
        marks = [
            Mark(PROTECTED, "protected", False, "protected", "protected-prefix"),
            Mark(OWN, "protected", False, "protected", "own-files"),
            *(Mark(root, "root", False, "foreign", "not-run-shaped") for root in self.roots),
            *(Mark(form.path, "logs", False, "foreign", "logs-owner-unknown") for form in self.logs),
        ]
        return tuple(sorted(marks, key=lambda mark: ordered(mark.path)))


def terms_of(bucket: str, inventory: Inventory, policy: Policy, claims: Claims, store_now: float) -> Terms:
    """`bucket`: its name. `store_now`: what the store's clock says."""
    roots = {path for uri in inventory.roots for name, path in _places(uri, bucket) if name == bucket}
    here = [layout for layout in inventory.logs if any(name == bucket for name, _ in _places(layout.bucket, bucket))]
    return Terms(
        bucket=bucket,
        roots=tuple(sorted(roots)),
        logs=tuple(read_format(key_format) for key_format in sorted({layout.key_format for layout in here})),
        grace=policy.grace,
        now=store_now,
        began_at=inventory.began_at,
        kinds=policy.kinds,
        claims=claims,
        workflows_known=inventory.workflows_known,
    )


def _places(uri: str, bucket: str) -> tuple[Place, ...]:
    """The place that KFP reads: a root is not widened by what else its URI might mean."""
    places = places_of(uri, (bucket,))
    return () if isinstance(places, UnknownScheme) else places[:1]


def ordered(text: str) -> str:
    """A text whose order among others is that of the bytes of the keys. ASCII, as nearly all keys are, is itself.

    Python orders texts by code points: as UTF-8 does, but for the escapes of bytes that are no UTF-8.
    """
    return text if text.isascii() else to_bytes(text).decode("latin-1")


def to_bytes(text: str) -> bytes:
    """A key as the store has it. Other surrogates than escapes, which no key can hold, have bytes of their own, too."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return b"".join(c.encode("utf-8", "surrogateescape" if "\udc80" <= c <= "\udcff" else "surrogatepass") for c in text)
