"""What breaks if something changes or goes: what descends from it, models in use, and what it costs to make it again.

Not here: the walk through the store (`gather`); how a lineage graph as such is shown (`show`).
"""
