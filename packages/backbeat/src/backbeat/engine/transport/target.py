"""Where the server is, and how a connection to it is made.

Connecting, TLS and passwords are the client library's; it never repeats a call by itself here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol, Self, cast
from urllib.parse import urlsplit

from redis import connection as sync_connection
from redis.asyncio import connection as async_connection
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from backbeat.config.several import Several
from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.resend import LONGEST_PAUSE_S
from backbeat.errors import ConfigurationError

CONNECT_TIMEOUT_S: Final = 5.0
# Where another server takes over, it must not be waited for long at the old place.
_CONNECT_TIMEOUT_OF_SEVERAL_S: Final = 2.0
_LONGEST_PAUSE_OF_SEVERAL_S: Final = 1.0

# Large enough for the reply to a full tick in one read.
_READ_BYTES: Final = 131_072

_SCHEMES: Final = {"valkey": "redis", "valkeys": "rediss"}

# Options of an address that would change how calls are sent, repeated or read.
_OURS: Final = frozenset(
    {
        "connection_class",
        "decode_responses",
        "health_check_interval",
        "legacy_responses",
        "max_connections",
        "protocol",
        "retry",
        "retry_on_error",
        "retry_on_timeout",
        "socket_read_size",
        "socket_timeout",
        "timeout",
    }
)


class AsyncConnection(Protocol):
    """What we use of the client library's connection for event loops."""

    async def connect(self) -> None:
        """Connect and log in."""

    async def disconnect(self, nowait: bool = False) -> None:
        """Close the socket."""

    async def send_packed_command(self, command: list[bytes], check_health: bool) -> None:
        """Write."""

    async def read_response(
        self, disable_decoding: bool = False, *, disconnect_on_error: bool = True
    ) -> Any:
        """Read one reply."""


class SyncConnection(Protocol):
    """What we use of the client library's blocking connection."""

    def connect(self) -> None:
        """Connect and log in."""

    def disconnect(self) -> None:
        """Close the socket."""

    def send_packed_command(self, command: list[bytes], check_health: bool) -> None:
        """Write."""

    def can_read(self, timeout: float = 0) -> bool:
        """Whether something to read comes within so many seconds."""

    def read_response(
        self,
        disable_decoding: bool = False,
        *,
        timeout: float = ...,
        disconnect_on_error: bool = True,
    ) -> Any:
        """Read one reply."""


_ASYNC_CLASSES: Final[dict[str, Callable[..., object]]] = {
    "unix": async_connection.UnixDomainSocketConnection,
    "redis": async_connection.Connection,
    "rediss": async_connection.SSLConnection,
}
_SYNC_CLASSES: Final[dict[str, Callable[..., object]]] = {
    "unix": sync_connection.UnixDomainSocketConnection,
    "redis": sync_connection.Connection,
    "rediss": sync_connection.SSLConnection,
}


@dataclass(frozen=True)
class Target:
    """A server, and what is needed to connect to it.

    Attributes:
        label: The address without user and password, for messages and logs.
        scheme: redis, rediss or unix.
        options: Arguments of the client library's connection; they may hold a password.
        connect_timeout: Seconds to connect and log in.
        locate: Tells the target itself before each connection, for a server that moves or has to be
            started first; may block, and raises OSError. Defaults to None: it stays.
        lookout: Notices when what `locate` told last is true no more. Defaults to None: it stays.
        longest_pause: Seconds between two attempts to connect at most. Defaults to 2.
    """

    label: str
    scheme: str
    options: dict[str, Any] = field(repr=False)
    connect_timeout: float = CONNECT_TIMEOUT_S
    locate: "Callable[[], Target] | None" = None
    lookout: Lookout | None = None
    longest_pause: float = LONGEST_PAUSE_S

    @classmethod
    def parse(cls, address: str | Path) -> Self:
        """A target from the address of one server or from the path of a unix socket.

        Args:
            address: redis://, rediss://, valkey://, valkeys://, unix:// or a path.

        Raises:
            ConfigurationError: It is none of these.
        """
        text = str(address)
        if "://" not in text:
            return cls(f"unix:{text}", "unix", {"path": text})
        scheme, _, rest = text.partition("://")
        scheme = _SCHEMES.get(scheme, scheme)
        options = _parse_options(f"{scheme}://{rest}")
        timeout = float(options.pop("socket_connect_timeout", CONNECT_TIMEOUT_S))
        target = cls(_label(scheme, options), scheme, options, timeout)
        target.check()
        return target

    @classmethod
    def way(cls, several: Several) -> Self:
        """How any one of several servers is connected to; `at` says which. Unchecked.

        Raises:
            ConfigurationError: The address cannot be used.
        """
        scheme = _SCHEMES.get(several.scheme, several.scheme)
        if scheme not in {"redis", "rediss"}:
            raise ConfigurationError(f"{several.scheme}+{several.kind}:// is no scheme of ours")
        user_info = f"{several.user_info}@" if several.user_info else ""
        options = _parse_options(f"{scheme}://{user_info}localhost?{several.query}")
        timeout = float(options.pop("socket_connect_timeout", _CONNECT_TIMEOUT_OF_SEVERAL_S))
        label, pause = several.label, _LONGEST_PAUSE_OF_SEVERAL_S
        return cls(label, scheme, options, timeout, longest_pause=pause)

    def located(self) -> "Target":
        """The target where it is now.

        Raises:
            OSError: It cannot be had.
        """
        return self if self.locate is None else self.locate()

    async def located_async(self) -> "Target":
        """The target where it is now; see `located`. The event loop goes on meanwhile."""
        return self if self.locate is None else await asyncio.to_thread(self.located)

    def at(self, host: str, port: int) -> "Target":
        """The same way of connecting, to a server at another place."""
        options = self.options | {"host": host, "port": port}
        return replace(self, label=_label(self.scheme, options), options=options)

    def watched(self, lookout: Lookout) -> "Target":
        """The same, which notices when it is no longer where it was."""
        return replace(self, lookout=lookout)

    def connect_async(self) -> AsyncConnection:
        """A connection for an event loop, not connected yet."""
        connection = _ASYNC_CLASSES[self.scheme](**self._options())
        return cast("AsyncConnection", connection)

    def connect_sync(self, *, answer_timeout: float) -> SyncConnection:
        """A blocking connection, not connected yet.

        Args:
            answer_timeout: Seconds without a byte after which a read is given up; connecting
                takes no longer either.
        """
        options = self._options() | {
            "socket_connect_timeout": min(self.connect_timeout, answer_timeout),
            "socket_timeout": answer_timeout,
        }
        return cast("SyncConnection", _SYNC_CLASSES[self.scheme](**options))

    def check(self) -> None:
        """Refuse options that the client library does not know.

        Raises:
            ConfigurationError: There is one.
        """
        try:
            self.connect_async()
        except (TypeError, ValueError, RedisError):
            # The reason may repeat a value, and a value may be a secret.
            names = ", ".join(sorted(self.options))
            raise ConfigurationError(
                f"the address of {self.label} has an option that cannot be used; it has {names}"
            ) from None

    def _options(self) -> dict[str, Any]:
        common: dict[str, Any] = {
            # RESP2 keeps replies to bytes, integers, None and lists; nothing is pushed to us.
            "protocol": 2,
            "retry": Retry(NoBackoff(), 0),
            "socket_connect_timeout": self.connect_timeout,
            # Calls have their own timer: an idle connection must not end.
            "socket_timeout": None,
            "socket_read_size": _READ_BYTES,
        }
        if self.scheme != "unix":
            common["socket_keepalive"] = True
        return self.options | common


def _parse_options(url: str) -> dict[str, Any]:
    try:
        options: dict[str, Any] = dict(async_connection.parse_url(url))
    except ValueError as error:
        scheme = url.partition("://")[0]
        raise ConfigurationError(
            f"an address of scheme {scheme}:// cannot be used: {error}"
        ) from None
    for name in _OURS & options.keys():
        del options[name]
    if urlsplit(url).scheme == "unix" and not options.get("path"):
        raise ConfigurationError("unix:// must be followed by the path of a socket")
    return options


def _label(scheme: str, options: dict[str, Any]) -> str:
    if scheme == "unix":
        return f"unix:{options['path']}"
    host, port = options.get("host", "localhost"), options.get("port", 6379)
    return f"{scheme}://{host}:{port}/{options.get('db', 0)}"
