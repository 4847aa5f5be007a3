"""The user's logs of a run, live or archived, whichever still exists.

Not here: what a log means. That is `knowledge.log_reading`.
"""
