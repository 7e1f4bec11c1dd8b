"""The right of a worker to its jobs: registered, renewed from a thread, given up."""
