"""Ports → Inventory: runs, artifacts, uses, cache entries and pins, read page by page and kept on disk."""
