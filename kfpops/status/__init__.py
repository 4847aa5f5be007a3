"""What is installed, what can be read with these rights, and what it costs when something cannot. gather → Status → present.

Not here: whether it is run well. That is an audit.
"""
