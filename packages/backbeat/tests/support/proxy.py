"""A proxy that damages connections on purpose, for TCP and unix sockets.

It runs in a thread of its own, so async tests, threads and child processes can be behind it.
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Self, TypeVar

Kind = Literal["cut", "cut_reply", "reset", "half_open", "hold"]
T = TypeVar("T")

_CHUNK: Final = 65_536
_PATIENCE_S: Final = 20.0


@dataclass
class _Fault:
    kind: Kind
    match: bytes
    times: int | None
    chance: float


@dataclass(eq=False)
class _Pair:
    """One client's connection and the one to the server that belongs to it."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    cuts_reply: bool = False
    frozen: bool = False

    def end(self) -> None:
        self.client.close()
        self.server.close()


class FaultProxy:
    """Forwards between clients and one server; `with` starts and stops it.

    Attributes:
        url: Address for clients.
        fired: How many faults have happened.
        accepted: How many connections were accepted.
        delay_s: Seconds that every chunk is held up, in both directions.
        bytes_per_s: Bytes a second in each direction; None: without limit.
    """

    def __init__(
        self, server: Path | tuple[str, int], *, listen: Path | None = None, seed: int = 1
    ) -> None:
        """Forward to a server.

        Args:
            server: Its unix socket, or its host and port.
            listen: Path of the unix socket for clients. Defaults to None: a TCP port.
            seed: Of the chances.
        """
        self.url = ""
        self.fired = 0
        self.accepted = 0
        self.delay_s = 0.0
        self.bytes_per_s: int | None = None
        self._server = server
        self._listen = listen
        self._rng = random.Random(seed)
        self._faults: list[_Fault] = []
        self._changed = threading.Condition()
        self._freezing = False
        self._pairs: set[_Pair] = set()
        self._handlers: set[asyncio.Task[None]] = set()
        self._held: list[tuple[asyncio.StreamWriter, bytes]] = []
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(_PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE_S)

    def inject(
        self, kind: Kind, match: bytes = b"", *, times: int | None = 1, chance: float = 1.0
    ) -> None:
        """Arm a fault: what happens to a connection when a request passes that fits.

        Args:
            kind: cut: the connection ends, the request is not forwarded. cut_reply: the request
                is forwarded, the connection ends in place of its reply. reset: like cut, with
                RST. half_open: the connection stops moving and nobody is told. hold: the
                connection ends, and the request reaches the server with `release`.
            match: Bytes that the request contains. Defaults to every request.
            times: How often it happens; None: without end.
            chance: How likely it happens to a request that fits, 0 to 1.
        """
        with self._changed:
            self._faults.append(_Fault(kind, match, times, chance))

    def clear(self) -> None:
        """Forget all faults; connections that hang already stay as they are."""
        with self._changed:
            self._faults.clear()
            self._freezing = False
        self.delay_s, self.bytes_per_s = 0.0, None

    def freeze(self) -> None:
        """All connections, new ones too, stop moving until `clear`, and nobody is told."""
        self._freezing = True
        self._inside(self._freeze_all)

    def drop(self) -> None:
        """End all connections."""
        self._inside(self._end_all)

    def cut_next_replies(self) -> None:
        """Each present connection ends in place of the next reply that comes over it."""
        self._inside(self._cut_all)

    def reset(self) -> None:
        """End all connections of clients with RST."""
        self._inside(self._reset_all)

    def release(self) -> int:
        """Let the held requests reach the server now; returns how many."""
        return self._inside(self._release)

    def wait_fired(self, count: int = 1, timeout: float = _PATIENCE_S) -> None:
        """Wait until so many faults have happened."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.fired >= count, timeout)

    def _inside(self, function: Callable[[], T]) -> T:
        async def call() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(_PATIENCE_S)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server: asyncio.Server
        if self._listen is None:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
            self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        else:
            server = await asyncio.start_unix_server(self._accept, self._listen)
            self.url = f"unix://{self._listen}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        self._end_all()
        if self._handlers:
            await asyncio.wait(self._handlers)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        handler = asyncio.current_task()
        assert handler is not None
        self._handlers.add(handler)
        handler.add_done_callback(self._handlers.discard)
        try:
            server_reader, server_writer = await self._dial()
        except OSError:
            writer.close()
            return
        pair = _Pair(writer, server_writer, frozen=self._freezing)
        self._pairs.add(pair)
        moving = [
            asyncio.create_task(self._move_requests(reader, pair)),
            asyncio.create_task(self._move_replies(server_reader, pair)),
        ]
        await asyncio.wait(moving, return_when=asyncio.FIRST_COMPLETED)
        if not any(writer is pair.server for writer, _ in self._held):
            pair.end()
            self._pairs.discard(pair)
        for task in moving:
            task.cancel()
        await asyncio.gather(*moving, return_exceptions=True)

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._server, Path):
            return await asyncio.open_unix_connection(self._server)
        return await asyncio.open_connection(*self._server)

    async def _move_requests(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while data := await reader.read(_CHUNK):
            kind = self._pick(data)
            if kind == "half_open":
                pair.frozen = True
            await self._hold_up(pair, len(data))
            if kind in {"cut", "reset", "hold"}:
                self._part(kind, data, pair)
                return
            if kind == "cut_reply":
                pair.cuts_reply = True
            pair.server.write(data)
            await pair.server.drain()

    async def _move_replies(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while data := await reader.read(_CHUNK):
            await self._hold_up(pair, len(data))
            if pair.cuts_reply:
                self._count()
                return
            pair.client.write(data)
            await pair.client.drain()

    async def _hold_up(self, pair: _Pair, size: int) -> None:
        if pair.frozen:
            await self._stop.wait()
        seconds = self.delay_s + (size / self.bytes_per_s if self.bytes_per_s else 0.0)
        if seconds:
            await asyncio.sleep(seconds)

    def _pick(self, data: bytes) -> Kind | None:
        with self._changed:
            for fault in self._faults:
                if fault.match in data and self._rng.random() < fault.chance:
                    self._use_up(fault)
                    return fault.kind
        return None

    def _use_up(self, fault: _Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._faults.remove(fault)
        if fault.kind != "cut_reply":
            self._count()

    def _part(self, kind: Kind, data: bytes, pair: _Pair) -> None:
        if kind == "hold":
            self._held.append((pair.server, data))
            pair.client.close()
            return
        if kind == "reset":
            _send_reset_on_close(pair.client)
            pair.client.transport.abort()
        pair.end()

    def _count(self) -> None:
        with self._changed:
            self.fired += 1
            self._changed.notify_all()

    def _freeze_all(self) -> None:
        for pair in self._pairs:
            pair.frozen = True

    def _cut_all(self) -> None:
        for pair in self._pairs:
            pair.cuts_reply = True

    def _end_all(self) -> None:
        for pair in list(self._pairs):
            pair.end()

    def _reset_all(self) -> None:
        for pair in list(self._pairs):
            _send_reset_on_close(pair.client)
            pair.client.transport.abort()
            pair.end()

    def _release(self) -> int:
        held, self._held = self._held, []
        for server, data in held:
            server.write(data)
        return len(held)


def _send_reset_on_close(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
