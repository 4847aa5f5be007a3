"""The tables, as the steps that make them: a file of version n has had the first n."""

from __future__ import annotations

from typing import Final

_FIRST: Final = (
    # `shape` is what a family's rows mean: kind, labels, bounds. One that changed begins anew.
    "CREATE TABLE families (name TEXT PRIMARY KEY, shape TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE series (number INTEGER PRIMARY KEY, family TEXT NOT NULL, labels TEXT NOT NULL)",
    # `shown`: it was sent once. Until then `first` and `first_buckets` are what is shown, NULL for what is counted.
    "CREATE TABLE sums (number INTEGER PRIMARY KEY, shown INTEGER NOT NULL, value REAL NOT NULL, at REAL, buckets BLOB, "
    "first REAL, first_buckets BLOB)",
    # `day`: of creation, since 1970, 0 for unknown. `absent`: since which day listings leave it out, 0 when they do not.
    "CREATE TABLE runs (id BLOB PRIMARY KEY, counted INTEGER NOT NULL, day INTEGER NOT NULL, absent INTEGER NOT NULL, "
    "space INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE open (id TEXT PRIMARY KEY, run BLOB NOT NULL) WITHOUT ROWID",
    # `forgotten`: runs created on that day or before may have been counted and forgotten, 0 for none.
    "CREATE TABLE spaces (number INTEGER PRIMARY KEY, namespace TEXT NOT NULL UNIQUE, cursor REAL, "
    "forgotten INTEGER NOT NULL)",
    "CREATE TABLE folded (one INTEGER PRIMARY KEY CHECK (one = 1), changes INTEGER NOT NULL)",
    "INSERT INTO folded VALUES (1, 0)",
)

# `pairs`: the last values of a series, see `recent.py`.
_RECENT: Final = ("CREATE TABLE recent (number INTEGER PRIMARY KEY, pairs BLOB NOT NULL)",)

STEPS: Final = (_FIRST, _RECENT)
