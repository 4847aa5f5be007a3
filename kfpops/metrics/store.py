"""The object store: what the last clean-up plan counted in it, and what of it nobody needs."""

from __future__ import annotations

from typing import Final

from kfpops.metrics.family import Family

OBJECTS: Final = Family(
    "kfpops_store_objects",
    "gauge",
    "Objects in the store, by the last clean-up plan's label: live, orphan (of a run that is gone), expired and so on",
    ("label",),
)
BYTES: Final = Family(
    "kfpops_store_bytes", "gauge", "Size of the objects in the store, by the last clean-up plan's label", ("label",), "bytes"
)
DELETABLE_OBJECTS: Final = Family(
    "kfpops_deletable_objects",
    "gauge",
    "Objects that may go by the last clean-up plan and its policy, by reason",
    ("reason",),
)
DELETABLE_BYTES: Final = Family(
    "kfpops_deletable_bytes",
    "gauge",
    "Size of the objects that may go by the last clean-up plan and its policy, by reason",
    ("reason",),
    "bytes",
)
PLANNED: Final = Family(
    "kfpops_cleanup_plan_timestamp_seconds", "gauge", "When the last clean-up plan was made", unit="seconds"
)

FAMILIES: Final = (OBJECTS, BYTES, DELETABLE_OBJECTS, DELETABLE_BYTES, PLANNED)
