"""The lines of a plan file (`kfpops/cleanup-plan/v1`, JSON Lines): a header, entries by bucket and key, a footer.

A file without a footer was never finished. Times are RFC 3339, UTC; sizes bytes.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

SCHEMA: Final = "kfpops/cleanup-plan/v1"

Kind: TypeAlias = Literal["run-artifacts", "orphans", "argo-logs", "uploads", "versions", "partial-outputs"]


class Eviction(msgspec.Struct, frozen=True, kw_only=True):
    """A run that is deleted in KFP first, because only so its cache entries go. `steps`: those that could have been hits.

    `seconds`, `accelerator_hours`: what those steps took when they ran; None when nobody knows.
    """

    run_id: str
    name: str
    rule: str
    steps: int = 0
    seconds: float | None = None
    accelerator_hours: float | None = None


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """`policy` is the policy file's text, `pins` that of its pins file. `buckets`: URIs (`minio://mlpipeline`).

    `live` counts the artifacts and runs that keep something: what the next plan of these roots is compared with.
    `source` is as whoever made the plan calls the cluster, `cluster` the UID of KFP's namespace there; "" when unknown.
    """

    schema: str = SCHEMA
    id: str
    made_at: str
    expires_at: str
    source: str
    kfp_namespace: str
    roots: tuple[str, ...]
    buckets: tuple[str, ...]
    policy: str
    policy_name: str
    pins: str = ""
    unsafe_grace_seconds: float | None = None
    evictions: tuple[Eviction, ...] = ()
    live: int = 0
    cluster: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something that may go. `upload_id` only of kind `uploads`; `version_id` also where the current object goes by version.

    `artifact_id`: the lineage row that names it, "" when none does. `who`: the run it belonged to. What is "" is left out
    of the file. `modified_at`: seconds since the epoch, by the store's clock.
    """

    bucket: str
    key: str
    size: int | None
    etag: str = ""
    version_id: str = ""
    upload_id: str = ""
    modified_at: float = 0.0
    kind: Kind
    label: str
    reason: str
    who: str = ""
    rule: str = ""
    artifact_id: str = ""


class Count(msgspec.Struct, frozen=True):
    objects: int = 0
    bytes: int = 0


class Footer(msgspec.Struct, frozen=True, kw_only=True):
    """`keeps`: what stays, by reason; `goes`: what may go, by reason. `sha256` is of all lines above, newlines included.

    `listed` and `labels`: the current objects of all buckets, and the same by label; uploads and old versions are not among
    them. `duplicates`: rows that a listing told twice. `dangling`: artifacts whose bytes are gone; None: not looked for.
    """

    listed: Count
    goes: dict[str, Count]
    keeps: dict[str, Count]
    labels: dict[str, Count] = {}
    duplicates: int = 0
    dangling: int | None = None
    sha256: str
