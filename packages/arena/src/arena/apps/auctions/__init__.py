"""Live auctions: timed sales with proxy bids, decided in one atomic step.

See README.md for rules, states, jobs, events and keys.
"""

from arena.apps.auctions.application import auctions

__all__ = ["auctions"]
