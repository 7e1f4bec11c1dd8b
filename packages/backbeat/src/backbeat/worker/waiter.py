"""Waits on the server for one worker: for a token that there is work, and for its mail."""

import asyncio
import logging
from typing import Final, Protocol

from backbeat.engine.keys import QueueKeys
from backbeat.engine.transport.base import BlockingConnection, Transport
from backbeat.errors import BackbeatError

logger = logging.getLogger("backbeat.worker.waiter")

# How long one command waits. Longer saves nothing, shorter costs commands on an idle queue.
_WAIT_SECONDS: Final = 10.0
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


class Waiter:
    """Blocks on a connection of its own, on the mailbox and, while of use, on the wake token."""

    def __init__(self, keys: QueueKeys, transport: Transport, hearer: Hearer) -> None:
        """Wait for nothing yet."""
        self._keys = keys
        self._transport = transport
        self._hearer = hearer
        self._connection: BlockingConnection = transport.blocking()
        self._settled = asyncio.Event()
        self._blocked_on: str | None = None
        self._patience: asyncio.Timeout | None = None
        self._pushes: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Wait until cancelled."""
        while True:
            await self._until_settled()
            try:
                await self._wait()
            except BackbeatError as error:
                logger.warning("waiting for work in %s failed: %s", self._keys.queue, error)
                await asyncio.sleep(_RETRY_SECONDS)

    def settle(self) -> None:
        """No work is known: wait for the token from now on."""
        self._settled.set()
        if self._blocked_on is not None:
            self.rearm()

    def busy(self) -> None:
        """There is work: what waits already may go on, but nothing new waits for the token."""
        self._settled.clear()

    def rearm(self) -> None:
        """Break a wait that is on the wrong keys, by a mail to ourselves."""
        mailbox, self._blocked_on = self._blocked_on, None
        if mailbox is not None:
            push = asyncio.create_task(self._push(mailbox), name="backbeat: rearm")
            self._pushes.add(push)
            push.add_done_callback(self._pushes.discard)

    async def close(self) -> None:
        """Wait no more."""
        for push in self._pushes:
            push.cancel()
        await self._connection.close()

    async def _until_settled(self) -> None:
        if self._hearer.listening or self._settled.is_set():
            return
        try:
            async with asyncio.timeout(_BUSY_SECONDS):
                await self._settled.wait()
        except TimeoutError:
            return

    async def _wait(self) -> None:
        mailbox = self._keys.mailbox(self._hearer.worker_number)
        keys = [mailbox]
        if self._hearer.listening:
            keys.append(self._keys.key("wake"))
        else:
            self._blocked_on = mailbox
        losses = self._connection.losses
        try:
            async with asyncio.timeout(None) as self._patience:
                reply = await self._connection.block(
                    "BLPOP", *keys, _WAIT_SECONDS_ARG, timeout=_WAIT_SECONDS
                )
        except TimeoutError:
            return
        finally:
            self._blocked_on = self._patience = None
        if isinstance(reply, list):
            self._hear(reply[0] == mailbox.encode(), reply[1])
        elif self._connection.losses != losses:
            # The token may have been in the reply that was lost.
            self._hearer.woken()

    def _hear(self, mail: bool, content: object) -> None:
        if not mail:
            self._hearer.woken()
            return
        assert isinstance(content, bytes)
        kind, _, rest = content.partition(b"|")
        if kind == b"cancel":
            job_id, ticket, reason = rest.split(b"|", 2)
            self._hearer.cancel(job_id.decode(), int(ticket), reason)
        elif kind == b"pause":
            self._hearer.pause()
        elif kind == b"resume":
            self._hearer.resume()

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


_WAIT_SECONDS_ARG: Final = f"{_WAIT_SECONDS:g}"
