"""A gateway in this process, on a port of its own, and clients of both kinds."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
import socketio
import uvicorn
from fastapi import FastAPI

from backbeat import Backbeat, mount
from backbeat.gateway.access import Action, Credentials, Principal
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.live import LiveEvents, LiveLimits, LiveOptions
from backbeat.gateway.service.rates import Rates
from packages.backbeat.tests.support.desk import FREE

SECRET = "a secret of thirty-two bytes or more"  # noqa: S105 - of this test alone
PATIENCE_S = 30.0

VIEW = frozenset({Action.VIEW})
READ = VIEW | {Action.READ_DATA}


@dataclass
class Keys:
    """An access policy of a few keys, which a test may change.

    Attributes:
        principals: Who has which key.
        asked: How often it was asked.
    """

    principals: dict[str, Principal] = field(
        default_factory=lambda: {
            "reader": Principal("reader", READ),
            "viewer": Principal("viewer", VIEW),
            "elsewhere": Principal("elsewhere", READ, queues=frozenset({"other"})),
        }
    )
    asked: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def asked_again(self) -> None:
        """Wait until it was asked about somebody anew, and the answer has been heeded."""
        enough = self.asked + 2
        async with asyncio.timeout(PATIENCE_S):
            while self.asked < enough:
                self._news.clear()
                await self._news.wait()

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """Who has the key."""
        self.asked += 1
        self._news.set()
        return self.principals.get(credentials.bearer or "")


@dataclass
class Served:
    """A gateway that serves, in whatever process.

    Attributes:
        url: Its address.
    """

    url: str

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    @asynccontextmanager
    async def client(self, key: str = "reader", **headers: str) -> AsyncIterator["Client"]:
        """A Socket.IO client that is connected by a websocket; the JavaScript one polls, too.

        Args:
            key: Its key.
            **headers: Headers that it sends.
        """
        async with aiohttp.ClientSession() as session:
            client = Client(session)
            await client.io.connect(
                self.url,
                headers=headers,
                auth={"token": key},
                transports=["websocket"],
                wait_timeout=PATIENCE_S,
            )
            try:
                yield client
            finally:
                await client.io.disconnect()

    @asynccontextmanager
    async def stream(
        self, path: str, *, key: str | None = "reader", **headers: str
    ) -> AsyncIterator["Stream"]:
        """A stream of server-sent events that is open.

        Args:
            path: What it follows, below `/live`.
            key: Its key; None for none.
            **headers: More headers, `_` for `-`.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["authorization"] = f"Bearer {key}"
        async with (
            httpx.AsyncClient(timeout=PATIENCE_S) as http,
            http.stream("GET", f"{self.url}/backbeat/live/{path}", headers=sent) as response,
        ):
            yield Stream(response)


@dataclass
class Gateway(Served):
    """A gateway in this process.

    Attributes:
        live: Its live events.
        keys: Its access policy.
    """

    live: LiveEvents
    keys: Keys


class Client:
    """A Socket.IO client that keeps what it hears, in order.

    Attributes:
        io: The client of python-socketio.
        heard: Names and fields.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Connect to nothing yet."""
        self.io = socketio.AsyncClient(reconnection=False, http_session=session)
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self._news = asyncio.Condition()
        self._read = 0
        self.io.on("*", self._hear)
        self.io.on("disconnect", self._leave)
        self.gone: str | None = None

    async def ask(self, event: str, data: Any) -> dict[str, Any]:
        """Send something and wait for the answer."""
        answer: dict[str, Any] = await self.io.call(event, data, timeout=PATIENCE_S)
        return answer

    async def follow(self, queue: str, job_id: str | None = None, **more: str) -> dict[str, Any]:
        """Subscribe; what was acknowledged."""
        event = "subscribe-to-queue" if job_id is None else "subscribe-to-job"
        about = {"queue": queue} | ({} if job_id is None else {"jobId": job_id})
        answer = await self.ask(event, {**about, **more})
        assert answer["success"], answer
        data: dict[str, Any] = answer["data"]
        return data

    async def next(self, *names: str) -> dict[str, Any]:
        """The fields of the next event, or of the next of these names."""
        return (await self.next_told(*names))[1]

    async def next_told(self, *names: str) -> tuple[str, dict[str, Any]]:
        """The next event, or the next of these names; others before it are passed over."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            while True:
                await self._news.wait_for(lambda: len(self.heard) > self._read)
                name, fields = self.heard[self._read]
                self._read += 1
                if not names or name in names:
                    return name, fields

    async def take(self, number: int) -> list[str]:
        """The names of the next events."""
        return [(await self.next_told())[0] for _ in range(number)]

    async def wait_for_disconnect(self) -> str:
        """Why the connection ended."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: self.gone is not None)
        return str(self.gone)

    async def _hear(self, name: str, fields: dict[str, Any]) -> None:
        async with self._news:
            self.heard.append((name, fields))
            self._news.notify_all()

    async def _leave(self, reason: str) -> None:
        async with self._news:
            self.gone = reason
            self._news.notify_all()


class Stream:
    """A stream of server-sent events.

    Attributes:
        response: The response that does not end.
    """

    def __init__(self, response: httpx.Response) -> None:
        """Read nothing yet."""
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event: its name and its fields; its id is their sequence."""
        block = await self.next_block()
        while "event" not in block:
            block = await self.next_block()
        fields: dict[str, Any] = json.loads(block["data"])
        assert fields["sequence"] == block["id"]
        return block["event"], fields

    async def next_block(self) -> dict[str, str]:
        """The next lines up to an empty one; comments under an empty name."""
        block: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE_S):
            async for line in self._lines:
                if not line:
                    return block
                name, _, value = line.partition(": ")
                block[name] = value
        raise EOFError

    async def end(self) -> None:
        """Wait for the end of the stream."""
        async with asyncio.timeout(PATIENCE_S):
            async for _ in self._lines:
                pass


@asynccontextmanager
async def gateway(
    app: Backbeat,
    *,
    limits: LiveLimits | None = None,
    origins: tuple[str, ...] = (),
    rates: Rates = FREE,
    port: int = 0,
    prepare: Callable[[FastAPI], object] = lambda _web: None,
) -> AsyncIterator[Gateway]:
    """A gateway of an application, with uvicorn, in this event loop.

    Args:
        app: The application.
        limits: Its limits; None: the usual ones.
        origins: Pages that may connect, besides its own.
        rates: What may be opened in a time. Defaults to any number.
        port: Where; 0: anywhere.
        prepare: Given the web application, to mount more.
    """
    keys, web = Keys(), FastAPI()
    prepare(web)
    live = mount(
        app,
        web,
        access=keys,
        options=GatewayOptions(origins=origins, rates=rates),
        live=LiveOptions(secret=SECRET, limits=limits or LiveLimits()),
    ).live
    config = uvicorn.Config(web, lifespan="on", log_level="error")
    server = uvicorn.Server(config)
    with _listening(port) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield Gateway(f"http://127.0.0.1:{listening.getsockname()[1]}", live, keys)
        finally:
            await live.close()
            server.should_exit = True
            await serving


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _listening(port: int) -> socket.socket:
    listening = socket.create_server(("127.0.0.1", port))
    listening.setblocking(False)
    return listening
