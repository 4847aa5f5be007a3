"""S3 Inventory instead of a listing: its files through DuckDB (and pyarrow for ORC), and the join as an Ibis expression.

The only home of duckdb, pyarrow and ibis: the extra `kfpops[inventory]`, imported when an inventory is named.
"""
