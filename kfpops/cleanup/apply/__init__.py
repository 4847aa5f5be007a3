"""Carrying a plan out: evict, wait, judge again, delete with a journal; resume and undo. Only this changes anything."""
