"""What a request has to pass before the Socket.IO server sees it."""

from collections.abc import Callable
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backbeat.gateway.errors import BadRequest, BodyTooLarge, ForeignOrigin, GatewayError
from backbeat.gateway.http.errors import answer_to
from backbeat.gateway.origins import Origins

_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type",
    "Access-Control-Max-Age": "600",
}


class Gate:
    """Refuses foreign origins, bodies that are too large, and clients for whom there is no room."""

    def __init__(
        self, inner: ASGIApp, origins: Origins, check_room: Callable[[], None], max_body: int
    ) -> None:
        """Let requests through to another application.

        Args:
            inner: The application.
            origins: Which pages may come.
            check_room: Raises `NoRoom` if nobody new can be taken in.
            max_body: Bytes of a body.
        """
        self._inner = inner
        self._origins = origins
        self._check_room = check_room
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        connection = HTTPConnection(scope)
        headers = self._origins.headers(connection)
        try:
            self._check(connection)
            if scope.get("method") == "OPTIONS":
                preflight = Response(status_code=204, headers={**headers, **_PREFLIGHT})
                await preflight(scope, receive, send)
                return
            if scope["type"] == "http":
                receive = await self._bounded(receive)
        except GatewayError as error:
            await _refuse(error, headers, scope, receive, send)
            return
        await self._inner(scope, receive, _adding(headers, send))

    def _check(self, connection: HTTPConnection) -> None:
        if not self._origins.allows(connection):
            raise ForeignOrigin
        if "j" in connection.query_params:
            # A script element of any page could read it, and sends no origin.
            raise BadRequest("JSONP is not supported: use polling or a websocket")
        if "sid" not in connection.query_params:
            self._check_room()

    async def _bounded(self, receive: Receive) -> Receive:
        """Read the body to its end, so that no more than is allowed is ever held."""
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if len(body) > self._max_body:
                raise BodyTooLarge(self._max_body)
            if part["type"] != "http.request" or not part.get("more_body"):
                break
        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return whole.pop() if whole else await receive()

        return replay


def _adding(headers: dict[str, str], send: Send) -> Send:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def sending(message: Message) -> None:
        if message["type"] in {"http.response.start", "websocket.accept"}:
            message = {**message, "headers": [*message.get("headers", ()), *raw]}
        await send(message)

    return sending


async def _refuse(
    error: GatewayError, headers: dict[str, str], scope: Scope, receive: Receive, send: Send
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": str(error)})
        return
    response = answer_to(error, scope)
    response.headers.update(headers)
    await response(scope, receive, send)
