"""The way of every request to the dashboard: who asks, from where; then NiceGUI."""

from pathlib import Path
from typing import Final

from starlette._utils import get_route_path
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backbeat.dashboard import sign_in
from backbeat.dashboard.headers import PLAIN, Marked
from backbeat.dashboard.host import Host
from backbeat.dashboard.options import DashboardOptions
from backbeat.dashboard.reader import Reader
from backbeat.dashboard.sessions import Sessions
from backbeat.dashboard.visit import KEY, Visit
from backbeat.gateway.http.front import Front

ASSETS: Final = Path(__file__).parent / "assets"
_SOCKET: Final = "/_nicegui_ws/"
# Its value would be written into the page, and anybody can send one.
_DROPPED: Final = b"x-forwarded-prefix"


class Shell:
    """A dashboard as an ASGI application; nothing of it is served to whom nobody knows."""

    def __init__(self, front: Front, options: DashboardOptions) -> None:
        """Serve the dashboard of a gateway.

        Args:
            front: That of the gateway: its service, its access policy, its options.
            options: How it is set up.
        """
        self._front = front
        self._sessions = Sessions(idle=options.idle, longest=options.longest)
        self._reader = Reader(front.service, options.interval)
        self._sign_in = sign_in.SignIn(front, self._sessions, secure=options.secure)
        self._assets = StaticFiles(directory=ASSETS)
        self._host = Host()
        self._pages = GZipMiddleware(Marked(self._host.app), minimum_size=1_000)

    def close(self) -> None:
        """Read nothing for the pages any more: the application is about to be closed."""
        self._reader.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a connection."""
        path = get_route_path(scope)
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send, path)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive, path)
            await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, path: str) -> ASGIApp:
        request = Request(scope, receive)
        root = str(scope.get("root_path", ""))
        if path == sign_in.PATH:
            return await self._sign_in.answer(request)
        if path == sign_in.LEAVE:
            return await self._sign_in.leave(request)
        if path.startswith("/assets/"):
            return _below(self._assets, root + "/assets")
        visit = Visit(request, self._front, self._sessions, self._reader)
        if await visit.recognise(use=True) is None:
            return _unknown(request, root)
        if path.startswith(_SOCKET):
            return _refusal(404, "live pages use a WebSocket, and nothing else")
        if path == "":
            return RedirectResponse(f"{root}/", status_code=307)
        if scope["method"] not in {"GET", "HEAD"}:
            return _refusal(405, "pages are read")
        await self._host.start()
        return _with(self._pages, visit)

    async def _connect(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        connection = HTTPConnection(scope)
        # What recognises somebody reads headers and cookies, which a connection has as well.
        request = Request({**scope, "type": "http", "method": "GET"})
        visit = Visit(request, self._front, self._sessions, self._reader)
        ours = path.startswith(_SOCKET) and self._is_ours(connection)
        if not ours or await visit.recognise() is None:
            await _close(receive, send)
        else:
            await self._host.start()
            await _with(self._pages, visit)(scope, _watched(visit, receive), send)

    def _is_ours(self, connection: HTTPConnection) -> bool:
        """Whether a page of ours opens it: browsers always say whose page it is."""
        return "origin" in connection.headers and self._front.origins.allows(connection)


def _watched(visit: Visit, receive: Receive) -> Receive:
    """A connection that ends with the sign-in; a browser says something every few seconds."""

    async def watched() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            clicked = (message.get("text") or "").startswith('42["event"')
            if await visit.recognise(use=clicked) is None:
                return {"type": "websocket.disconnect", "code": 4401, "reason": "signed out"}
        return message

    return watched


def _with(app: ASGIApp, visit: Visit) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        kept = [each for each in scope["headers"] if each[0] != _DROPPED]
        await app({**scope, "headers": kept, KEY: visit}, receive, send)

    return serve


def _below(app: ASGIApp, root: str) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "root_path": root}, receive, send)

    return serve


def _unknown(request: Request, root: str) -> ASGIApp:
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{root}{sign_in.PATH}", status_code=303)
    return _refusal(401, "sign in first")


def _refusal(status: int, why: str) -> ASGIApp:
    headers = {"Content-Security-Policy": PLAIN}
    return JSONResponse({"success": False, "error": {"message": why}}, status, headers)


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4403, "reason": "not from here"})
