"""What can be cleaned up, one file a kind: which places it marks, and why its objects may go."""
