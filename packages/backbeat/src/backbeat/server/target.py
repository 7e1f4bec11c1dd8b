"""The door to the server: an address of the user's, or a server of our own."""

import logging
import sys
from dataclasses import dataclass
from typing import Literal

from backbeat.config import Settings
from backbeat.server.embedded import EmbeddedServer
from backbeat.server.policy import judge_unasked
from backbeat.server.surroundings import look_around

logger = logging.getLogger("backbeat.server")


@dataclass(frozen=True)
class Target:
    """Where the jobs are. Exactly one of `url` and `socket` is set.

    Attributes:
        kind: "external" for a server that the user runs, "embedded" for one of ours.
        url: Address that the client library understands: redis://, rediss:// or unix://.
        socket: Path of the embedded server's socket at the time of the call.
        server: Our part in the embedded server. After a lost connection its `ensure()` restarts the
            server if need be and tells the socket; its `close()` ends our use.
    """

    kind: Literal["embedded", "external"]
    url: str | None = None
    socket: str | None = None
    server: EmbeddedServer | None = None


def connect_target(settings: Settings) -> Target:
    """Find out where the jobs are, starting or joining an embedded server where that is the answer.

    Blocks until an embedded server serves, and says in one line what runs and where; an external
    one is not contacted.

    Raises:
        ConfigurationError: No address is set and an embedded server is refused or impossible here.
        ServerUnavailable: The embedded server did not start, or does not answer.
    """
    if settings.external:
        assert settings.url is not None
        return Target("external", url=client_url(settings.url))
    warning = None
    if settings.url is None:
        warning = judge_unasked(look_around(production=settings.production))
    server = EmbeddedServer(settings.data_dir, binary=settings.server_bin)
    socket = server.ensure()
    _announce(server, warning)
    return Target("embedded", socket=socket, server=server)


def client_url(url: str) -> str:
    """An address as the client library knows it."""
    scheme, separator, rest = url.partition("://")
    # The client library knows the protocol by its older name only.
    known = {"valkey": "redis", "valkeys": "rediss"}.get(scheme, scheme)
    return f"{known}{separator}{rest}"


def _announce(server: EmbeddedServer, warning: str | None) -> None:
    line = (
        f"embedded {server.running} (pid {server.server_pid}) keeps its data in {server.data_dir}"
    )
    level = logging.INFO
    if warning is not None:
        level, line = logging.WARNING, f"{line}: {warning}"
    logger.log(level, line)
    # Without any logging set up, an information would be silent, and this one must not be.
    if level == logging.INFO and not logger.hasHandlers():
        sys.stderr.write(f"backbeat: {line}\n")
