"""As little of a Socket.IO client as a benchmark needs: on few cores it takes from the server."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Self

import aiohttp

Hear = Callable[[str, dict[str, Any]], None]


class SocketClient:
    """One socket over WebSocket: calls are answered in any order."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, hear: Hear | None) -> None:
        """Speak over a connection; see `connect`."""
        self._ws = ws
        self._hear = hear
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def connect(
        cls,
        session: aiohttp.ClientSession,
        at: str,
        token: str | None = None,
        hear: Hear | None = None,
    ) -> Self:
        """Connect and sign in.

        Args:
            session: Has the connection.
            at: Address of the house.
            token: Of whoever it is. Defaults to a visitor.
            hear: Told what comes, by its name. Defaults to nobody.

        Raises:
            ConnectionError: The house does not take it.
        """
        ws = await session.ws_connect(f"{at}/socket.io/?EIO=4&transport=websocket")
        await ws.receive_str()
        await ws.send_str("40" + json.dumps({"token": token} if token else {}))
        said = await ws.receive_str()
        if not said.startswith("40"):
            raise ConnectionError(said)
        return cls(ws, hear)

    async def call(self, event: str, data: dict[str, Any]) -> Any:
        """Send an event; its answer.

        Raises:
            ConnectionError: The house was gone before it answered.
        """
        if self._reading.done():
            raise ConnectionError("the house has closed the connection")
        self._number += 1
        number = self._number
        self._calls[number] = asyncio.get_running_loop().create_future()
        await self._ws.send_str(f"42{number}{json.dumps([event, data])}")
        return await self._calls[number]

    async def close(self) -> None:
        """Go."""
        self._reading.cancel()
        await self._ws.close()

    async def _read(self) -> None:
        async for message in self._ws:
            text: str = message.data
            if text.startswith("43"):
                place = text.index("[")
                self._calls.pop(int(text[2:place])).set_result(json.loads(text[place:])[0])
            elif text.startswith("42") and self._hear is not None:
                self._hear(*json.loads(text[2:]))
            elif text == "2":
                await self._ws.send_str("3")
        for answer in self._calls.values():
            answer.set_exception(ConnectionError("the house has closed the connection"))
