"""ports.Lineage from ML Metadata's own tables, read only: SQLite files through sqlite3, MySQL and MariaDB through PyMySQL.

What must not live here: what a row means to KFP (knowledge.mlmd). A password of a URL reaches the driver and nothing else:
no error, no log and no health names more than host and database.
"""

from kfpops.cluster.mlmd_database.open import open_database

__all__ = ["open_database"]
