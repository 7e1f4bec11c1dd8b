"""Live events over Socket.IO: what a client sends, and how it gets what it follows."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from engineio.exceptions import EngineIOError
from socketio.exceptions import ConnectionRefusedError as SocketRefused
from starlette.requests import HTTPConnection
from typing_extensions import override

from backbeat.errors import BackbeatError
from backbeat.gateway.access import Credentials
from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.errors import BadRequest, Unauthenticated
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.table import UNEXPECTED, said
from backbeat.gateway.live.gatekeeper import GRANT_ENDED
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.request import Request, read_job_request, read_queue_request
from backbeat.gateway.live.wire import Wire

_log = logging.getLogger(__name__)

_NAMESPACE: Final = "/"
Answer = dict[str, Any]
Deed = Callable[[Listener, Request], Awaitable[Answer]]


@dataclass
class _Client:
    eio_sid: str
    listener: Listener
    sending: asyncio.Task[None] | None = None


class Sockets(Wire):
    """Clients of the hub that are connected by Socket.IO."""

    def __init__(self, hub: Hub, front: Front) -> None:
        """Serve nobody yet.

        Args:
            hub: Who listens, and to what.
            front: Recognises people, and counts what they open.
        """
        super().__init__(hub.limits)
        self._hub = hub
        self._front = front
        self._clients: dict[str, _Client] = {}
        self.on("connect", self._on_connect)
        self.on("disconnect", self._on_disconnect)
        self._answer("subscribe-to-job", read_job_request, hub.subscribe)
        self._answer("subscribe-to-queue", read_queue_request, hub.subscribe)
        self._answer("unsubscribe-from-job", read_job_request, hub.unsubscribe)
        self._answer("unsubscribe-from-queue", read_queue_request, hub.unsubscribe)

    async def close(self) -> None:
        """Let clients go that were told the end of the hub, and all others."""
        sending = [each.sending for each in self._clients.values() if each.sending is not None]
        if sending:
            await asyncio.wait(sending, timeout=1)
        for eio_sid in list(self.eio.sockets):
            await self.hang_up(eio_sid)

    def _answer(self, event: str, read: Callable[[Any], Request], deed: Deed) -> None:
        async def handler(sid: str, data: Any = None, *_more: Any) -> Answer:
            client = self._clients.get(sid)
            try:
                if client is None:
                    raise Unauthenticated
                return {"success": True, "data": await deed(client.listener, read(data))}
            except BackbeatError as error:
                return {"success": False, "error": said(error)}

        self.on(event, handler)

    async def _on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        eio_sid = self.manager.eio_sid_from_sid(sid, _NAMESPACE)
        session = await self.eio.get_session(eio_sid)
        token = auth.get("token") if isinstance(auth, dict) else None
        connection = HTTPConnection(environ["asgi.scope"])
        try:
            if session.get("sid", sid) in self._clients:
                raise BadRequest("this connection is connected already")
            listener = await self._enter(connection, read_credentials(connection, token))
        except BackbeatError as error:
            problem = said(error)
            raise SocketRefused(problem["message"], {"code": problem["code"]}) from None
        except Exception:  # noqa: BLE001 - policies are the user's code: in doubt nobody comes in
            _log.exception("the access policy failed")
            raise SocketRefused(UNEXPECTED.says, {"code": UNEXPECTED.code}) from None
        session["sid"] = sid
        self._clients[sid] = _Client(eio_sid, listener)

    async def _enter(self, connection: HTTPConnection, credentials: Credentials) -> Listener:
        principal = await self._front.listen(connection, credentials)
        listener = Listener(credentials, principal, self._hub.limits)
        self._hub.enter(listener)
        return listener

    async def _on_disconnect(self, sid: str, _reason: str) -> None:
        client = self._clients.pop(sid, None)
        if client is not None:
            self._hub.exit(client.listener)
            if client.sending is not None and client.sending is not asyncio.current_task():
                client.sending.cancel()

    @override
    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        await super()._handle_connect(eio_sid, namespace, data)
        # Only now the client knows that it is connected, and takes events.
        sid = self.manager.sid_from_eio_sid(eio_sid, _NAMESPACE)
        client = self._clients.get(sid)
        if client is not None and client.sending is None:
            client.sending = asyncio.create_task(self._send_to(sid, client), name=f"live {sid}")

    async def _send_to(self, sid: str, client: _Client) -> None:
        with suppress(EngineIOError):
            await self.emit("connected", _welcome(sid), to=sid)
            socket = self.eio.sockets.get(client.eio_sid)
            while socket is not None and await client.listener.has_news():
                for message in await client.listener.take():
                    await self.eio.send(client.eio_sid, _packet(message))
                # What the network does not take stays in the outbox, which is bounded.
                await socket.queue.join()
        if client.listener.ended == GRANT_ENDED:
            await self.disconnect(sid)  # for good: it has to come with a new grant
        else:
            await self.hang_up(client.eio_sid)


def _packet(message: Message) -> str:
    """An EVENT packet of the default namespace; the JSON is made once for all clients."""
    return f'2["{message.name}",{message.json}]'


def _welcome(sid: str) -> dict[str, Any]:
    return {
        "message": "connected: subscribe to jobs or queues",
        "clientId": sid,
        "timestamp": round(time.time() * 1000),
    }
