"""The calls of a keeper, on a connection that is its alone and gives up quickly."""

from collections.abc import Callable, Sequence
from typing import Protocol

from backbeat.engine.keys import QueueKeys
from backbeat.engine.permits.sync_client import SyncPermitClient
from backbeat.engine.scripts import QueueScripts
from backbeat.engine.transport.base import Reply, SyncTransport
from backbeat.lua import Arg
from backbeat.worker.leases.keeping import Kept
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.lease_times import answer_within, retry_after


class Connect(Protocol):
    """Makes a connection that nobody else uses."""

    def __call__(self, *, answer_timeout: float, longest_pause: float) -> SyncTransport:
        """Make it.

        Args:
            answer_timeout: Seconds without an answer after which it counts as dead.
            longest_pause: Seconds that it waits at most before it connects anew.
        """


class KeeperCalls:
    """Calls on any queue, each tried once: what failed is tried again when its time has come."""

    def __init__(
        self, connect: Connect, namespace: str, *, lease: float, clock: Callable[[], int] | None
    ) -> None:
        """Connect at the first call.

        Args:
            connect: Makes the connection.
            namespace: Prefix of the keys.
            lease: Seconds of the shortest lease that is kept: a connection that hangs has to be
                noticed well before it is over.
            clock: Milliseconds since 1970, for tests; None leaves the time to the server.
        """
        self._connect = connect
        self._namespace = namespace
        self._lease = lease
        self._clock = clock
        self._transport: SyncTransport | None = None
        self._scripts: dict[str, QueueScripts] = {}

    def of_worker(self, registration: Registration, name: str, args: Sequence[Arg]) -> Reply:
        """A call with the number and session of a worker."""
        stamp: list[Arg] = [registration.wn, registration.sid]
        return self.on_queue(registration.queue, name, [*stamp, *args])

    def on_queue(self, queue: str, name: str, args: Sequence[Arg]) -> Reply:
        """A call that is nobody's."""
        transport = self._connected()
        scripts = self._scripts.get(queue)
        if scripts is None:
            scripts = self._scripts[queue] = QueueScripts(QueueKeys(self._namespace, queue))
        now_ms = 0 if self._clock is None else self._clock()
        command = scripts.command(name, [now_ms, *args])
        return transport.script(scripts.script(name), command)

    def extend(self, kept: Kept) -> bool:
        """Hold on to a lock, or to what is held of a limit; whether it was still held."""
        return self._permits().extend(kept.name, kept.token, kept.ttl_ms).ours

    def release(self, kept: Kept) -> None:
        """Give it back in the place of a worker that is gone."""
        self._permits().release(kept.name, kept.token, kept.waiter)

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def _permits(self) -> SyncPermitClient:
        transport = self._connected()
        return SyncPermitClient(transport, self._namespace, clock=self._clock, patience=0)

    def _connected(self) -> SyncTransport:
        if self._transport is None:
            self._transport = self._connect(
                answer_timeout=answer_within(self._lease), longest_pause=retry_after(self._lease)
            )
        return self._transport
