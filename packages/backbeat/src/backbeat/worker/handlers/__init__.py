"""How the jobs of each handler are run: called, gathered, held back by a breaker."""
