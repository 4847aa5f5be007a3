"""A Kubeflow Pipelines in memory that lives on while clean-up works, and the proof that clean-up loses nothing of it."""
