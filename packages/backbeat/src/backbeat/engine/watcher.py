"""Watching the jobs of a queue: one list of replies for all watched jobs of a queue.

The list is read by one connection, and only while somebody watches. A reply that was lost cannot
make anybody wait for ever: after a loss, and now and then, the state of every watched job is asked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from backbeat.engine.calls.read import parse_watch, watch_args
from backbeat.engine.calls.reply import Reply
from backbeat.engine.ids import new_session
from backbeat.engine.keys import QueueKeys
from backbeat.engine.transport.base import BlockingConnection, Transport
from backbeat.engine.transport.forks import after_fork, keep_unused
from backbeat.engine.watch import Notice, Watch
from backbeat.errors import BackbeatError, ProtocolError, ServerUnavailable
from backbeat.lua import Arg

logger = logging.getLogger("backbeat.watch")

Ask = Callable[[str, list[Arg]], Awaitable[Reply]]

# How long one command waits; also how long the connection stays after the last watch.
_WAIT_S: Final = 10
# Replies that one command takes, and states asked for at a time.
_REPLIES: Final = 500
_ASKED_AT_A_TIME: Final = 100
# The list lives an hour after its last reply; much sooner than that, ask.
_ASK_EVERY_S: Final = 300.0


class Watcher:
    """All watches of one queue in one event loop.

    Attributes:
        sid: The session that jobs are watched by; a job's record may name it from the start.
    """

    def __init__(
        self,
        transport: Transport,
        keys: QueueKeys,
        ask: Ask,
        *,
        ask_every: float = _ASK_EVERY_S,
    ) -> None:
        """Watch nothing yet.

        Args:
            transport: Gives the connection that waits.
            keys: The keys of the queue.
            ask: Runs a script that may run twice, until it is answered.
            ask_every: Seconds after which the states are asked although nothing was lost.
                Defaults to 300.
        """
        self._transport = transport
        self._keys = keys
        self._ask = ask
        self._ask_every = ask_every
        self._listener: asyncio.Task[None] | None = None
        self._leaving: dict[str, asyncio.Task[None]] = {}
        self._watches: dict[str, list[Watch]] = {}
        self._unsure = False
        self._checked = 0.0
        self.sid = new_session()
        after_fork(self._in_child)

    async def watch(self, job_id: str) -> Watch:
        """Watch a job that may have ended already.

        Raises:
            ServerUnavailable: The server does not answer.
        """
        watch = self.expect(job_id)
        try:
            if (leaving := self._leaving.get(job_id)) is not None:
                # Sent before us, it might still arrive after us and undo what we ask for.
                await asyncio.wait([leaving])
            end = await self._state(job_id)
        except BaseException:
            # Whoever ran out of time does not know whether the server heard of it.
            self.leave(watch)
            raise
        watch.expected = False
        if end is not None:
            watch.tell(end)
            self._forget(watch)
        return watch

    def expect(self, job_id: str) -> Watch:
        """Watch a job that is about to be added with `sid` in its record; asks nothing.

        Set `expected` to False when it is added.
        """
        watch = Watch(job_id, self.leave)
        self._watches.setdefault(job_id, []).append(watch)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="backbeat: watch")
        return watch

    def leave(self, watch: Watch) -> None:
        """Stop a watch; the last one of a job tells the server."""
        job_id = watch.job_id
        if self._forget(watch) and job_id not in self._watches and job_id not in self._leaving:
            task = asyncio.create_task(self._unwatch(job_id), name="backbeat: unwatch")
            self._leaving[job_id] = task

    async def close(self) -> None:
        """End all watches: nothing more will be heard."""
        self._fail(ServerUnavailable("the client was closed"))
        tasks = [each for each in (self._listener, *self._leaving.values()) if each is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _unwatch(self, job_id: str) -> None:
        try:
            if job_id not in self._watches:
                await self._ask("unwatch", [self.sid, *watch_args(job_id)])
            if job_id in self._watches:
                # Somebody watches it again meanwhile: the server has to know.
                await self._check([job_id])
        except ServerUnavailable as error:
            # Its news will be dropped here when they come.
            logger.debug("job %s stays watched: %s", job_id, error)
        finally:
            self._leaving.pop(job_id, None)

    async def _listen(self) -> None:
        connection = self._transport.blocking()
        self._checked = asyncio.get_running_loop().time()
        try:
            while self._watches:
                await self._hear(connection)
        except BackbeatError as error:
            self._fail(error)
        except Exception as error:
            logger.exception("watching the jobs of %s failed", self._keys.queue)
            # Nobody may be left waiting for what will not be heard.
            self._fail(ProtocolError(f"watching failed: {error!r}"))
        finally:
            self._listener = None
            await connection.close()

    async def _hear(self, connection: BlockingConnection) -> None:
        losses = connection.losses
        key = self._keys.replies(self.sid)
        command = ("BLMPOP", _WAIT_S, 1, key, "LEFT", "COUNT", _REPLIES)
        reply = await connection.block(*command, timeout=_WAIT_S)
        for line in _lines(reply):
            self._tell(*_read(line))
        idle = asyncio.get_running_loop().time() - self._checked
        if self._unsure or connection.losses != losses or idle > self._ask_every:
            await self._check(list(self._watches))

    async def _check(self, job_ids: list[str]) -> None:
        """Ask for the state of jobs whose news may be lost."""
        self._unsure = False
        self._checked = asyncio.get_running_loop().time()
        try:
            for start in range(0, len(job_ids), _ASKED_AT_A_TIME):
                part = job_ids[start : start + _ASKED_AT_A_TIME]
                ends = await asyncio.gather(*(self._state(job_id) for job_id in part))
                for job_id, end in zip(part, ends, strict=True):
                    if end is not None:
                        self._settle(job_id, end)
        except ServerUnavailable:
            # The next round asks again.
            self._unsure = True

    async def _state(self, job_id: str) -> Notice | None:
        """How the job ended; None while it goes on and the server knows that we watch."""
        reply = await self._ask("watch", [self.sid, *watch_args(job_id)])
        ended = parse_watch(reply)
        if ended is None:
            return None
        state, result = ended
        return Notice(state.value if state is not None else "unknown", result)

    def _settle(self, job_id: str, end: Notice) -> None:
        watches = self._watches.get(job_id, ())
        if end.kind == "unknown" and any(watch.expected for watch in watches):
            self._unsure = True
        else:
            self._tell(job_id, end)

    def _tell(self, job_id: str, notice: Notice) -> None:
        watches = self._watches.get(job_id, ())
        for watch in watches:
            watch.tell(notice)
        if notice.final:
            self._watches.pop(job_id, None)

    def _forget(self, watch: Watch) -> bool:
        watches = self._watches.get(watch.job_id, [])
        if watch not in watches:
            return False
        watches.remove(watch)
        if not watches:
            del self._watches[watch.job_id]
        return True

    def _fail(self, error: BackbeatError) -> None:
        watches, self._watches = self._watches, {}
        for watch in (each for several in watches.values() for each in several):
            watch.tell(error)

    def _in_child(self) -> None:
        keep_unused((self._listener, self._leaving, self._watches))
        self._listener, self._leaving, self._watches = None, {}, {}
        self.sid = new_session()


def _lines(reply: Reply) -> Iterable[bytes]:
    """The elements out of BLMPOP's answer: key and elements, or nothing."""
    if reply is None:
        return
    if not isinstance(reply, list) or len(reply) != 2 or not isinstance(reply[1], list):
        raise ProtocolError(f"expected a key and its elements, got {reply!r:.100}")
    for line in reply[1]:
        if isinstance(line, bytes):
            yield line


def _read(line: bytes) -> tuple[str, Notice]:
    parts = line.split(b"|", 2)
    if len(parts) != 3:
        raise ProtocolError(f"expected id|kind|data, got {line!r:.100}")
    job_id, kind, data = parts
    return job_id.decode(), Notice(kind.decode(), data)
