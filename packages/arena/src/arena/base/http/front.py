"""The way of every request: who asks, and how much they ask; then the route."""

from typing import Final

from starlette.requests import HTTPConnection

from arena.base.errors import Unauthenticated
from arena.base.http.options import HttpOptions
from arena.base.identity import Identity, Recognise
from backbeat import Rate
from backbeat.app import Backbeat, Repeats
from backbeat.gateway.access import Credentials
from backbeat.gateway.http import Origins, RateGates, network, read_credentials

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Front:
    """What stands before the routes.

    Attributes:
        options: How it is set up.
        origins: Pages from which writes are taken.
        repeats: Answers to requests that may be sent again.
    """

    def __init__(self, jobs: Backbeat, recognise: Recognise, options: HttpOptions) -> None:
        """Stand before the routes of the house.

        Args:
            jobs: On its server requests are counted, and answers kept.
            recognise: Tells who comes with which credentials.
            options: How it is set up.
        """
        self.options = options
        self.origins = Origins(options.origins)
        self.repeats = Repeats(jobs.connections)
        self._recognise = recognise
        self._gates = RateGates(jobs, "arena:")

    async def admit(
        self, connection: HTTPConnection, *, writes: bool, token: str | None = None
    ) -> Identity | None:
        """Recognise whoever asks, and count it; None where nobody is signed in.

        Args:
            connection: The request, or the handshake.
            writes: Whether it counts as a write.
            token: A token that came in another way than a header. Defaults to none.

        Raises:
            Unauthenticated: A token came that is none of ours, or that has ended.
            TooManyRequests: They ask too much, or their address was refused too often.
        """
        address = address_of(connection)
        credentials = read_credentials(connection, token)
        identity = await self._recognise(credentials)
        options = self.options
        if identity is not None:
            rate = options.write if writes else options.read
            await self.count(f"{'write' if writes else 'read'}:{identity.user_id}", rate)
        elif credentials.bearer is not None:
            await self.count(f"refused:{address}", options.refused)
            raise Unauthenticated("this token is unknown or has ended: sign in again")
        else:
            await self.count(f"visitor:{address}", options.visitor)
        return identity

    async def known(self, credentials: Credentials) -> Identity | None:
        """Who comes with these credentials; nothing is counted. None where nobody known does."""
        return await self._recognise(credentials)

    async def count(self, name: str, rate: Rate | None) -> None:
        """Count something over all processes, such as attempts to sign in.

        Args:
            name: What, and of whom.
            rate: How much there may be; None: any number.

        Raises:
            TooManyRequests: It is one too many.
        """
        if rate is not None:
            await self._gates.enter(name, rate)


def address_of(connection: HTTPConnection) -> str:
    """The address of the peer, as it counts: of IPv6, the network that one customer gets."""
    return network(None if connection.client is None else connection.client.host)
