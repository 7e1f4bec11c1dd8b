"""Locks, semaphores and limits of an installation, for async code."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import Final

from backbeat.engine.calls.reply import items, names, text
from backbeat.engine.flaws import WORDS, Flaw
from backbeat.engine.keys import QueueKeys
from backbeat.engine.permits import calls
from backbeat.engine.permits.calls import Answer, Kept, Look, Mode, Wish
from backbeat.engine.permits.keys import PermitKeys, name_in, pattern
from backbeat.engine.permits.limit_calls import Taken, parse_scale, parse_take, scale_args
from backbeat.engine.permits.scripts import PermitScripts
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.session import PATIENCE_S, Clock, Session
from backbeat.engine.transport.base import BlockingConnection, Reply, Transport
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.resend import Resend, answered
from backbeat.errors import BackbeatError
from backbeat.lua import Arg

logger = logging.getLogger("backbeat.permits")

# Waiting takes a connection of its own; so many stay for the next who wait.
# One for each partition that waits, in the common case.
_IDLE_CONNECTIONS: Final = 32
_SCAN: Final = 1_000


class PermitClient:
    """Asks for slots of any name. Belongs to one event loop and one transport.

    A call may be sent again until it is answered: all of it is safe to repeat, since a token names
    one hold for ever.
    """

    def __init__(
        self,
        transport: Transport,
        namespace: str,
        *,
        clock: Clock | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Ask nothing yet.

        Args:
            transport: Where calls go; the client does not close it.
            namespace: Prefix of the keys.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
            patience: Seconds for which a call is sent again. Defaults to 60.
        """
        self._transport = transport
        self._namespace = namespace
        self._clock = clock
        self._patience = patience
        self._idle: list[BlockingConnection] = []
        after_fork(self._in_child)

    @property
    def transport(self) -> Transport:
        """Where its calls go."""
        return self._transport

    async def hold(self, wish: Wish, mode: Mode, *, resend: Resend | None = None) -> Answer:
        """Ask for a slot.

        Args:
            wish: What is wanted.
            mode: "take": at once or not. "stay": or join the line. "park": a job joins the line;
                it is not given the slot.
            resend: The patience for this call, and whether it was sent twice. Defaults to 60 s.
        """
        reply = await self._ask(wish.name, "hold", calls.hold_args(wish, mode), resend)
        answer = calls.parse_hold(reply)
        await self._tell(wish.name, answer.jobs)
        return answer

    async def extend(
        self, name: str, token: str, ttl_ms: int, *, resend: Resend | None = None
    ) -> Kept:
        """Hold on to a slot for `ttl_ms` from now on."""
        reply = await self._ask(name, "extend", calls.extend_args(token, ttl_ms), resend)
        kept = calls.parse_extend(reply)
        await self._tell(name, kept.jobs)
        return kept

    async def release(self, name: str, token: str, waiter: str, *, resent: bool = False) -> Kept:
        """Give a slot back, and leave the line.

        Args:
            name: Name of the lock or semaphore.
            token: Names the hold.
            waiter: Its name in the line.
            resent: Whether a call for this hold was sent more than once: then an old one that
                arrives late is refused. Defaults to False.
        """
        resend = Resend(self._patience)
        args = calls.release_args(token, waiter, resent=resent)
        kept = calls.parse_release(await self._ask(name, "release", args, resend))
        await self._tell(name, kept.jobs)
        if resend.unknown and not kept.ours:
            # The first call that was sent may have been the one that gave it back.
            return Kept(ours=True, now_ms=kept.now_ms, jobs=kept.jobs)
        return kept

    def session(self, name: str) -> Session:
        """A session for numbered calls on one limit: `take` and `pause`."""
        scripts = PermitScripts(PermitKeys(self._namespace, name))
        return Session(self._transport, scripts, clock=self._clock)

    async def take(self, session: Session, name: str, args: Sequence[Arg]) -> Taken:
        """Take units and slots, and settle those that were taken before; see `take_args`."""
        taken = parse_take(await session.run("take", args))
        await self._tell(name, taken.jobs)
        return taken

    async def scale(self, name: str, most: int, declared: int = 0) -> None:
        """Let a limit have so many slots, whatever is declared, until it is taken back.

        Args:
            name: The limit.
            most: Slots; 0 is as declared.
            declared: What that is; 0 where it is not known. Defaults to 0.
        """
        args = scale_args(most, declared)
        await self._tell(name, parse_scale(await self._ask(name, "scale", args)))

    async def look(self, name: str) -> Look:
        """Who holds a lock or semaphore, and who waits for it."""
        return calls.parse_look(await self._ask(name, "look", []))

    async def verify(self, name: str, *, repair: bool) -> list[Flaw]:
        """What is wrong with the numbers of a name, or was, where it is to be put right."""
        found = items(await self._ask(name, "verify", [int(repair)]), 0)
        return [Flaw("", what, name, WORDS[what], repair) for what in map(text, found)]

    async def names(self) -> AsyncIterator[str]:
        """Every name that is or was in use within the last minutes; looks at all keys in steps."""
        for server in await self._transport.servers():
            seen: set[str] = set()
            cursor = ""
            while cursor != "0":
                found = await server.execute(
                    "SCAN", cursor or "0", "MATCH", pattern(self._namespace), "COUNT", _SCAN
                )
                step, keys = items(found, 2)
                cursor = text(step)
                for key in map(text, items(keys, 0)):
                    if key not in seen:
                        seen.add(key)
                        yield name_in(key)

    async def turn(self, name: str, waiter: str, seconds: float) -> None:
        """Wait until the turn of a waiter has come, or the time is over."""
        if seconds <= 0:
            return
        key = PermitKeys(self._namespace, name).wake(waiter)
        connection = self._idle.pop() if self._idle else self._transport.blocking()
        try:
            with contextlib.suppress(TimeoutError):
                # The server ends a wait up to 100 ms late.
                async with asyncio.timeout(seconds):
                    await connection.block("BLPOP", key, f"{seconds:.3f}", timeout=seconds)
        finally:
            if len(self._idle) < _IDLE_CONNECTIONS:
                self._idle.append(connection)
            else:
                await connection.close()

    async def close(self) -> None:
        """Close the waiting connections; the transport stays open."""
        while self._idle:
            await self._idle.pop().close()

    async def _tell(self, name: str, jobs: Sequence[str]) -> None:
        """Wake parked jobs whose turn has come; the turn of one that is gone passes on."""
        told = deque(jobs)
        try:
            while told:
                waiter = told.popleft()
                queue, _, job_id = waiter.partition("|")
                if not await self.unpark(queue, job_id):
                    args = calls.release_args("", waiter, resent=False)
                    told += calls.parse_release(await self._ask(name, "release", args)).jobs
        except BackbeatError as error:
            logger.warning("jobs that wait for %s look later: %s", name, error)

    async def unpark(self, queue: str, job_id: str) -> bool:
        """Let a parked job start now; False if it is not parked."""
        scripts = QueueScripts(QueueKeys(self._namespace, queue))
        line = scripts.command("unpark", [self._now_ms(), job_id])
        script = scripts.script("unpark")
        reply = await answered(lambda: self._transport.script(script, line), Resend(self._patience))
        return names(reply) != ()

    async def _ask(
        self, name: str, script: str, tail: Sequence[Arg], resend: Resend | None = None
    ) -> Reply:
        scripts = PermitScripts(PermitKeys(self._namespace, name))
        line = scripts.command(script, [self._now_ms(), *tail])
        return await answered(
            lambda: self._transport.script(scripts.script(script), line),
            resend or Resend(self._patience),
        )

    def _now_ms(self) -> int:
        return 0 if self._clock is None else self._clock()

    def _in_child(self) -> None:
        self._idle = []
