"""The breakers of an installation, for people: look, open by hand, close by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from backbeat.app.connections import AsyncConnection, Connections
from backbeat.app.times import moment, whole_ms
from backbeat.engine.breakers.calls import BreakerLook, BreakerState, Rules, is_idle
from backbeat.engine.breakers.client import BreakerClient, breaker_names
from backbeat.engine.breakers.keys import breaker_registry
from backbeat.engine.ids import check_name
from backbeat.values import Breaker, Seconds


@dataclass(frozen=True, slots=True)
class BreakerInfo:
    """What a breaker does, and why.

    Attributes:
        name: Its name.
        state: "closed": calls go through; "open": they are held back; "half-open": a few try.
        since: When it came to that; None where it never changed.
        until: When it is half-open again; None where it is not open, or until closed by hand.
        well: Calls that ended well in the window.
        failed: Calls that failed in the window.
        probes_well: Probes that ended well; while half-open.
        probes_running: Probes that run.
        declared: The numbers by which workers called it last; None before the first call.
    """

    name: str
    state: BreakerState
    since: datetime | None
    until: datetime | None
    well: int
    failed: int
    probes_well: int
    probes_running: int
    declared: Breaker | None


class BreakerControl:
    """One breaker, by its name; made by `app.breaker`."""

    def __init__(self, name: str, connections: Connections) -> None:
        """Ask nothing yet.

        Raises:
            InvalidOption: No breaker can have this name.
        """
        self.name = check_name(name, "breaker")
        self._connections = connections

    async def info(self) -> BreakerInfo:
        """What it does, and why."""
        return read_breaker(self.name, await (await self._client()).look())

    async def open(self, duration: Seconds | None = None) -> None:
        """Hold back the jobs of its handlers.

        Args:
            duration: For how long; then it is half-open. Defaults to None: until it is closed.
        """
        ms = 0 if duration is None else max(1, whole_ms(duration))
        await (await self._client()).force("open", ms)

    async def close(self) -> None:
        """Let the jobs of its handlers start; what was counted is forgotten."""
        await (await self._client()).force("closed")

    async def _client(self) -> BreakerClient:
        return client_of(await self._connections.open())(self.name)


def client_of(connection: AsyncConnection) -> Callable[[str], BreakerClient]:
    """What makes the client of a breaker by its name."""

    def client(name: str) -> BreakerClient:
        return BreakerClient(
            connection.transport, connection.namespace, name, clock=connection.clock
        )

    return client


async def all_breakers(connections: Connections) -> list[BreakerInfo]:
    """Every breaker that a worker has used, by name."""
    connection = await connections.open()
    client = client_of(connection)
    names = await breaker_names(connection.transport, connection.namespace)
    return [read_breaker(name, await client(name).look()) for name in names]


async def forget_idle_breakers(connection: AsyncConnection) -> None:
    """Forget the names of breakers that hold nothing back and have counted nothing lately.

    No breaker is one queue's alone. Whoever still uses one says its name again within a minute.
    """
    client = client_of(connection)
    for name in await breaker_names(connection.transport, connection.namespace):
        if is_idle(await client(name).look()):
            registry = breaker_registry(connection.namespace)
            await connection.transport.execute("SREM", registry, name)


def read_breaker(name: str, look: BreakerLook) -> BreakerInfo:
    """What a breaker does, from what the engine says of it."""
    return BreakerInfo(
        name=name,
        state=look.state,
        since=moment(look.since_ms) if look.since_ms else None,
        until=moment(look.until_ms) if look.state == "open" and look.until_ms else None,
        well=look.well,
        failed=look.failed,
        probes_well=look.good,
        probes_running=look.probing,
        declared=None if look.rules is None else _declared(name, look.rules),
    )


def _declared(name: str, rules: Rules) -> Breaker:
    return Breaker(
        name,
        failure_rate=rules.rate / 1_000_000,
        min_calls=rules.min_calls,
        window=rules.window_ms / 1000,
        open_for=rules.open_ms / 1000,
        probes=rules.probes,
    )
