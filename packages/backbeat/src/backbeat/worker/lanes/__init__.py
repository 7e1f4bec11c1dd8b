"""How a worker takes jobs of a queue: when, how many, under which limits."""
