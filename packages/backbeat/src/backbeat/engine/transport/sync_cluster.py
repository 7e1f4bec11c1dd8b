"""The transport of code without an event loop to a cluster: one connection to each primary."""

import threading
from collections.abc import Callable

from typing_extensions import override

from backbeat.config.several import Several
from backbeat.engine.transport.base import (
    Elsewhere,
    Later,
    NotSent,
    Reply,
    SyncBlockingConnection,
    SyncTransport,
    Unsettled,
)
from backbeat.engine.transport.blocking import ThreadBlockingConnection
from backbeat.engine.transport.cluster import LONGEST_PAUSE_S, MOST_HOPS
from backbeat.engine.transport.forks import after_fork
from backbeat.engine.transport.multiplexed import ANSWER_TIMEOUT_S, PATIENCE_S
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.resend import Backoff, Resend, answered_sync
from backbeat.engine.transport.slots import guarded, slot_of
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from backbeat.engine.transport.topology import Address, Topology, in_doubt
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg, Script

Send = Callable[[ThreadTransport, bool], Reply]


class ThreadClusterTransport(SyncTransport):
    """`ClusterTransport` for threads: calls to different primaries do not wait for each other."""

    def __init__(
        self,
        several: Several,
        *,
        answer_timeout: float = ANSWER_TIMEOUT_S,
        patience: float = PATIENCE_S,
        longest_pause: float = LONGEST_PAUSE_S,
    ) -> None:
        """Connect at the first call; see `ThreadTransport` for the arguments."""
        self._longest_pause = longest_pause
        way = Target.way(several)
        way.check()
        self._topology = Topology(several, way)
        self._answer_timeout = answer_timeout
        self._patience = patience
        self._closed = threading.Event()
        self._turn = threading.Lock()
        self._nodes: dict[Address, ThreadTransport] = {}
        after_fork(self._in_child)

    @override
    def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        whole = guarded(command)
        return self._send(
            slot_of(command), lambda node, asking: node.run(script, whole, asking=asking)
        )

    @override
    def execute(self, *command: Arg) -> Reply:
        slot, packed = slot_of(command), pack(command)

        def once() -> Reply:
            return self._send(slot, lambda node, asking: node.once(packed, asking=asking))

        return answered_sync(once, Resend(self._patience), sleep=self._closed.wait)

    @override
    def blocking(self) -> SyncBlockingConnection:
        return ThreadClusterBlockingConnection(self._topology)

    @override
    def close(self) -> None:
        self._closed.set()
        with self._turn:
            nodes, self._nodes = self._nodes, {}
        for node in nodes.values():
            node.close()
        self._topology.close()

    def _send(self, slot: int | None, send: Send) -> Reply:
        address, asking = self._master(slot), False
        for _ in range(MOST_HOPS):
            try:
                return self._at(address, send, asking=asking)
            except Elsewhere as error:
                if slot is None or error.address is None:
                    raise
                host, port = error.address
                address, asking = (host or address[0], port), error.kind == "ASK"
                if not asking:
                    self._topology.note(slot, address)
        raise Later("MOVED", f"{self._topology.label} sends a call in a circle")

    def _at(self, address: Address, send: Send, *, asking: bool) -> Reply:
        node = self._node(address)
        try:
            return send(node, asking)
        except Unsettled as error:
            if in_doubt(error):
                self._look()
            raise
        except ServerUnavailable as error:
            if self._closed.is_set() or self._nodes.get(address) is node:
                raise
            raise NotSent(f"{address[0]}:{address[1]} is no longer a primary") from error

    def _master(self, slot: int | None) -> Address:
        if self._closed.is_set():
            raise ServerUnavailable("the transport is closed")
        self._topology.look(float("inf"))
        if self._topology.master(slot) is None:
            self._look()
        address = self._topology.master(slot)
        if address is None:
            raise self._topology.missing(slot)
        return address

    def _look(self) -> None:
        """Look at the map, and leave the nodes that are no primaries any more."""
        self._topology.look()
        with self._turn:
            gone = [self._nodes.pop(each) for each in self._nodes.keys() - self._topology.masters]
        for node in gone:
            node.close()

    def _node(self, address: Address) -> ThreadTransport:
        with self._turn:
            node = self._nodes.get(address)
            if node is None:
                node = self._nodes[address] = ThreadTransport(
                    self._topology.target(address),
                    answer_timeout=self._answer_timeout,
                    patience=self._patience,
                    longest_pause=self._longest_pause,
                )
            return node

    def _in_child(self) -> None:
        self._turn = threading.Lock()


class ThreadClusterBlockingConnection(SyncBlockingConnection):
    """`ClusterBlockingConnection` for code without an event loop."""

    def __init__(self, topology: Topology) -> None:
        """Connect at the first call."""
        self.losses = 0
        self._topology = topology
        self._closed = threading.Event()
        self._backoff = Backoff(longest=LONGEST_PAUSE_S)
        self._place: tuple[int | None, Address] | None = None
        self._connection: ThreadBlockingConnection | None = None

    @override
    def block(self, *command: Arg, timeout: float) -> Reply:
        connection = self._connected(slot_of(command))
        if connection is None:
            return None
        losses = connection.losses
        reply = connection.block(*command, timeout=timeout)
        if connection.losses != losses:
            self.losses += 1
            self._topology.look()
        return reply

    @override
    def close(self) -> None:
        self._closed.set()
        self._drop()

    def _connected(self, slot: int | None) -> ThreadBlockingConnection | None:
        """The connection to the primary of a slot; None, after a pause, where there is none."""
        if self._closed.is_set():
            raise ServerUnavailable("the waiting connection is closed")
        self._topology.look(float("inf"))
        address = self._topology.master(slot)
        if address is None:
            self._closed.wait(self._backoff.next())
            self._topology.look()
            if not isinstance(problem := self._topology.missing(slot), Unsettled):
                raise problem
            return None
        self._backoff.reset()
        if self._connection is None or self._place != (slot, address):
            self._drop()
            self._place = slot, address
            self._connection = ThreadBlockingConnection(self._topology.target(address, slot))
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
