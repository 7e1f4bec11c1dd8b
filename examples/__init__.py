"""Small projects on Backbeat, each of which tests run."""
