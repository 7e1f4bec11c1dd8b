"""The breakers of an installation, asked and told by operators without an event loop."""

from contextlib import suppress
from typing import Literal

from backbeat.engine.breakers import calls
from backbeat.engine.breakers.calls import BreakerLook
from backbeat.engine.breakers.keys import BreakerKeys, breaker_registry
from backbeat.engine.breakers.scripts import BreakerScripts
from backbeat.engine.calls.reply import items, text
from backbeat.engine.session import PATIENCE_S, Clock, SyncSession
from backbeat.engine.transport.base import SyncTransport
from backbeat.engine.transport.resend import Resend, answered_sync
from backbeat.errors import StorageFull


class SyncBreakerClient:
    """`BreakerClient` for threads; it does not `ask`, that is for workers."""

    def __init__(
        self, transport: SyncTransport, namespace: str, name: str, *, clock: Clock | None = None
    ) -> None:
        """Ask nothing yet; see `BreakerClient` for the arguments."""
        self._transport = transport
        self._registry = breaker_registry(namespace)
        self._name = name
        self._clock = clock
        self._scripts = BreakerScripts(BreakerKeys(namespace, name))
        self._session = SyncSession(transport, self._scripts, clock=clock)

    def force(self, state: Literal["open", "closed"], ms: int = 0) -> None:
        """See `BreakerClient.force`."""
        # A full server learns the name later: what is broken must be left alone now.
        with suppress(StorageFull):
            self._transport.execute("SADD", self._registry, self._name)
        self._session.run("force", calls.force_args(state, ms))

    def look(self) -> BreakerLook:
        """See `BreakerClient.look`."""
        now_ms = 0 if self._clock is None else self._clock()
        script, line = self._scripts.script("look"), self._scripts.command("look", [now_ms])
        reply = answered_sync(lambda: self._transport.script(script, line), Resend(PATIENCE_S))
        return calls.parse_look(reply)


def breaker_names_sync(transport: SyncTransport, namespace: str) -> list[str]:
    """See `breaker_names`."""
    return sorted(map(text, items(transport.execute("SMEMBERS", breaker_registry(namespace)), 0)))
