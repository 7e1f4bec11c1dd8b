"""The way of every request: who asks, how much they ask, what they send; then the route."""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import HTTPConnection, Request

from backbeat.app import Repeats
from backbeat.gateway.access import Access, Credentials, Principal
from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.errors import Unauthenticated
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.origins import Origins
from backbeat.gateway.service import Caller, Service
from backbeat.gateway.service.rate_gates import network
from backbeat.gateway.service.rates import Gates, Kind

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Front:
    """What stands before the routes of one gateway.

    Attributes:
        service: What the routes ask.
        options: How the gateway is set up.
        origins: Pages from which writes are taken.
        repeats: Answers of requests that may be sent again.
    """

    def __init__(self, service: Service, access: Access, options: GatewayOptions) -> None:
        """Stand before a service."""
        self.service = service
        self.options = options
        self.origins = Origins(options.origins)
        self.repeats = Repeats(service.app.connections)
        self._access = access
        self._gates = Gates(service.app, options.rates)

    async def admit(self, request: Request, *, costly: bool) -> Caller:
        """Recognise whoever asks, and count what they ask.

        Raises:
            Unauthenticated: Nobody who is known asks.
            TooManyRequests: They ask too much, or their address was refused too often.
        """
        principal = await self.identify(request, read_credentials(request))
        await self.count("read" if request.method in SAFE else "write", principal.name)
        if costly:
            await self.count("costly", principal.name)
        return Caller(principal, request_id(request.scope))

    async def listen(self, connection: HTTPConnection, credentials: Credentials) -> Principal:
        """Recognise whoever opens a socket or a stream, and count it.

        Raises:
            Unauthenticated: Nobody who is known.
            TooManyRequests: They open too many, or their address was refused too often.
        """
        principal = await self.identify(connection, credentials)
        await self.count("listen", principal.name)
        return principal

    async def identify(self, connection: HTTPConnection, credentials: Credentials) -> Principal:
        """Who this is.

        Raises:
            Unauthenticated: Nobody who is known.
            TooManyRequests: The address was refused too often.
        """
        principal = await self.recognise(credentials)
        if principal is None:
            client = None if connection.client is None else connection.client.host
            await self._gates.enter("refused", network(client))
            raise Unauthenticated
        return principal

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """Who this is; None where nobody knows them, or what they were granted has ended."""
        return self.current(await self._access.recognise(credentials))

    def current(self, principal: Principal | None) -> Principal | None:
        """Somebody who was recognised; None where what they were granted has ended."""
        if principal is None or not principal.is_current(datetime.now(UTC)):
            return None
        return principal

    async def count(self, kind: Kind, who: str) -> None:
        """Count something that one identity asks.

        Raises:
            TooManyRequests: It is one too many.
        """
        await self._gates.enter(kind, who)
