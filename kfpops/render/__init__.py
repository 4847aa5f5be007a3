"""Document → text, markdown, HTML; report values → JSON, YAML. One file per format.

Not here: what a finding or a run is. Features make Documents and reports; a format never asks what they are about.
"""
