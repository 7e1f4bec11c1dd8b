"""Socket.IO of the house: one server for all applications, at `/socket.io`.

Who connects is known by the same rules as who sends a request; a visitor may connect too, and finds
out from each event what it needs. An event answers `{success, data}` or `{success, error}`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import socketio
from starlette.requests import HTTPConnection

from arena.base.errors import ArenaError, Conflict, Unauthenticated, Unavailable
from arena.base.http.front import Front
from arena.base.http.handshake import admit_handshake
from arena.base.identity import Identity
from backbeat import BackbeatError
from backbeat.gateway.http.table import row_of

PATH: Final = "/socket.io"
_MOST_BYTES: Final = 65_536
_SECONDS: Final = 10.0

logger = logging.getLogger("arena.sockets")


@dataclass(frozen=True, slots=True)
class Caller:
    """A socket that is connected.

    Attributes:
        sid: Of the connection.
        identity: Who it is; None: a visitor.
    """

    sid: str
    identity: Identity | None

    def who(self) -> Identity:
        """Who it is.

        Raises:
            Unauthenticated: A visitor.
        """
        if self.identity is None:
            raise Unauthenticated("sign in first, and connect with the token")
        return self.identity


# Takes who sends an event and what came with it; what it returns is the answer.
Handler = Callable[[Caller, Any], Awaitable[Any]]
Leaver = Callable[[Caller], Awaitable[None]]


class Sockets:
    """Connects people to events, and keeps applications from hearing each other's.

    Attributes:
        server: Of python-socketio; for rooms and for telling.
        app: What serves it.
    """

    def __init__(self, front: Front, *, manager: Any = None, most: int = 10_000) -> None:
        """Serve nobody yet.

        Args:
            front: Recognises and counts people, and knows which pages may connect.
            manager: Carries events between processes; None: there is only this one.
            most: Sockets that this process takes. Defaults to 10,000.
        """
        self._front = front
        self._most = most
        self._people: dict[str, Caller] = {}
        self._events: set[str] = set()
        self._leavers: list[Leaver] = []
        self.server = socketio.AsyncServer(
            async_mode="asgi",
            client_manager=manager,
            cors_allowed_origins=self._may_connect,
            max_http_buffer_size=_MOST_BYTES,
        )
        self.app = socketio.ASGIApp(self.server, socketio_path="")
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)

    def on(self, event: str, handler: Handler) -> None:
        """Let an application answer an event.

        Raises:
            Conflict: Another answers it already.
        """
        if event in self._events:
            raise Conflict(f"two applications answer the event {event!r}: rename one")
        self._events.add(event)

        async def answer(sid: str, data: Any = None) -> dict[str, Any]:
            caller = self._people.get(sid)
            if caller is None:
                return _problem("UNAUTHENTICATED", "this socket is not connected")
            return await self._answer(event, handler, caller, data)

        self.server.on(event, answer)

    def on_leave(self, leaver: Leaver) -> None:
        """Be told of everybody who goes."""
        self._leavers.append(leaver)

    async def tell(self, room: str, event: str, data: Any) -> None:
        """Tell everybody in a room, in every process."""
        await self.server.emit(event, data, room=room)

    @property
    def count(self) -> int:
        """How many are connected to this process."""
        return len(self._people)

    async def _answer(
        self, event: str, handler: Handler, caller: Caller, data: Any
    ) -> dict[str, Any]:
        try:
            who = caller.sid if caller.identity is None else caller.identity.user_id
            await self._front.count(f"event:{who}", self._front.options.write)
            async with asyncio.timeout(_SECONDS):
                return {"success": True, "data": await handler(caller, data)}
        except TimeoutError:
            return _refusal(Unavailable(f"this took longer than {_SECONDS:g} s: send it again"))
        except ArenaError as error:
            return _refusal(error)
        except BackbeatError as error:
            row = row_of(error)
            return _problem(row.code, row.says or str(error))
        except Exception:
            logger.exception("event %s failed", event)
            return _problem("INTERNAL", "something went wrong here")

    async def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        try:
            if len(self._people) >= self._most:
                raise Unavailable("this process takes nobody in now: connect again in a second")
            identity = await admit_handshake(self._front, environ, auth)
        except (ArenaError, BackbeatError) as error:
            code = error.code if isinstance(error, ArenaError) else row_of(error).code
            raise socketio.exceptions.ConnectionRefusedError(code) from None
        self._people[sid] = Caller(sid, identity)

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


def _refusal(error: ArenaError) -> dict[str, Any]:
    if error.status == ArenaError.status:
        logger.error("an event failed", exc_info=error)
        return _problem(error.code, "something went wrong here")
    return _problem(error.code, str(error), error.details)


def _problem(code: str, message: str, details: Any = None) -> dict[str, Any]:
    said = {"code": code, "message": message}
    return {"success": False, "error": said if details is None else {**said, "details": details}}
