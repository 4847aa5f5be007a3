"""The bucket's own lifecycle rules: in words, and which of them will delete something live. They know nothing of runs.

Pure but for `cleanup/gather/lifecycle.py`, which reads the rules and the places that are live.
"""
