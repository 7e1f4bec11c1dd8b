"""Stores for tests: private servers on a socket in a folder of their own, and fakeredis."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fakeredis
import redis

from packages.backbeat.tests.support.private_server import PrivateServer


@dataclass(frozen=True)
class Store:
    """Something that runs our scripts.

    Attributes:
        name: valkey, redis7 or fakeredis.
        client: The plain client library on it.
    """

    name: str
    client: redis.Redis

    @property
    def is_server(self) -> bool:
        """Whether it is a real server, with limits and blocking commands."""
        return self.name != "fakeredis"


@contextmanager
def private_valkey(*options: str) -> Iterator[PrivateServer]:
    """The server of the wheel; data is not written to disk unless the options say so."""
    with _private(*options) as server:
        yield server


@contextmanager
def private_redis(*options: str) -> Iterator[PrivateServer]:
    """The `redis-server` on PATH, for tests marked `needs_redis7`."""
    with _private(*options, binary=shutil.which("redis-server")) as server:
        yield server


def fake_store() -> Store:
    """A store in this process, of its own."""
    return Store("fakeredis", fakeredis.FakeRedis(server=fakeredis.FakeServer()))


@contextmanager
def _private(*options: str, binary: str | None = None) -> Iterator[PrivateServer]:
    # Not pytest's folders: their paths can be longer than a socket's may be.
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        PrivateServer(Path(folder), "--appendonly", "no", *options, binary=binary) as server,
    ):
        yield server
