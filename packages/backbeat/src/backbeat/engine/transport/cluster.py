"""The transport of async code to a cluster: one connection for all calls to each primary."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from typing_extensions import override

from backbeat.config.several import Several
from backbeat.engine.transport.base import (
    BlockingConnection,
    Elsewhere,
    Later,
    NotSent,
    Reply,
    Transport,
    Unsettled,
)
from backbeat.engine.transport.blocking import AsyncBlockingConnection
from backbeat.engine.transport.multiplexed import (
    ANSWER_TIMEOUT_S,
    PATIENCE_S,
    MultiplexedTransport,
)
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.resend import Backoff, Resend, answered
from backbeat.engine.transport.slots import guarded, slot_of
from backbeat.engine.transport.target import Target
from backbeat.engine.transport.topology import Address, Topology, in_doubt
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg, Script

LONGEST_PAUSE_S: Final = 1.0
# A call that is sent from node to node more often goes in a circle.
MOST_HOPS: Final = 5

Send = Callable[[MultiplexedTransport, bool], Awaitable[Reply]]


class ClusterTransport(Transport):
    """Sends each call to the primary of its slot; see `Transport` for the promises.

    A call that was redirected has not been executed: it is sent on at once, as it is. What a node
    that has gone may have executed is the caller's to repeat, with the same number.
    """

    one_slot = True

    def __init__(
        self,
        several: Several,
        *,
        answer_timeout: float = ANSWER_TIMEOUT_S,
        patience: float = PATIENCE_S,
    ) -> None:
        """Connect at the first call.

        Args:
            several: The address of the cluster.
            answer_timeout: Seconds without an answer after which a connection counts as dead.
                Defaults to 10.
            patience: Seconds for which `execute` repeats a command. Defaults to 60.

        Raises:
            ConfigurationError: The address has an option that cannot be used.
        """
        way = Target.way(several)
        way.check()
        self._topology = Topology(several, way)
        self._answer_timeout = answer_timeout
        self._patience = patience
        self._closed = False
        self._nodes: dict[Address, MultiplexedTransport] = {}

    @override
    async def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        whole = guarded(command)
        return await self._send(
            slot_of(command), lambda node, asking: node.run(script, whole, asking=asking)
        )

    @override
    async def execute(self, *command: Arg) -> Reply:
        slot, packed = slot_of(command), pack(command)

        async def once() -> Reply:
            return await self._send(slot, lambda node, asking: node.once(packed, asking=asking))

        return await answered(once, Resend(self._patience))

    @override
    def blocking(self) -> BlockingConnection:
        return ClusterBlockingConnection(self._topology)

    @override
    async def servers(self) -> tuple[Transport, ...]:
        await self._master(None)
        return tuple(self._node(address) for address in sorted(self._topology.masters))

    @override
    async def close(self) -> None:
        self._closed = True
        for node in self._nodes.values():
            await node.close()
        self._topology.close()

    async def _send(self, slot: int | None, send: Send) -> Reply:
        address, asking = await self._master(slot), False
        for _ in range(MOST_HOPS):
            try:
                return await self._at(address, send, asking=asking)
            except Elsewhere as error:
                if slot is None or error.address is None:
                    raise
                host, port = error.address
                address, asking = (host or address[0], port), error.kind == "ASK"
                if not asking:
                    self._topology.note(slot, address)
        raise Later("MOVED", f"{self._topology.label} sends a call in a circle")

    async def _at(self, address: Address, send: Send, *, asking: bool) -> Reply:
        node = self._node(address)
        try:
            return await send(node, asking)
        except Unsettled as error:
            if in_doubt(error):
                await self._look()
            raise
        except ServerUnavailable as error:
            if self._closed or self._nodes.get(address) is node:
                raise
            raise NotSent(f"{address[0]}:{address[1]} is no longer a primary") from error

    async def _master(self, slot: int | None) -> Address:
        if self._closed:
            raise ServerUnavailable("the transport is closed")
        await self._topology.look_async(float("inf"))
        if self._topology.master(slot) is None:
            await self._look()
        address = self._topology.master(slot)
        if address is None:
            raise self._topology.missing(slot)
        return address

    async def _look(self) -> None:
        """Look at the map, and leave the nodes that are no primaries any more."""
        await self._topology.look_async()
        gone = self._nodes.keys() - self._topology.masters
        for address in gone:
            await self._nodes.pop(address).close()

    def _node(self, address: Address) -> MultiplexedTransport:
        node = self._nodes.get(address)
        if node is None:
            node = self._nodes[address] = MultiplexedTransport(
                self._topology.target(address),
                answer_timeout=self._answer_timeout,
                patience=self._patience,
            )
        return node


class ClusterBlockingConnection(BlockingConnection):
    """A connection to the primary of whatever slot is waited on; see `BlockingConnection`."""

    def __init__(self, topology: Topology) -> None:
        """Connect at the first call."""
        self.losses = 0
        self._topology = topology
        self._closed = False
        self._backoff = Backoff(longest=LONGEST_PAUSE_S)
        self._place: tuple[int | None, Address] | None = None
        self._connection: AsyncBlockingConnection | None = None

    @override
    async def block(self, *command: Arg, timeout: float) -> Reply:
        connection = await self._connected(slot_of(command))
        if connection is None:
            return None
        losses = connection.losses
        reply = await connection.block(*command, timeout=timeout)
        if connection.losses != losses:
            self.losses += 1
            await self._topology.look_async()
        return reply

    @override
    async def close(self) -> None:
        self._closed = True
        await self._drop()

    async def _connected(self, slot: int | None) -> AsyncBlockingConnection | None:
        """The connection to the primary of a slot; None, after a pause, where there is none."""
        if self._closed:
            raise ServerUnavailable("the waiting connection is closed")
        await self._topology.look_async(float("inf"))
        address = self._topology.master(slot)
        if address is None:
            await asyncio.sleep(self._backoff.next())
            await self._topology.look_async()
            if not isinstance(problem := self._topology.missing(slot), Unsettled):
                raise problem
            return None
        self._backoff.reset()
        if self._connection is None or self._place != (slot, address):
            await self._drop()
            self._place = slot, address
            self._connection = AsyncBlockingConnection(self._topology.target(address, slot))
        return self._connection

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
