"""The parent of worker processes, and what it and they say to each other."""
