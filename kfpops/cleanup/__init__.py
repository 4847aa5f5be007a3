"""What may go? Plans, and carries out, the deletion of what no run, cache entry, pin or rule needs any more.

gather → Inventory → marks → live → plan → refuse_if_unsafe → plan file; apply reads it, gathers again, judges again and
deletes what was reviewed and still holds. The core is pure: no port, no clock, no SDK outside `gather` and `apply`.
"""
