"""Why does this run fail or wait? gather → Facts → engine → Diagnosis → present.

Not here: SDKs, the clock, printing. Only `gather` may talk to ports; causes see facts and nothing else.
"""
