"""Waits on the server for one worker: for tokens that there is work, and for its mail.

The lanes of a worker share a connection where one command may name the keys of several queues. In a
cluster it may not, and each lane waits on its own.
"""

import asyncio
import logging
from typing import Final, Protocol

from backbeat.engine.keys import QueueKeys
from backbeat.engine.transport.base import BlockingConnection, Reply, Transport
from backbeat.errors import BackbeatError

logger = logging.getLogger("backbeat.worker.waiter")

# How long one command waits. Longer saves nothing, shorter costs commands on an idle queue.
WAIT_SECONDS: Final = 10.0
# A busy worker gets tokens with its ticks; only for its mail does it wait here.
_BUSY_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 2.0
_REARM: Final = "rearm||"
_MAILBOX_MS: Final = 3_600_000


class Hearer(Protocol):
    """Hears what the waiter got."""

    @property
    def listening(self) -> bool:
        """Whether a token is news: jobs may be taken, and none are known to wait."""

    @property
    def worker_number(self) -> int:
        """Whose mail to wait for."""

    def woken(self) -> None:
        """There may be work."""

    def cancel(self, job_id: str, ticket: int, reason: bytes) -> None:
        """Somebody asked for the end of an attempt."""

    def pause(self) -> None:
        """Somebody wants this worker to take no more jobs."""

    def resume(self) -> None:
        """It may take jobs again."""

    def scale(self, concurrency: int) -> None:
        """Somebody changed how many jobs of the queue run at once here; 0 is as declared."""

    def resize(self, slots: int) -> None:
        """Somebody changed how many jobs of all queues run at once here."""

    def look(self) -> None:
        """There is a lease that is over before those that the keeper knows."""


class Seat:
    """One lane's part in a waiter.

    Attributes:
        keys: Keys of its queue.
        hearer: Who hears.
        settled: Whether it knows of no work.
    """

    def __init__(self, waiter: "Waiter", keys: QueueKeys, hearer: Hearer) -> None:
        """Take no part yet; `Waiter.seat` makes it."""
        self.keys = keys
        self.hearer = hearer
        self.settled = False
        self._waiter = waiter

    @property
    def mailbox(self) -> str:
        """Where its mail comes."""
        return self.keys.mailbox(self.hearer.worker_number)

    def enter(self) -> None:
        """Wait from now on; again, after it has got another number."""
        self._waiter.enter(self)

    def settle(self) -> None:
        """No work is known: wait for the token from now on."""
        self._waiter.settle(self)

    def busy(self) -> None:
        """There is work: what waits already may go on, but nothing new waits for the token."""
        self.settled = False

    async def leave(self) -> None:
        """Wait no more. A token that is on its way may be lost: wake another worker."""
        await self._waiter.leave(self)


class Waiter:
    """Blocks on a connection of its own, on mailboxes and, while of use, on wake tokens."""

    def __init__(self, transport: Transport, wait: float = WAIT_SECONDS) -> None:
        """Wait for nothing yet. Belongs to the running event loop.

        Args:
            transport: Gives the connection that waits.
            wait: Seconds that one command waits. Defaults to 10.
        """
        self._longest = wait
        self._transport = transport
        self._connection: BlockingConnection = transport.blocking()
        self._seats: list[Seat] = []
        # Of the command that waits now: whose tokens it takes, and a mailbox that breaks it.
        self._awaited: frozenset[Seat] = frozenset()
        self._bell: str | None = None
        self._patience: asyncio.Timeout | None = None
        self._settled = asyncio.Event()
        self._broken = asyncio.Event()
        self._pushes: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def seat(self, keys: QueueKeys, hearer: Hearer) -> Seat:
        """A part for one more lane, which has to enter yet."""
        return Seat(self, keys, hearer)

    def enter(self, seat: Seat) -> None:
        """Wait for a seat, too; see `Seat.enter`."""
        if seat not in self._seats:
            self._seats.append(seat)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="backbeat: waiter")
        self._rearm()

    def settle(self, seat: Seat) -> None:
        """See `Seat.settle`."""
        seat.settled = True
        self._settled.set()
        if seat not in self._awaited:
            self._rearm()

    async def leave(self, seat: Seat) -> None:
        """See `Seat.leave`; the last one closes the connection."""
        if seat in self._seats:
            self._seats.remove(seat)
        if self._task is None:
            return
        if not self._seats:
            task, self._task = self._task, None
            task.cancel()
            await asyncio.wait([task])
            for push in self._pushes:
                push.cancel()
            await self._connection.close()
        elif seat in self._awaited and self._patience is not None:
            self._patience.reschedule(0)
            await self._broken.wait()

    def _rearm(self) -> None:
        """Break a wait that is on the wrong keys, by a mail to ourselves."""
        bell, self._bell = self._bell, None
        if bell is not None:
            push = asyncio.create_task(self._push(bell), name="backbeat: rearm")
            self._pushes.add(push)
            push.add_done_callback(self._pushes.discard)

    async def _run(self) -> None:
        while True:
            await self._until_settled()
            try:
                await self._wait()
            except BackbeatError as error:
                queues = ", ".join(seat.keys.queue for seat in self._seats)
                logger.warning("waiting for work in %s failed: %s", queues, error)
                await asyncio.sleep(_RETRY_SECONDS)

    async def _until_settled(self) -> None:
        self._settled.clear()
        if any(seat.settled or seat.hearer.listening for seat in self._seats):
            return
        try:
            async with asyncio.timeout(_BUSY_SECONDS):
                await self._settled.wait()
        except TimeoutError:
            return

    async def _wait(self) -> None:
        # Another one is first each time: the server looks into the keys in their order.
        self._seats.append(self._seats.pop(0))
        boxes = {seat.mailbox.encode(): seat for seat in self._seats}
        tokens = {
            seat.keys.key("wake").encode(): seat for seat in self._seats if seat.hearer.listening
        }
        self._awaited = frozenset(tokens.values())
        self._bell = next(iter(boxes)).decode()
        losses = self._connection.losses
        try:
            reply = await self._block([*boxes, *tokens])
        finally:
            awaited, self._awaited, self._bell = self._awaited, frozenset(), None
            self._broken.set()
        if isinstance(reply, list):
            key, content = reply
            assert isinstance(key, bytes)
            self._hear(tokens.get(key), boxes.get(key), content)
        elif self._connection.losses != losses or reply == _GIVEN_UP:
            # A token may have been in the reply that was lost.
            for seat in awaited & frozenset(self._seats):
                seat.hearer.woken()

    async def _block(self, keys: list[bytes]) -> Reply:
        self._broken.clear()
        try:
            async with asyncio.timeout(None) as self._patience:
                return await self._connection.block(
                    "BLPOP", *keys, f"{self._longest:g}", timeout=self._longest
                )
        except TimeoutError:
            return _GIVEN_UP
        finally:
            self._patience = None

    def _hear(self, woken: Seat | None, mailed: Seat | None, content: Reply) -> None:
        if woken is not None:
            woken.hearer.woken()
        elif mailed is not None:
            assert isinstance(content, bytes)
            kind, _, rest = content.partition(b"|")
            if kind == b"cancel":
                job_id, ticket, reason = rest.split(b"|", 2)
                mailed.hearer.cancel(job_id.decode(), int(ticket), reason)
            elif kind == b"pause":
                mailed.hearer.pause()
            elif kind == b"resume":
                mailed.hearer.resume()
            elif kind == b"scale":
                mailed.hearer.scale(int(rest))
            elif kind == b"slots":
                mailed.hearer.resize(int(rest))
            elif kind == b"lease":
                mailed.hearer.look()

    async def _push(self, mailbox: str) -> None:
        try:
            await self._transport.execute("LPUSH", mailbox, _REARM)
            # Nobody may be left to read it.
            await self._transport.execute("PEXPIRE", mailbox, _MAILBOX_MS)
        except BackbeatError as error:
            # A full server takes no mail. A new connection costs more, and works.
            logger.info("a waiting connection is given up, it could not be woken: %s", error)
            if self._patience is not None:
                self._patience.reschedule(0)


# Stands for the reply of a wait that we have broken off.
_GIVEN_UP: Final = -1
