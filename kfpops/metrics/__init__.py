"""What is measured: metric families as rows of data, and what a run that was seen adds to them.

Pure: no clock, no network, no prometheus_client. Only `gather` talks to ports. What is served, and how, is `exporter`'s.
"""
