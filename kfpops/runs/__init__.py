"""Which runs are there, and how are they? gather → Listing → present.

Not here: why a run is bad. That is `diagnose`, whose answer the command line passes in.
"""
