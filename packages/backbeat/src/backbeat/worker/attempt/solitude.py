"""Runs jobs that have lost their process repeatedly with nothing beside them.

Which of its jobs kills a process nobody sees; all of them are suspects. Alone, a job takes no other
down, and is known by it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Protocol

from backbeat.worker.attempt.deadlines import NEVER, Deadlines
from backbeat.worker.attempt.run import Run

# What a suspect waits at most for those that run, and what new ones wait at most for it: jobs that
# run for hours shall not stop a worker. It is to blame all the same if the process dies after that.
PATIENCE_S: Final = 30.0

Go = Callable[[Run], Coroutine[Any, Any, None]]


class Room(Protocol):
    """The slots of a worker."""

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""

    def kick(self) -> None:
        """Slots may be had again."""


class Solitude:
    """Of one worker process: one suspect at a time has it.

    Attributes:
        closed: Whether no other job may start now.
        patience: Seconds that anybody waits at most.
    """

    def __init__(self, room: Room) -> None:
        """Nobody has it; `room` is what has to be empty."""
        self.closed = False
        self._room = room
        self.patience = PATIENCE_S
        self._taken = False
        self._news = asyncio.Event()
        self._opens: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """A job may have ended."""
        self._news.set()

    async def enter(self) -> bool:
        """Wait until nothing else runs, if that is soon; False where another has it."""
        if self._taken:
            return False
        self._taken = self.closed = True
        try:
            async with asyncio.timeout(self.patience):
                while self._room.taken > 1:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass
        except BaseException:
            self.leave()
            raise
        self._opens = asyncio.get_running_loop().call_later(self.patience, self._open)
        return True

    def leave(self) -> None:
        """Let others start, and the next suspect have it."""
        self._taken = False
        if self._opens is not None:
            self._opens.cancel()
        self._open()

    def _open(self) -> None:
        self.closed = False
        self._room.kick()


class Alone:
    """Runs the suspects of one queue alone."""

    def __init__(
        self, solitude: Solitude, deadlines: Deadlines, note: Callable[[Run], Awaitable[object]]
    ) -> None:
        """Run nothing yet.

        Args:
            solitude: Of the process.
            deadlines: The worker's timer.
            note: Tells the server that a job runs alone now.
        """
        self._solitude = solitude
        self._deadlines = deadlines
        self._note = note

    async def run(self, run: Run, go: Go) -> None:
        """Run an attempt alone, or send its job back where another has that place."""
        loop, home = asyncio.get_running_loop(), run.home
        # What it waits for is not its doing: it has its whole time afterwards.
        began, deadline, limit = loop.time(), run.deadline, run.limit
        run.deadline, run.limit = NEVER, 0.0
        try:
            if not await self._solitude.enter():
                home.sent_back(run, 0, "turn")
                return
        except BaseException as error:  # noqa: BLE001 - it was stopped before it began
            home.raised(run, error)
            return
        try:
            await self._note(run)
            if run.stop is None:
                waited = loop.time() - began
                run.deadline, run.limit = deadline + waited, limit and limit + waited
                self._deadlines.watch(run.deadline)
            await go(run)
        except BaseException as error:  # noqa: BLE001 - without the note the attempt ends with it
            home.raised(run, error)
        finally:
            self._solitude.leave()
