"""What a running server says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from typing_extensions import override

from backbeat.errors import ServerUnavailable
from backbeat.server.version import Version

_INFO_SECONDS = 10


@dataclass(frozen=True)
class Running:
    """A server that answered.

    Attributes:
        product: "valkey", "redis" or the name of another that speaks their language.
        version: Version of that product.
        pid: Its process id, in its own view.
        binary: Path of its program; empty where it does not say.
    """

    product: str
    version: Version
    pid: int
    binary: str

    @override
    def __str__(self) -> str:
        """Product and version, as in "Valkey 9.1.2"."""
        return f"{self.product.capitalize()} {self.version}"


def describe(info: Mapping[str, Any]) -> Running:
    """Read the server section of INFO; each product but Redis has a version field of its own."""
    foreign = ("valkey", "dragonfly", "keydb")
    product = next((name for name in foreign if f"{name}_version" in info), "redis")
    version = str(info.get(f"{product}_version", "0"))
    return Running(
        product=product,
        version=Version.parse(version.lstrip("dfv-")),
        pid=int(info.get("process_id", 0)),
        binary=str(info.get("executable", "")),
    )


def ask_running(socket: Path) -> Running:
    """Ask the server on a socket who it is.

    Raises:
        ServerUnavailable: It went away meanwhile.
    """
    client: Any = Redis(unix_socket_path=str(socket), socket_timeout=_INFO_SECONDS)
    try:
        return describe(client.execute_command("INFO", "server"))
    except RedisError as error:
        raise ServerUnavailable(
            f"the server on {socket} does not say who it is: {error}"
        ) from error
    finally:
        client.close()
