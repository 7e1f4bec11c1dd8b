"""What can be done with boards: each is one atomic script, a rebuild is several."""
