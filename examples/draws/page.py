"""A status page: one HTML file, and a stream of samples that keeps it live without reloading."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from importlib.resources import files
from typing import Final, Self

from backbeat import ServerUnavailable

Sample = Callable[[], Awaitable[bytes]]

_MAX_HEAD: Final = 16_384
_PATIENCE_S: Final = 10.0
_SAFE: Final = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline';"
    " script-src 'unsafe-inline'; connect-src 'self'; img-src data:\r\n"
)


class Page:
    """Serves `/` (the page), `/status` (one sample) and `/stream` (a sample whenever one is new).

    However many browsers look on, a sample is taken once.
    """

    def __init__(self, sample: Sample, *, every: float = 0.5) -> None:
        """Prepare; nothing listens yet.

        Args:
            sample: Gives the status as JSON.
            every: Seconds between samples.
        """
        self._sample = sample
        self._every = every
        self._latest = b"{}"
        self._renewed = asyncio.Condition()
        self._visits: set[asyncio.Task[None]] = set()
        self._html = files(__package__).joinpath("page.html").read_bytes()

    async def start(self, host: str, port: int) -> Self:
        """Listen; on another port where the wanted one is taken."""
        try:
            self._server = await asyncio.start_server(self._visit, host, port, limit=_MAX_HEAD)
        except OSError:
            self._server = await asyncio.start_server(self._visit, host, 0, limit=_MAX_HEAD)
        self._latest = await self._sample()
        self._sampler = asyncio.create_task(self._keep_sampling(), name="status page")
        return self

    @property
    def address(self) -> str:
        """What to open in a browser."""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}/"

    async def close(self) -> None:
        """Stop listening and hang up on everybody."""
        self._server.close()
        tasks = [self._sampler, *self._visits]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_sampling(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            # A server that is away for a moment stops the picture, not the page.
            with suppress(ServerUnavailable):
                self._latest = await self._sample()
            async with self._renewed:
                self._renewed.notify_all()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        try:
            # A browser may leave at any moment, and one that says nothing is not waited for.
            with suppress(ConnectionError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                await self._answer(await _requested(reader), writer)
        except asyncio.CancelledError:
            if self._server.is_serving():
                raise  # not by us
        finally:
            self._visits.discard(visit)
            writer.close()

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/stream":
            await self._stream(writer)
        elif path == "/status":
            await _send(writer, "application/json", self._latest)
        elif path == "/":
            await _send(writer, "text/html; charset=utf-8", self._html)
        else:
            await _send(writer, "text/plain", b"not here\n", HTTPStatus.NOT_FOUND)

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        writer.write(_head("text/event-stream", HTTPStatus.OK))
        while True:
            writer.write(b"data: " + self._latest + b"\n\n")
            await writer.drain()
            async with self._renewed:
                await self._renewed.wait()


async def _requested(reader: asyncio.StreamReader) -> str:
    """The path of a GET request; what is none is nowhere."""
    async with asyncio.timeout(_PATIENCE_S):
        head = await reader.readuntil(b"\r\n\r\n")
    method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
    return path.partition("?")[0] if method == "GET" else ""


async def _send(
    writer: asyncio.StreamWriter, kind: str, body: bytes, status: HTTPStatus = HTTPStatus.OK
) -> None:
    writer.write(_head(kind, status, f"Content-Length: {len(body)}\r\n") + body)
    await writer.drain()


def _head(kind: str, status: HTTPStatus, more: str = "") -> bytes:
    line = f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
    return f"{line}{_SAFE}{more}\r\n".encode("latin-1")
