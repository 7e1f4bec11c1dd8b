"""One live connection that carries many calls at a time and answers them in order."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any, Final, cast

from backbeat.engine.timer import Timer
from backbeat.engine.transport.base import NotAnswered, NotSent, Reply
from backbeat.engine.transport.lookout import HEAR_S, IN_DOUBT_S, Lookout
from backbeat.engine.transport.reactions import CONNECTION_ERRORS, describe, is_error_reply
from backbeat.engine.transport.target import AsyncConnection

# A timer that fires this late was held up by our own loop: the answers may lie unread.
_LATE_S: Final = 1.0


class Link:
    """Writes what one turn of the loop gathered in one piece, reads replies in their order.

    A caller that is cancelled only leaves its place empty: its reply is still read, and dropped.

    Attributes:
        loop: The event loop to which the connection belongs.
        lost: Why the connection ended; None while it lives.
        useful: Whether it has brought an answer.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        answer_timeout: float,
        on_lost: Callable[["Link", str], None],
        lookout: Lookout | None = None,
    ) -> None:
        """Start to read.

        Args:
            connection: Connected and logged in.
            answer_timeout: Seconds without an answer after which the connection counts as dead.
            on_lost: Called once, with the reason, when the connection breaks.
            lookout: Notices when another server has taken its place. Defaults to None: it stays.
        """
        self.loop = asyncio.get_running_loop()
        self.lost: str | None = None
        self.useful = False
        self._connection = connection
        self._answer_timeout = answer_timeout
        self._on_lost = on_lost
        self._lookout = lookout
        self._looking: asyncio.Task[None] | None = None
        self._waiting: deque[asyncio.Future[Reply]] = deque()
        self._outbox: list[bytes] = []
        self._heard = 0.0
        self._timer: Timer | None = None
        self._writer: asyncio.Task[None] | None = None
        self._reader = self.loop.create_task(self._read(), name="backbeat: replies")

    def __len__(self) -> int:
        """Calls that wait for their answer."""
        return len(self._waiting)

    def call(self, packed: bytes) -> "asyncio.Future[Reply]":
        """Send a packed command with this turn of the loop.

        Returns:
            Its reply, or the error as the client library raised it; `NotSent` and `NotAnswered`
            when the connection ends before.

        Raises:
            NotSent: The connection has ended already.
        """
        if self.lost is not None:
            raise NotSent(self.lost)
        if not self._waiting:
            self._heard = self.loop.time()
        future: asyncio.Future[Reply] = self.loop.create_future()
        self._waiting.append(future)
        self._outbox.append(packed)
        if self._writer is None:
            # A task starts with the next turn: until then calls gather.
            self._writer = self.loop.create_task(self._write(), name="backbeat: calls")
        if self._timer is None:
            self._watch(self._answer_timeout)
        return future

    def fail(self, reason: str) -> None:
        """End the connection; what waits gets `NotSent` or `NotAnswered`. Safe to call twice."""
        if self._end(reason):
            self._on_lost(self, reason)

    async def close(self) -> None:
        """End the connection and wait until its socket is closed."""
        self._end("closed by us")
        tasks = [self._reader, self._writer]
        await asyncio.gather(*(task for task in tasks if task), return_exceptions=True)

    def _end(self, reason: str) -> bool:
        if self.lost is not None:
            return False
        self.lost = reason
        self._release(reason)
        self._stop()
        return True

    def _release(self, reason: str) -> None:
        sent = len(self._waiting) - len(self._outbox)
        for place, future in enumerate(self._waiting):
            if not future.done():
                future.set_exception(NotAnswered(reason) if place < sent else NotSent(reason))
        self._waiting.clear()
        self._outbox.clear()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in (self._reader, self._writer, self._looking):
            if task is not None and task is not asyncio.current_task(self.loop):
                task.cancel()

    async def _write(self) -> None:
        try:
            while self._outbox:
                packets, self._outbox = self._outbox, []
                await self._connection.send_packed_command(packets, check_health=False)
        except CONNECTION_ERRORS as error:
            self.fail(describe(error))
        finally:
            self._writer = None

    async def _read(self) -> None:
        try:
            await self._read_all()
        except CONNECTION_ERRORS as error:
            self.fail(describe(error))
        except IndexError:
            self.fail("the server sent an answer that nobody asked for")
        finally:
            # However this task ends, also with its loop, nothing stays open.
            self._end("the event loop ended")
            with contextlib.suppress(*CONNECTION_ERRORS):
                await self._connection.disconnect()

    async def _read_all(self) -> None:
        read = self._connection.read_response
        waiting = self._waiting
        time = self.loop.time
        while True:
            try:
                reply: Any = await read(disable_decoding=True, disconnect_on_error=False)
            except CONNECTION_ERRORS as error:
                if not is_error_reply(error):
                    raise
                reply = error
            future = waiting.popleft()
            self._heard = time()
            if future.done():
                continue
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                self.useful = True
                future.set_result(cast("Reply", reply))

    def _check(self) -> None:
        now = self.loop.time()
        timer, self._timer = self._timer, None
        if not self._waiting:
            return
        left = self._heard + self._answer_timeout - now
        if timer is not None and now - timer.at > _LATE_S:
            left = max(left, _LATE_S)
        if left <= 0:
            self.fail(f"no answer for {self._answer_timeout:g} s")
            return
        if self._lookout is not None and left < self._answer_timeout:
            # Should another server have taken its place, this one will not say so.
            if self._lookout.moved():
                self.fail("it is no longer the primary")
                return
            if self._looking is None and not self._lookout.fresh(IN_DOUBT_S):
                look = asyncio.to_thread(self._lookout.look, IN_DOUBT_S)
                self._looking = self.loop.create_task(look, name="backbeat: look")
                self._looking.add_done_callback(self._looked)
        self._watch(left)

    def _watch(self, left: float) -> None:
        seconds = left if self._lookout is None else min(left, HEAR_S)
        self._timer = Timer(self.loop, seconds, self._check)

    def _looked(self, _: "asyncio.Task[None]") -> None:
        self._looking = None
