"""A signal to stop ends streams and sockets, which would otherwise hold the process."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backbeat import Backbeat
from packages.backbeat.tests.support.gateway import PATIENCE_S, Served
from packages.backbeat.tests.support.javascript import js_client
from packages.backbeat.tests.support.private_server import PrivateServer

# The first of them installs the client, over the network where it is new here.
pytestmark = pytest.mark.timeout(480)

ROOT = Path(__file__).parents[6]


@pytest.fixture
async def process(valkey: PrivateServer) -> AsyncIterator[asyncio.subprocess.Process]:
    """A gateway in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "packages.backbeat.tests.support.gateway_process", valkey.url,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_streams_and_sockets_and_then_the_process(
    app: Backbeat, process: asyncio.subprocess.Process, stop: signal.Signals
) -> None:
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    url = f"http://127.0.0.1:{port}"
    there = Served(url)
    async with (
        there.stream("work") as stream,
        there.client() as client,
        js_client(url, "reader", "polling") as polling,
    ):
        await stream.next()
        await client.next("connected")
        await polling.next("connected")
        process.send_signal(stop)
        await stream.end()
        assert await client.wait_for_disconnect()
        await polling.next("disconnect")
        async with asyncio.timeout(PATIENCE_S):
            await process.wait()
    assert process.returncode in {0, -stop}
