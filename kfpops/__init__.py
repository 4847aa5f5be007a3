"""kfpops: why Kubeflow Pipelines runs fail or wait, and what to change."""

__version__ = "0.1.0"
