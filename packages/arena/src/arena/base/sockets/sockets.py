"""Connects people to events, and keeps applications from hearing each other's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import socketio
from starlette.requests import HTTPConnection

from arena.base.errors import ArenaError, Conflict, Unauthenticated, Unavailable
from arena.base.http.front import Front
from arena.base.http.handshake import admit_handshake, read_handshake
from arena.base.sockets.answers import answered, code_of, refused
from arena.base.sockets.caller import Caller
from arena.base.sockets.packets import TextPacket
from arena.base.sockets.telling import RoomTeller
from backbeat import BackbeatError

PATH: Final = "/socket.io"
# Between two questions about whoever is connected: sessions end, and so do their sockets.
RECHECK_S: Final = 20.0
_MOST_BYTES: Final = 65_536
_SECONDS: Final = 10.0

logger = logging.getLogger("arena.sockets")

# Takes who sends an event and what came with it; what it returns is the answer.
Handler = Callable[[Caller, Any], Awaitable[Any]]
Leaver = Callable[[Caller], Awaitable[None]]


class Sockets:
    """The sockets of one process. A visitor may connect, too; each event says whom it is for.

    Attributes:
        server: Of python-socketio; for rooms and for telling those of this process.
        app: What serves it.
    """

    def __init__(self, front: Front, *, most: int = 10_000) -> None:
        """Serve nobody yet.

        Args:
            front: Recognises and counts people, and knows which pages may connect.
            most: Sockets that this process takes. Defaults to 10,000.
        """
        self._front = front
        self._most = most
        self._people: dict[str, Caller] = {}
        self._events: set[str] = set()
        self._leavers: list[Leaver] = []
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            cors_allowed_origins=self._may_connect,
            max_http_buffer_size=_MOST_BYTES,
            serializer=TextPacket,
            client_manager=RoomTeller(),
        )
        self.app = socketio.ASGIApp(self.server, socketio_path="")
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)

    @property
    def count(self) -> int:
        """How many are connected to this process."""
        return len(self._people)

    def on(self, event: str, handler: Handler) -> None:
        """Let an application answer an event.

        Raises:
            Conflict: Another answers it already.
        """
        if event in self._events:
            raise Conflict(f"two applications answer the event {event!r}: rename one")
        self._events.add(event)

        async def answer(sid: str, data: Any = None) -> dict[str, Any]:
            try:
                return answered(await self._handle(handler, sid, data))
            except Exception as error:  # noqa: BLE001 - whatever it is, the answer has one form
                return refused(error)

        self.server.on(event, answer)

    def on_leave(self, leaver: Leaver) -> None:
        """Be told of everybody who goes."""
        self._leavers.append(leaver)

    def anybody_in(self, room: str) -> bool:
        """Whether somebody of this process is in a room."""
        return any(True for _ in self.server.manager.get_participants("/", room))

    async def tell(self, room: str, event: str, data: Any) -> None:
        """Tell everybody of this process who is in a room."""
        await self.server.emit(event, data, room=room)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Ask again about everybody, over and over, for as long as this process serves."""

        async def watch() -> None:
            while True:
                await asyncio.sleep(RECHECK_S)
                await self.recheck()

        task = asyncio.create_task(watch(), name="sockets: who may stay")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def recheck(self) -> None:
        """Disconnect whoever signed in and is not known any more; heed new roles of the others."""
        for sid, caller in list(self._people.items()):
            if caller.identity is None:
                continue
            try:
                identity = await self._front.known(caller.credentials)
            except (ArenaError, BackbeatError) as error:
                logger.warning("nobody could be asked who is connected: %s", error)
                return
            if identity is None:
                await self.server.disconnect(sid)
            elif sid in self._people:
                self._people[sid] = Caller(sid, identity, caller.credentials)

    async def _handle(self, handler: Handler, sid: str, data: Any) -> Any:
        caller = self._people.get(sid)
        if caller is None:
            raise Unauthenticated("this socket is not connected")
        who = sid if caller.identity is None else caller.identity.user_id
        await self._front.count(f"event:{who}", self._front.options.write)
        try:
            async with asyncio.timeout(_SECONDS):
                return await handler(caller, data)
        except TimeoutError:
            raise Unavailable(f"this took longer than {_SECONDS:g} s: send it again") from None

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            if len(self._people) >= self._most:
                raise Unavailable("this process takes nobody in now: connect again in a second")
            identity = await admit_handshake(self._front, environ, auth)
        except (ArenaError, BackbeatError) as error:
            raise socketio.exceptions.ConnectionRefusedError(code_of(error)) from None
        self._people[sid] = Caller(sid, identity, read_handshake(environ, auth))

    async def _disconnect(self, sid: str, _reason: str | None = None) -> None:
        caller = self._people.pop(sid, None)
        if caller is None:
            return
        for leave in self._leavers:
            try:
                await leave(caller)
            except Exception:
                logger.exception("leaving failed")

    def _may_connect(self, _origin: str, environ: dict[str, Any]) -> bool:
        return self._front.origins.allows(HTTPConnection(environ["asgi.scope"]))
