"""Artifacts by type, name, property, pipeline and time.

Not here: what a back end filters itself (`knowledge.lineage_query`), and reading it (`gather`).
"""
