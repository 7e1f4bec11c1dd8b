"""What can go wrong with a board."""

from arena.base.errors import ArenaError, Conflict, Invalid, NotFound, Refused


class LeaderboardError(ArenaError):
    """Something about a board."""


class BoardNotFound(LeaderboardError, NotFound):
    """Nobody opened such a board, it is over, or the server lost it: open it, or rebuild it."""

    code = "BOARD_NOT_FOUND"


class EntryNotFound(LeaderboardError, NotFound):
    """The board has no such entry."""

    code = "ENTRY_NOT_FOUND"


class BoardClosed(LeaderboardError, Conflict):
    """The board is closed: it can be read, and rebuilt, but not updated."""

    code = "BOARD_CLOSED"


class OtherRules(LeaderboardError, Conflict):
    """There is such a board, and it has other rules; rules are fixed when a board is opened."""

    code = "OTHER_RULES"


class BoardFull(LeaderboardError, Refused):
    """The board would have more entries than its rules allow. Nothing was changed."""

    code = "BOARD_FULL"


class PointsOverflow(LeaderboardError, Refused):
    """Points would leave 64 bits. Nothing was changed."""

    code = "POINTS_OVERFLOW"


class RebuildLost(LeaderboardError, Conflict):
    """Another rebuild has begun, this one stood still for too long, or too much came meanwhile.

    The board is as it was, with all updates. Begin again.
    """

    code = "REBUILD_LOST"


class BadCursor(LeaderboardError, Invalid):
    """The cursor is none that a page has given."""

    code = "BAD_CURSOR"
