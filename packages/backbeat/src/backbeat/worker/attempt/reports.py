"""Progress and log lines of the running jobs: gathered, and sent together within 100 ms."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from backbeat.engine.calls.worker import Report, portions
from backbeat.errors import LeaseLost
from backbeat.worker.attempt.run import Run
from backbeat.worker.leases.lease import Lease

DELAY_SECONDS: Final = 0.1
# The server keeps no more of them.
_MAX_LINES: Final = 1_000


@dataclass(slots=True)
class Words:
    """What one run has said since the last report."""

    progress: bytes = b""
    lines: list[str] = field(default_factory=list)


Said = Iterable[tuple[Run, Words]]


class Reports:
    """Gathers the words of the runs of one queue. Runs may speak from any thread."""

    def __init__(self, send: Callable[[Said], Awaitable[None]]) -> None:
        """Know who sends. Belongs to the running event loop."""
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._words: dict[Run, Words] = {}
        # A word that is said while the words so far are taken must go with the next ones.
        self._turn = threading.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._order = asyncio.Lock()
        self._sending: set[asyncio.Task[None]] = set()

    def progress(self, run: Run, progress_json: bytes) -> None:
        """Show this progress of a run; the newest wins."""
        with self._turn:
            self._of(run).progress = progress_json

    def log(self, run: Run, line: str) -> None:
        """Append a line to a run's log."""
        with self._turn:
            lines = self._of(run).lines
            lines.append(line)
            if len(lines) > _MAX_LINES:
                del lines[0]

    def forget(self, run: Run) -> None:
        """Drop what a run has said: it may no longer write."""
        with self._turn:
            self._words.pop(run, None)

    async def flush(self) -> None:
        """Send what was said so far, and wait until it is stored."""
        # One after the other: where a reply is lost, newer words must not overtake older ones.
        async with self._order:
            if words := self._take():
                await self._send(words.items())

    def close(self) -> None:
        """Send nothing more."""
        self._disarm()
        for task in self._sending:
            task.cancel()

    def _of(self, run: Run) -> Words:
        if not self._words:
            self._loop.call_soon_threadsafe(self._arm)
        return self._words.setdefault(run, Words())

    def _take(self) -> dict[Run, Words]:
        self._disarm()
        with self._turn:
            words, self._words = self._words, {}
        return words

    def _arm(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(DELAY_SECONDS, self._start)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start(self) -> None:
        self._timer = None
        task = self._loop.create_task(self.flush(), name="backbeat: report")
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)


async def send_words(lease: Lease, said: Said) -> None:
    """Send what runs have said, in as many calls as it takes; a lease that is lost ends it."""
    news = [
        Report(run.id, run.ticket, words.progress, [_line(each) for each in words.lines])
        for run, words in said
    ]
    try:
        for part in portions(news):
            await lease.report(part)
    except LeaseLost:
        return  # who ticks under it finds that out too, and acts on it


def _line(text: str) -> bytes:
    return text.encode("utf-8", "replace")
