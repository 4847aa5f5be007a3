"""What Kubernetes, Argo and KFP mean by what they say: pure functions from texts and values to values.

Nothing here reads a clock, a file of the user or a network. Data files (`*.toml`) hold long tables.
"""
