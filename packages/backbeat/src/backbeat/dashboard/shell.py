"""A dashboard of one gateway: its visits, its sign-in, and the door to its pages."""

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from backbeat.dashboard import pages, sign_in
from backbeat.dashboard.options import DashboardOptions
from backbeat.dashboard.reader import Reader
from backbeat.dashboard.sessions import Sessions
from backbeat.dashboard.visit import Visit
from backbeat.gateway.http.front import Front
from backbeat.pages import Door


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
        signs = sign_in.SignIn(front, self._sessions, secure=options.secure)
        self._door = Door(
            pages.SITE, self._visit, front.origins,
            plain={sign_in.PATH: signs.answer, sign_in.LEAVE: signs.leave},
            sign_in=sign_in.PATH,
        )  # fmt: skip

    def close(self) -> None:
        """Read nothing for the pages any more: the application is about to be closed."""
        self._reader.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request or a connection."""
        await self._door(scope, receive, send)

    def _visit(self, request: Request) -> Visit:
        return Visit(request, self._front, self._sessions, self._reader)
