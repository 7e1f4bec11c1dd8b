"""The nginx example in front of two real gateways: sockets stay at one, streams come through."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import httpx
import pytest
import socketio

from backbeat import Backbeat
from packages.backbeat.tests.support.gateway import PATIENCE_S, Client, Stream
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey

CONF = Path(__file__).parents[2] / "deploy/nginx/backbeat.conf"
GATEWAY = (sys.executable, "-m", "packages.backbeat.tests.support.gateway_process")
pytestmark = pytest.mark.needs_nginx


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateServer]:
    with private_valkey() as running:
        yield running


@contextmanager
def two_gateways(server: PrivateServer) -> Iterator[dict[int, subprocess.Popen[str]]]:
    """Two gateways, by their ports."""
    started = [
        subprocess.Popen([*GATEWAY, server.url], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    ports = [int(process.stdout.readline()) for process in started if process.stdout]
    yield dict(zip(ports, started, strict=True))
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def ports(server: PrivateServer) -> Iterator[list[int]]:
    """Where two gateways listen that nobody kills."""
    with two_gateways(server) as running:
        yield list(running)


@contextmanager
def nginx(folder: Path, ports: list[int], text: str) -> Iterator[str]:
    """Nginx with our example, on a port of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for old, new in zip(("127.0.0.1:8000", "127.0.0.1:8001"), ports, strict=True):
        text = text.replace(old, f"127.0.0.1:{new}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
    conf = folder / "nginx.conf"
    conf.write_text(
        f"pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; client_body_temp_path {folder}/body;"
        f" proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;"
        f" uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;\n{text}\n}}\n"
    )
    command: list[str | Path] = ["nginx", "-c", conf, "-p", folder]
    # It goes into the background once it listens, and not before.
    subprocess.run(command, check=True)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        subprocess.run([*command, "-s", "stop"], check=True)


@pytest.fixture
def front(ports: list[int], tmp_path: Path) -> Iterator[str]:
    """The address of nginx in front of both."""
    with nginx(tmp_path, ports, CONF.read_text()) as url:
        yield url


@pytest.fixture
async def app(server: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application on the server of the gateways; they read on where they are."""
    async with Backbeat(server.url, namespace="bb") as app:
        await app.queue("work", events="all").configure()
        yield app


@asynccontextmanager
async def connected(url: str, transport: str) -> AsyncIterator[Client]:
    """A client of Socket.IO that uses this transport only."""
    async with aiohttp.ClientSession() as session:
        client = Client(session)
        await client.io.connect(
            url, auth={"token": "reader"}, transports=[transport], wait_timeout=PATIENCE_S
        )
        try:
            yield client
        finally:
            await client.io.disconnect()


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_sockets_hear_of_jobs(app: Backbeat, front: str, transport: str) -> None:
    for _ in range(3):
        async with connected(front, transport) as client:
            await client.follow("work")
            added = await app.queue("work").add("anything", {})
            assert (await client.next("job-waiting"))["jobId"] == added.id


async def test_without_the_line_that_keeps_a_client_at_one_process_polling_breaks(
    app: Backbeat, ports: list[int], tmp_path: Path
) -> None:
    text = CONF.read_text().replace("ip_hash;", "")
    with nginx(tmp_path, ports, text) as url, ExitStack() as stack:
        stack.enter_context(pytest.raises((socketio.exceptions.ConnectionError, TimeoutError)))
        for _ in range(3):
            async with connected(url, "polling") as client:
                await client.follow("work")


async def test_server_sent_events_come_as_they_happen(app: Backbeat, front: str) -> None:
    async with (
        httpx.AsyncClient(timeout=PATIENCE_S) as http,
        http.stream(
            "GET",
            f"{front}/backbeat/live/work",
            headers={"authorization": "Bearer reader"},
        ) as response,
    ):
        assert response.status_code == 200
        stream = Stream(response)
        assert (await stream.next())[0] == "queue-snapshot"
        added = await app.queue("work").add("anything", {})
        name, fields = await stream.next()
        assert (name, fields["jobId"]) == ("job-waiting", added.id)


async def test_when_a_process_is_killed_the_other_one_serves_its_clients(
    app: Backbeat, server: PrivateServer, tmp_path: Path
) -> None:
    with (
        two_gateways(server) as running,
        nginx(tmp_path, list(running), CONF.read_text()) as url,
    ):
        killed = next(iter(running.values()))
        killed.kill()
        killed.wait()
        for transport in ("polling", "websocket"):
            async with connected(url, transport) as client:
                await client.follow("work")
                added = await app.queue("work").add("anything", {})
                assert (await client.next("job-waiting"))["jobId"] == added.id
