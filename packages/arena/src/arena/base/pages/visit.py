"""Somebody at a page of the house: a visitor, or a user who is signed in."""

import asyncio
from collections.abc import Sequence
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

from starlette.requests import Request

from arena.base.errors import Unauthenticated
from arena.base.http.front import Front, address_of
from arena.base.identity import Identity
from arena.base.pages.show import Show
from backbeat import ServerUnavailable
from backbeat.gateway.http import read_credentials

T = TypeVar("T")
# More than both stores have to answer who it is.
_PATIENCE_S: Final = 2.0


class Visit:
    """A page of somebody, known by the cookie that it came with.

    Attributes:
        request: The request that it began with.
        root: Address of the pages of the house, without a slash at the end.
        shows: What there is to see.
        identity: Who it was when last asked; None: a visitor.
    """

    def __init__(self, request: Request, front: Front, shows: Sequence[Show]) -> None:
        """Know nobody yet."""
        self.request, self.shows = request, shows
        self.root = str(request.scope.get("root_path", ""))
        self.identity: Identity | None = None
        self._front = front
        self._credentials = read_credentials(request)

    async def enter(self) -> bool:
        """Everybody may look, as often as they may ask.

        While the server that counts is away nothing is counted: the page itself says what is away.

        Raises:
            TooManyRequests: This is once too much.
            Unauthenticated: A token came that is none of ours.
        """
        try:
            async with asyncio.timeout(_PATIENCE_S):
                self.identity = await self._front.admit(self.request, writes=False)
        except (TimeoutError, ServerUnavailable):
            await self.recognise()
        return True

    async def stay(self, *, use: bool = False) -> bool:
        """Everybody may stay: what takes more is asked about where it is done."""
        return True

    async def recognise(self) -> Identity | None:
        """Who it is now: sessions end while a page stays open."""
        self.identity = await self._front.known(self._credentials)
        return self.identity

    async def write(self) -> Identity:
        """Who wants to change something now; counted as over REST.

        Raises:
            Unauthenticated: Nobody is signed in, or not any more.
            TooManyRequests: They change too much.
        """
        identity = await self.recognise()
        if identity is None:
            raise Unauthenticated("you are not signed in (any more): sign in, then do it again")
        await self._front.count(f"write:{identity.user_id}", self._front.options.write)
        return identity

    @property
    def user_id(self) -> str | None:
        """Who it was when last asked, as applications name people; None: a visitor."""
        return None if self.identity is None else str(self.identity.user_id)

    @property
    def origin(self) -> dict[str, str]:
        """Where it comes from, for rows that say so."""
        agent = self.request.headers.get("user-agent", "")
        return {"ip": address_of(self.request), "userAgent": agent[:200]}

    def of(self, kind: type[T]) -> T:
        """What the pages of an application stand on."""
        return next(show.stands_on for show in self.shows if isinstance(show.stands_on, kind))

    def href(self, *parts: str, **query: str) -> str:
        """The address of a page: each part is quoted."""
        path = "".join(f"/{quote(part, safe='')}" for part in parts) or "/"
        return f"{self.root}{path}{'?' + urlencode(query) if query else ''}"

    def rest(self, path: str, **query: str) -> str:
        """The address of REST, which lies beside the pages."""
        above = self.root.rpartition("/")[0]
        return f"{above}/api{path}{'?' + urlencode(query) if query else ''}"

    @property
    def here(self) -> str:
        """The path of the page below that of the house, as it is written in an address."""
        return quote(str(self.request.scope["path"]).removeprefix(self.root))
