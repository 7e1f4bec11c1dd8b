"""Servers that are no cluster."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from packages.backbeat.tests.support.cluster import free_ports
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.sentinels import Sentinel


@pytest.fixture
def valkey_tcp() -> Iterator[PrivateServer]:
    """A single server with a TCP port."""
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        PrivateServer(Path(folder), "--appendonly", "no", port=free_ports(1)[0]) as server,
    ):
        yield server


@pytest.fixture
def watched_url_of_nobody() -> Iterator[str]:
    """The address of a primary that its only Sentinel does not know."""
    port, primary = free_ports(2)
    with (
        tempfile.TemporaryDirectory(prefix="bb-") as folder,
        Sentinel(Path(folder) / "s", port, primary),
    ):
        yield f"redis+sentinel://127.0.0.1:{port}/nobody"
