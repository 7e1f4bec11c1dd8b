"""Auctions in a browser: the list of them, each one live, and what is somebody's own.

A page holds no rule.

Importing this declares the pages.
"""

from arena.apps.auctions.pages import auction, invoices, listing, own_lot, selling, watched
from arena.apps.auctions.pages.hall import Hall

__all__ = ["Hall", "auction", "invoices", "listing", "own_lot", "selling", "watched"]
