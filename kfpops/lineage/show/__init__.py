"""A lineage graph for people and programs: a tree that folds, JSON, DOT, Mermaid, OpenLineage events, a page.

Not here: which nodes there are (`gather`), and what is told of impact, diff and search beside the graph.
"""
