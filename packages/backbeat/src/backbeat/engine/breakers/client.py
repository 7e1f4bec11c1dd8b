"""The breakers of an installation: asked and told by workers and operators."""

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Literal

from backbeat.engine.breakers import calls
from backbeat.engine.breakers.calls import BreakerLook, Passed
from backbeat.engine.breakers.keys import BreakerKeys, breaker_registry
from backbeat.engine.breakers.scripts import BreakerScripts
from backbeat.engine.calls.reply import items, text
from backbeat.engine.session import PATIENCE_S, Clock, Session
from backbeat.engine.transport.base import Transport
from backbeat.engine.transport.resend import Resend, answered
from backbeat.errors import StorageFull
from backbeat.lua import Arg


class BreakerClient:
    """One breaker, as one event loop sees it."""

    def __init__(
        self, transport: Transport, namespace: str, name: str, *, clock: Clock | None = None
    ) -> None:
        """Ask nothing yet.

        Args:
            transport: Where calls go; the client does not close it.
            namespace: Prefix of the keys.
            name: Name of the breaker.
            clock: Milliseconds since 1970, for tests. Defaults to None: the server's time.
        """
        self._transport = transport
        self._registry = breaker_registry(namespace)
        self._name = name
        self._clock = clock
        self._scripts = BreakerScripts(BreakerKeys(namespace, name))
        self._session = Session(transport, self._scripts, clock=clock)
        self._announced_at = -math.inf

    async def ask(self, args: Sequence[Arg]) -> Passed:
        """Tell of calls that have ended, and ask for others; see `pass_args`.

        Raises:
            OutcomeUnknown: Sent, and not answered within a minute.
            ServerUnavailable: Never sent, or refused.
        """
        await self._announce()
        return calls.parse_pass(await self._session.run("pass", args))

    async def force(self, state: Literal["open", "closed"], ms: int = 0) -> None:
        """Open or close it by hand; 0 ms: until it is closed by hand."""
        await self._announce()
        await self._session.run("force", calls.force_args(state, ms))

    async def look(self) -> BreakerLook:
        """What it does, and why."""
        now_ms = 0 if self._clock is None else self._clock()
        script, line = self._scripts.script("look"), self._scripts.command("look", [now_ms])
        reply = await answered(lambda: self._transport.script(script, line), Resend(PATIENCE_S))
        return calls.parse_look(reply)

    async def _announce(self) -> None:
        """Say its name, from time to time: while it is idle it may be forgotten."""
        if time.monotonic() - self._announced_at >= ANNOUNCED_S:
            # A full server learns it later: workers must go on.
            with suppress(StorageFull):
                await self._transport.execute("SADD", self._registry, self._name)
                self._announced_at = time.monotonic()


ANNOUNCED_S: Final = 60.0


async def breaker_names(transport: Transport, namespace: str) -> list[str]:
    """The names of all breakers that were ever used, sorted."""
    return sorted(
        map(text, items(await transport.execute("SMEMBERS", breaker_registry(namespace)), 0))
    )
