"""Auctions in a browser: the list of them, and each one live. A page holds no rule.

Importing this declares the pages.
"""

from arena.apps.auctions.pages import auction, listing
from arena.apps.auctions.pages.hall import Hall

__all__ = ["Hall", "auction", "listing"]
