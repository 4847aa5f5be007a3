"""The exporter: what was counted is kept in a checkpoint and served to Prometheus.

The only home of prometheus_client, and of SQLite for the checkpoint. What is measured, and what a run adds to it, is
`metrics`'.
"""
