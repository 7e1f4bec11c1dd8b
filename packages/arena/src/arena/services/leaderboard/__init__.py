"""Leaderboards on the server of the jobs: exact points, exact ranks, ties by a stated rule.

One thing has one board: a contest, a game and a day. Its entries are ordered by points, best first;
among equal points by the tie-break, smallest first; and among equal ones of these by id.
"""

from arena.services.leaderboard.actions.board import Board
from arena.services.leaderboard.actions.boards import Leaderboards
from arena.services.leaderboard.errors import (
    BadCursor,
    BoardClosed,
    BoardFull,
    BoardNotFound,
    EntryNotFound,
    OtherRules,
    PointsOverflow,
    RebuildLost,
)
from arena.services.leaderboard.model.changes import Add, Best, Change, Remove, Row, Set
from arena.services.leaderboard.model.rules import Ranking, Rules
from arena.services.leaderboard.model.standings import BoardInfo, Page, Receipt, Standing

__all__ = [
    "Add",
    "BadCursor",
    "Best",
    "Board",
    "BoardClosed",
    "BoardFull",
    "BoardInfo",
    "BoardNotFound",
    "Change",
    "EntryNotFound",
    "Leaderboards",
    "OtherRules",
    "Page",
    "PointsOverflow",
    "Ranking",
    "RebuildLost",
    "Receipt",
    "Remove",
    "Row",
    "Rules",
    "Set",
    "Standing",
]
