"""Somebody at a page: who it is, asked again while the page stays open, and what it stands on."""

import time
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from backbeat.dashboard.addresses import part
from backbeat.dashboard.reader import Reader, Snapshot
from backbeat.dashboard.sessions import COOKIE, Sessions
from backbeat.gateway.access import Action, Credentials, Principal
from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.errors import Unauthenticated
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.service import Caller, Service

# A key that is revoked, and a user who may less, is seen after so many seconds.
RECHECK_S: Final = 15.0


class Visit:
    """A page, or a connection of one, of somebody who may be known.

    Attributes:
        request: The request that it began with.
        reader: What all pages are filled from.
        root: Address of the dashboard, without a slash at the end.
    """

    def __init__(self, request: Request, front: Front, sessions: Sessions, reader: Reader) -> None:
        """Know nobody yet."""
        self.request = request
        self.reader = reader
        self.root = str(request.scope.get("root_path", ""))
        self._front, self._sessions = front, sessions
        self._session = request.cookies.get(COOKIE)
        self._principal: Principal | None = None
        self._asked_at = float("-inf")

    async def enter(self) -> bool:
        """Whether they may open a page."""
        return await self.recognise(use=True) is not None

    async def stay(self, *, use: bool = False) -> bool:
        """Whether they may still be there; `use` as in `recognise`."""
        return await self.recognise(use=use) is not None

    async def recognise(self, *, use: bool = False) -> Principal | None:
        """Who it is now; None for nobody who is known.

        Args:
            use: Whether somebody asks or clicks, so that the sign-in goes on. Defaults to False.
        """
        session = self._sessions.get(self._session, use=use)
        if self._session and session is None:
            self._session = None
            self._asked_at = float("-inf")
        if time.monotonic() - self._asked_at >= RECHECK_S:
            known = read_credentials(self.request)
            if session is not None:
                known = Credentials(session.key, known.headers, known.cookies, known.client)
            self._principal = await self._front.recognise(known)
            self._asked_at = time.monotonic()
        return self._principal

    @property
    def signed_in(self) -> bool:
        """Whether there is a sign-in that can be ended."""
        return self._session is not None

    @property
    def service(self) -> Service:
        """What pages ask."""
        return self._front.service

    @property
    def principal(self) -> Principal:
        """Who it was when last asked.

        Raises:
            Unauthenticated: Nobody who is known.
        """
        if self._principal is None:
            raise Unauthenticated
        return self._principal

    @property
    def caller(self) -> Caller:
        """Who asks the service."""
        return Caller(self.principal, request_id(self.request.scope))

    @property
    def snapshot(self) -> Snapshot:
        """What was read last, as far as they may see it."""
        return self.reader.snapshot.seen_by(self.principal)

    def may(self, action: Action, queue: str | None = None) -> bool:
        """Whether to offer an action; the service decides again."""
        return not self.service.guard.read_only and self.principal.may(action, queue)

    def may_somewhere(self, action: Action) -> bool:
        """Whether to offer an action whose queue is asked for first."""
        return not self.service.guard.read_only and action in self.principal.actions

    async def count_write(self) -> None:
        """Count a change against what one identity may in a time; who it is, is asked anew.

        Raises:
            Unauthenticated: The sign-in has ended.
            TooManyRequests: It is one too many.
        """
        self._asked_at = float("-inf")
        if await self.recognise(use=True) is None:
            raise Unauthenticated
        await self._front.count("write", self.principal.name)

    async def count_search(self) -> None:
        """Count a search against what one identity may in a time.

        Raises:
            TooManyRequests: It is one too many.
        """
        await self._front.count("costly", self.principal.name)

    def href(self, *parts: str, **query: str | None) -> str:
        """The address of a page: any name can be a part, a query that is None is left out."""
        path = "".join(f"/{part(name)}" for name in parts) or "/"
        given = {name: value for name, value in query.items() if value is not None}
        return f"{self.root}{path}{'?' + urlencode(given) if given else ''}"

    def asked(self, name: str) -> str | None:
        """What the address says of this name, without spaces around it; None for nothing."""
        return self.request.query_params.get(name, "").strip() or None
