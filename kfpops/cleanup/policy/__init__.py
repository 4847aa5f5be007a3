"""What users want to keep: the policy as values, as a file, and what it says of runs. Nothing here knows a store."""
