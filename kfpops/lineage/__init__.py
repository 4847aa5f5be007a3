"""Where did it come from, what would break, what changed? From a store's rows to a Graph, and what is told of it.

Not here: back ends (`cluster`, `capture`), and the question why a task was taken from the cache (`cache`).
"""
