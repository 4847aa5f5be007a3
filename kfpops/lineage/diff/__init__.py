"""What differs between two runs, task by task, and the first place where they part.

Not here: reading the runs (`gather`).
"""
