"""Reads and writes of boards: one script each, its words turned into values and errors."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from arena.services.leaderboard.errors import (
    BoardClosed,
    BoardFull,
    BoardNotFound,
    EntryNotFound,
    OtherRules,
    PointsOverflow,
    RebuildLost,
)
from arena.services.leaderboard.model.changes import Change, Remove, Row, Set
from arena.services.leaderboard.model.rules import Rules
from arena.services.leaderboard.model.sort_key import level, tie_break
from backbeat import Backbeat
from backbeat.lua import Arg

_LUA: Final = Path(__file__).with_name("lua")
_OPS: Final = {"Set": "set", "Add": "add", "Best": "best", "Remove": "remove"}
# Updates that are kept for a rebuild; more give it up.
MOST_LOGGED: Final = 200_000
# A rebuild is given up when nothing comes for so long.
REBUILD_TTL_MS: Final = 600_000
_STEPS: Final = 1_000


class BoardStore:
    """The scripts. Answers are what the scripts return, without their first word."""

    def __init__(self, app: Backbeat) -> None:
        """Connect to nothing yet."""
        self._scripts = app.scripts(_LUA, "leaderboards")

    async def open(self, board: str, rules: Rules) -> list[Any]:
        """Let there be a board."""
        return await self._run("open", board, rules.ranking, rules.most_entries, rules.remembered)

    async def update(self, board: str, update: str, changes: Iterable[Change]) -> list[Any]:
        """Make changes: version, how many, whether it was made before."""
        flat = [part for change in changes for part in _change(change)]
        return await self._run("update", board, update, MOST_LOGGED, *flat)

    async def page(self, board: str, unless: str, after: str, count: int) -> list[Any] | None:
        """Entries; None where the version is `unless`."""
        answer = await self._run("page", board, unless, after, count, same=True)
        return None if len(answer) == 1 else answer

    async def around(self, board: str, entry: str, reach: int) -> list[Any]:
        """An entry and those next to it."""
        return await self._run("around", board, entry, reach, entry=entry)

    async def standings(self, board: str, entries: Sequence[str]) -> list[Any]:
        """Where entries are."""
        return await self._run("standings", board, *entries)

    async def describe(self, board: str) -> list[Any]:
        """The board itself."""
        return await self._run("describe", board)

    async def close(self, board: str, keep_ms: int) -> list[Any]:
        """Close it."""
        return await self._run("close", board, keep_ms)

    async def drop(self, board: str) -> None:
        """Take it away."""
        await self._run("drop", board)

    async def begin_rebuild(self, board: str, token: str) -> None:
        """From now on log what changes."""
        await self._run("begin_rebuild", board, token, REBUILD_TTL_MS)

    async def load_rows(self, board: str, token: str, first: int, rows: Sequence[Row]) -> None:
        """Take rows; the first of them is the `first`-th of all."""
        flat = [
            part
            for number, row in enumerate(rows, first)
            for part in (
                row.id,
                level(row.points),
                tie_break(number if row.tie is None else row.tie),
                _text(row.revision),
            )
        ]
        await self._run("load_rows", board, token, REBUILD_TTL_MS, *flat)

    async def contain(self, board: str, token: str, updates: Sequence[str]) -> None:
        """These updates are in the rows."""
        await self._run("contain", board, token, REBUILD_TTL_MS, *updates)

    async def finish_rebuild(self, board: str, token: str, rows: int) -> list[Any] | None:
        """A step towards the end: version and total; None where more steps are needed."""
        answer = await self._run("finish_rebuild", board, token, REBUILD_TTL_MS, rows, _STEPS)
        return None if len(answer) == 1 else answer

    async def _run(
        self, script: str, board: str, *args: Arg, entry: str = "", same: bool = False
    ) -> list[Any]:
        reply: list[Any] = await self._scripts.run(script, board, *args)
        word, *answer = reply
        _refuse(word.decode(), board, entry, answer)
        assert same or word != b"same"
        return answer


def _refuse(word: str, board: str, entry: str, answer: Sequence[Any]) -> None:
    """Raise what a script's first word means, if it means a refusal."""
    match word:
        case "missing":
            raise BoardNotFound(f"there is no board {board!r}: open it, or rebuild it")
        case "absent":
            raise EntryNotFound(f"board {board!r} has no entry {entry!r}")
        case "closed" if not answer:
            raise BoardClosed(f"board {board!r} is closed: nothing can be updated any more")
        case "other":
            raise OtherRules(f"board {board!r} was opened with other rules")
        case "full":
            raise BoardFull(f"board {board!r} may have {answer[0]:,} entries and no more")
        case "overflow":
            raise PointsOverflow(
                f"board {board!r}: the points of {answer[0].decode()!r} would leave 64 bits"
            )
        case "lost":
            raise RebuildLost(f"this rebuild of board {board!r} was given up: begin again")


def _change(change: Change) -> tuple[str, str, str, str, str]:
    op = _OPS[type(change).__name__]
    if isinstance(change, Remove):
        return op, change.id, "", "", ""
    revision = _text(change.revision) if isinstance(change, Set) else ""
    return op, change.id, level(change.points), tie_break(change.tie), revision


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
