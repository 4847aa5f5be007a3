"""The plan: what may go, written down to be reviewed, and read again to be carried out. Nothing here deletes."""
