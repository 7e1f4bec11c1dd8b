"""The way of every request to the pages of a site: who asks, from where; then NiceGUI."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from nicegui import Client
from starlette._utils import get_route_path
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from backbeat.gateway.http import Origins
from backbeat.pages.frames import SOCKET, bound, page_of
from backbeat.pages.headers import PLAIN, Marked
from backbeat.pages.host import Host
from backbeat.pages.site import KEY, Site
from backbeat.pages.visit import Visit

Answer = Callable[[Request], Awaitable[Response]]

SHARED: Final = Path(__file__).parent / "assets"
_FILES: Final = "/_nicegui/"
_DOOR: Final = "backbeat.door"
# Its value would be written into the page, and anybody can send one.
_DROPPED: Final = b"x-forwarded-prefix"


class Door:
    """A site as an ASGI application, to be mounted anywhere; it leads to no page of another site.

    Files of NiceGUI and pages are for whom the visit lets in; live pages use a WebSocket, whose
    `Origin` has to be allowed, and which serves the one page that opened it.
    """

    def __init__(
        self,
        site: Site,
        visit: Callable[[Request], Visit],
        origins: Origins,
        *,
        plain: Mapping[str, Answer],
        sign_in: str = "/sign-in",
    ) -> None:
        """Open a way to a site.

        Args:
            site: Whose pages are behind it.
            visit: Makes what is known of whoever comes; pages are given it.
            origins: From whose pages sockets are taken: always from our own.
            plain: What is answered without NiceGUI and to everybody, by its path: the way in.
            sign_in: Where a browser is sent that may not enter. Defaults to "/sign-in".
        """
        self._site, self._visit, self._origins = site, visit, origins
        self._plain, self._sign_in = plain, sign_in
        self._assets = StaticFiles(directory=site.assets)
        self._shared = StaticFiles(directory=SHARED)
        self._host = Host()
        self._pages = GZipMiddleware(Marked(self._host.app), minimum_size=1_000)

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
        if path in self._plain:
            return await self._plain[path](request)
        for folder, files in (("/assets", self._assets), ("/shared", self._shared)):
            if path.startswith(f"{folder}/"):
                return _moved(files, {"root_path": root + folder})
        visit, is_file = self._visit(request), path.startswith(_FILES)
        if not await (visit.stay(use=True) if is_file else visit.enter()):
            return self._unknown(request, root)
        if path.startswith(SOCKET):
            return _refusal(404, "live pages use a WebSocket, and nothing else")
        if path == "":
            return RedirectResponse(f"{root}/", status_code=307)
        if scope["method"] not in {"GET", "HEAD"}:
            return _refusal(405, "pages are read")
        await self._host.start()
        return self._inside(visit, root + (path if is_file else f"/{self._site.name}{path}"))

    async def _connect(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        # What recognises somebody reads headers and cookies, which a connection has as well.
        visit = self._visit(Request({**scope, "type": "http", "method": "GET"}))
        page = page_of(scope)
        if path.startswith(SOCKET) and self._is_ours(scope, page) and await visit.stay():
            await self._host.start()
            ours = self._inside(visit, str(scope.get("root_path", "")) + path)
            await ours(scope, bound(page, visit, receive), send)
        else:
            await _close(receive, send)

    def _is_ours(self, scope: Scope, page: str) -> bool:
        """Whether a page of ours opens it: browsers always say whose page it is."""
        connection, client = HTTPConnection(scope), Client.instances.get(page)
        allowed = "origin" in connection.headers and self._origins.allows(connection)
        # A page that this process has forgotten is told so, and loads itself again.
        return allowed and (client is None or client.request.scope.get(_DOOR) is self)

    def _inside(self, visit: Visit, path: str) -> ASGIApp:
        """NiceGUI, as it sees a request through this door."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            kept = [each for each in scope["headers"] if each[0] != _DROPPED]
            seen = {**scope, "path": path, "headers": kept, KEY: visit, _DOOR: self}
            await self._pages(seen, receive, send)

        return serve

    def _unknown(self, request: Request, root: str) -> ASGIApp:
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{root}{self._sign_in}", status_code=303)
        return _refusal(401, "sign in first")


def _moved(app: ASGIApp, changes: Mapping[str, object]) -> ASGIApp:
    """An application that sees a request as if it had come in another way."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, **changes}, receive, send)

    return serve


def _refusal(status: int, why: str) -> ASGIApp:
    headers = {"Content-Security-Policy": PLAIN}
    return JSONResponse({"success": False, "error": {"message": why}}, status, headers)


async def _close(receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4403, "reason": "not from here"})
