"""The Socket.IO server with the bounds that it lacks: on rate, on binary packets, on silence."""

import asyncio
import logging
from typing import Any, Final

import socketio

from backbeat.gateway.live.allowance import Allowance
from backbeat.gateway.live.limits import LiveLimits

# What a client does wrong is answered, and no entry of our log: it could fill it.
_quiet = logging.getLogger(f"{__name__}.client")
_quiet.setLevel(logging.CRITICAL + 1)

_BINARY: Final = ("5", "6")


class Wire(socketio.AsyncServer):  # type: ignore[misc] # python-socketio has no types
    """Text packets only, as our events are: half a binary packet cannot wait for its other half.

    `_handle_eio_message` is where every message of every client passes, on both transports.
    """

    def __init__(self, limits: LiveLimits) -> None:
        """Serve nobody yet. Origins are checked before: see `Gate`."""
        super().__init__(
            async_mode="asgi",
            # In order, and no faster than they are handled.
            async_handlers=False,
            cors_allowed_origins=[],
            http_compression=False,
            max_http_buffer_size=limits.request_bytes,
            logger=_quiet,
            engineio_logger=_quiet,
        )
        self._limits = limits

    async def drop_silent(self) -> None:
        """Over and over, disconnect who has not said in time who it is."""
        before: set[str] = set()
        while True:
            await asyncio.sleep(self._limits.connect_s)
            silent = {eio_sid for eio_sid in self.eio.sockets if not self._is_known(eio_sid)}
            for eio_sid in silent & before:
                await self.hang_up(eio_sid)
            before = silent

    async def hang_up(self, eio_sid: str) -> None:
        """Close a connection, without waiting for a client that does not read.

        It looks like a lost connection, so clients connect again by themselves: told that it is
        closed, the Python client stays away.
        """
        socket = self.eio.sockets.get(eio_sid)
        if socket is not None:
            await socket.close(wait=False, abort=True, reason=self.reason.SERVER_DISCONNECT)
            await socket.queue.put(None)  # ends the writer, which closes the websocket

    def _is_known(self, eio_sid: str) -> bool:
        return self.manager.sid_from_eio_sid(eio_sid, "/") is not None

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if not isinstance(data, str) or data.startswith(_BINARY) or not await self._may(eio_sid):
            await self.hang_up(eio_sid)
            return
        await super()._handle_eio_message(eio_sid, data)

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        socket = self.eio.sockets.get(eio_sid)
        await super()._handle_eio_disconnect(eio_sid, reason)
        if socket is not None and reason == self.reason.CLIENT_DISCONNECT:
            # Its last poll would wait for the next ping, and the shutdown of the process for it.
            await socket.queue.put(None)

    async def _may(self, eio_sid: str) -> bool:
        now_s = asyncio.get_running_loop().time()
        session = await self.eio.get_session(eio_sid)
        allowance = session.setdefault("allowance", Allowance(self._limits.requests, now_s))
        return bool(allowance.take(now_s))
