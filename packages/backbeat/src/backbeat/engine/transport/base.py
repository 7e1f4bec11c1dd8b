"""What the engine asks of a connection to the server, and the ways in which a call can fail."""

from typing import TYPE_CHECKING, Protocol

from backbeat.engine.calls.reply import Reply as Reply
from backbeat.errors import ServerUnavailable
from backbeat.lua import Arg, Script

if TYPE_CHECKING:
    from collections.abc import Sequence


class Unsettled(ServerUnavailable):
    """One try of a call gave no answer of its own; trying again is a decision of the caller."""


class NotSent(Unsettled):
    """The call never left this process: repeating it is always safe."""


class NotAnswered(Unsettled):
    """The call was sent and not answered: repeat it only with the same number."""


class Later(Unsettled):
    """The server refused to run the call for now.

    Attributes:
        kind: The server's word: LOADING, BUSY, CLUSTERDOWN, TRYAGAIN, MASTERDOWN, NOREPLICAS.
    """

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class UnknownScript(Later):
    """The server has not the script: it has to be loaded. It was not run."""


class Elsewhere(Unsettled):
    """Another server has to be asked. Unless it `redirects`, the connection is given up.

    Attributes:
        kind: The server's word: READONLY, MOVED, ASK, UNBLOCKED.
        address: Host and port that it named, of MOVED and ASK; an empty host is its own.
    """

    def __init__(self, kind: str, message: str, address: tuple[str, int] | None = None) -> None:
        self.kind = kind
        self.address = address
        super().__init__(message)

    @property
    def redirects(self) -> bool:
        """Whether the server is in order, and only this call belongs elsewhere."""
        return self.address is not None


class BlockingConnection(Protocol):
    """A connection of its own for commands that wait on the server.

    Attributes:
        losses: How often the connection was lost or could not be made, so far. Where a reply that
            was lost matters, compare it before and after.
    """

    losses: int

    async def block(self, *command: Arg, timeout: float) -> Reply:  # noqa: ASYNC109 - the server's
        """Run one command that may block.

        Survives the death of the server: a lost connection answers None, the next call connects
        anew, with a growing pause while that fails. What the server popped for a reply that was
        lost is gone: see `losses`.

        Args:
            *command: The command, its own blocking time included.
            timeout: Seconds that the command may block; the connection counts as lost 3 s later.

        Returns:
            The reply; None when the time passed or the connection was lost.

        Raises:
            ServerUnavailable: The server refuses for good (rights, password).
            ProtocolError: The command is wrong for the key.
        """
        ...

    async def close(self) -> None:
        """Close the connection; safe to call twice. A call that blocks ends with None."""
        ...


class Transport(Protocol):
    """Brings calls to the server, many at a time, from one event loop.

    Attributes:
        one_slot: Whether the keys of one command have to lie in one slot, as in a cluster.
    """

    one_slot: bool

    async def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        """Run a script once: sent at most once, except where the server did not know it.

        Args:
            script: The script, for its text in case the server has to learn it.
            command: The whole EVALSHA command.

        Raises:
            NotSent: It never left; repeat it.
            NotAnswered: It left and was not answered: repeat it with the same number only.
            Later: The server refused for now; repeat it after a pause.
            Elsewhere: Another server has to be asked; repeat it.
            StorageFull: The server is at its memory limit; nothing was written.
            ServerUnavailable: The server refuses for good (rights, password, disk).
            ProtocolError: The script failed: a bug, or a foreign hand in the keys.
            BackbeatError: What the script itself answered, by its code.
        """
        ...

    async def execute(self, *command: Arg) -> Reply:
        """Run a read, or a command that may run twice; repeats by itself until answered.

        Raises:
            ServerUnavailable: Not answered within the patience of the transport.
            ProtocolError: The command is wrong for the key.
        """
        ...

    def blocking(self) -> BlockingConnection:
        """A connection for blocking commands; connects at its first use."""
        ...

    async def servers(self) -> "Sequence[Transport]":
        """Each server that holds keys, as a transport of its own that need not be closed."""
        ...

    async def close(self) -> None:
        """Close the connection and refuse further calls; safe to call twice."""
        ...


class SyncBlockingConnection(Protocol):
    """`BlockingConnection` for code without an event loop; one thread at a time."""

    losses: int

    def block(self, *command: Arg, timeout: float) -> Reply:
        """See `BlockingConnection.block`."""
        ...

    def close(self) -> None:
        """Close the connection; safe to call twice and from another thread."""
        ...


class SyncTransport(Protocol):
    """`Transport` for code without an event loop; safe to share between threads."""

    def script(self, script: Script, command: tuple[Arg, ...]) -> Reply:
        """See `Transport.script`."""
        ...

    def execute(self, *command: Arg) -> Reply:
        """See `Transport.execute`."""
        ...

    def blocking(self) -> SyncBlockingConnection:
        """See `Transport.blocking`."""
        ...

    def close(self) -> None:
        """See `Transport.close`."""
        ...
