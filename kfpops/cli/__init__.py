"""The command line: the only home of click, one file a command. `door` turns every outcome into an exit code.

Not here: decisions. A command opens a cluster, calls a feature and prints what it made; SDKs load when a cluster is opened.
"""
