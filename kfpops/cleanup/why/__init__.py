"""Why does this stay, or what takes it? The answer for one URI, by the same verdicts as a plan. Nothing here asks a port."""
