"""What kfpops asks of the outside, in its own words. Adapters answer; `compose` chooses which.

`reading` looks, `changing` changes. Every method may raise `Unreachable`, `Forbidden`, `NotFound` or `BadAnswer`
(kfpops.errors) and nothing else. No SDK's types stand in a signature.
"""

from __future__ import annotations

from kfpops.ports.changing import BucketChanges, Changes, LineageChanges, Lock, PipelineChanges
from kfpops.ports.reading import Bucket, Cluster, Kubernetes, Lineage, Pipelines, Raw, Store

__all__ = [
    "Bucket",
    "BucketChanges",
    "Changes",
    "Cluster",
    "Kubernetes",
    "Lineage",
    "LineageChanges",
    "Lock",
    "PipelineChanges",
    "Pipelines",
    "Raw",
    "Store",
]
