"""A small S3 server of our own: what it keeps, what it answers, and the faults that it can be given.

What must not live here: a client. Standard library only.
"""
