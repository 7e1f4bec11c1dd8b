"""Folders, servers and clients for these tests; nothing of them outlives a test."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from backbeat.server import EmbeddedServer
from packages.backbeat.tests.integration.server.processes import UserProcess, kill_and_wait


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting and no sign of production in the environment."""
    for name in os.environ:
        if name.startswith("BACKBEAT_"):
            monkeypatch.delenv(name)
    for name in ("KUBERNETES_SERVICE_HOST", "INVOCATION_ID", "SYSTEMD_EXEC_PID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder that does not exist yet; servers below its parent are gone after the test."""
    yield tmp_path / "data"
    for lock in tmp_path.rglob("server.lock"):
        left = EmbeddedServer(lock.parent).server_pid
        if left is not None:
            kill_and_wait(left)


@pytest.fixture
def server(data: Path) -> Iterator[EmbeddedServer]:
    """The server of `data`, not started yet."""
    embedded = EmbeddedServer(data)
    yield embedded
    embedded.close()


@pytest.fixture
def start_user(data: Path) -> Iterator[Callable[[], UserProcess]]:
    """Starts another process that uses the server of `data`."""
    started: list[UserProcess] = []

    def start() -> UserProcess:
        started.append(UserProcess.start(data))
        return started[-1]

    yield start
    for user in started:
        user.kill()


@pytest.fixture
def connect() -> Iterator[Callable[[str], redis.Redis]]:
    """Connects a client to a socket."""
    clients: list[redis.Redis] = []

    def to(socket: str) -> redis.Redis:
        clients.append(redis.Redis(unix_socket_path=socket, decode_responses=True))
        return clients[-1]

    yield to
    for client in clients:
        with suppress(redis.RedisError):
            client.close()
