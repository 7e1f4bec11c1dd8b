"""The breakers of an installation, for code without an event loop."""

from backbeat.app.breakers import BreakerInfo, read_breaker
from backbeat.app.connections import Connections, SyncConnection
from backbeat.app.times import whole_ms
from backbeat.engine.breakers.calls import is_idle
from backbeat.engine.breakers.keys import breaker_registry
from backbeat.engine.breakers.sync_client import SyncBreakerClient, breaker_names_sync
from backbeat.engine.ids import check_name
from backbeat.values import Seconds


class SyncBreakerControl:
    """`BreakerControl` for code without an event loop; made by `app.sync.breaker`.

    Attributes:
        name: Its name.
    """

    def __init__(self, name: str, connections: Connections) -> None:
        """Ask nothing yet; see `BreakerControl`."""
        self.name = check_name(name, "breaker")
        self._connections = connections

    def info(self) -> BreakerInfo:
        """See `BreakerControl.info`."""
        return read_breaker(self.name, self._client().look())

    def open(self, duration: Seconds | None = None) -> None:
        """See `BreakerControl.open`."""
        ms = 0 if duration is None else max(1, whole_ms(duration))
        self._client().force("open", ms)

    def close(self) -> None:
        """See `BreakerControl.close`."""
        self._client().force("closed")

    def _client(self) -> SyncBreakerClient:
        return _client_of(self._connections.open_sync(), self.name)


def all_breakers_sync(connections: Connections) -> list[BreakerInfo]:
    """See `all_breakers`."""
    connection = connections.open_sync()
    names = breaker_names_sync(connection.transport, connection.namespace)
    return [read_breaker(name, _client_of(connection, name).look()) for name in names]


def forget_idle_breakers_sync(connection: SyncConnection) -> None:
    """See `forget_idle_breakers`."""
    for name in breaker_names_sync(connection.transport, connection.namespace):
        if is_idle(_client_of(connection, name).look()):
            connection.transport.execute("SREM", breaker_registry(connection.namespace), name)


def _client_of(connection: SyncConnection, name: str) -> SyncBreakerClient:
    return SyncBreakerClient(
        connection.transport, connection.namespace, name, clock=connection.clock
    )
