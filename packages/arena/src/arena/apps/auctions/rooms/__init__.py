"""Auctions over Socket.IO: what people send, and what they are told as it happens."""

from arena.apps.auctions.rooms.speaking import Rooms

__all__ = ["Rooms"]
