"""The way to boards."""

from arena.services.leaderboard.actions.board import Board
from arena.services.leaderboard.model.rules import Rules, check_board
from arena.services.leaderboard.store import BoardStore
from backbeat import Backbeat


class Leaderboards:
    """The boards on the server of the jobs. Safe to share; connects at its first call.

    All methods, and those of `Board`, raise the errors of `backbeat` where the server does not
    answer: `ServerUnavailable` where nothing was done, `OutcomeUnknown` where nobody knows; then
    send the same update again.
    """

    def __init__(self, app: Backbeat) -> None:
        """Connect to nothing yet.

        Args:
            app: The application whose server has the boards.
        """
        self._store = BoardStore(app)

    def board(self, name: str) -> Board:
        """A board that is there, or will be.

        Args:
            name: Letters, digits and ._-, at most 128: "contest-17", "snake-daily-2026-11-26".

        Raises:
            Invalid: It is no such name.
        """
        return Board(self._store, check_board(name))

    async def open(self, name: str, rules: Rules | None = None) -> Board:
        """Let there be a board. Does nothing where there is one with the same rules.

        Args:
            name: As for `board`.
            rules: Fixed for as long as the board is there. Defaults to `Rules()`.

        Raises:
            Invalid: It is no such name.
            OtherRules: There is one, and it has other rules.
        """
        board = self.board(name)
        await self._store.open(name, rules or Rules())
        return board
