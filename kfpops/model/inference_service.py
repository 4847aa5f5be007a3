"""KServe's InferenceService: a model that is served."""

from __future__ import annotations

from kfpops.model.meta import KubernetesStruct, Metadata


class InferenceService(KubernetesStruct, frozen=True):
    """`spec` has up to three components (`predictor`, `transformer`, `explainer`), each with a key for every framework that
    KServe knows (`sklearn`, `triton` …): it is kept as it came, and read by `kfpops.knowledge.serving`.
    """

    metadata: Metadata = Metadata()
    spec: dict[str, object] = {}
