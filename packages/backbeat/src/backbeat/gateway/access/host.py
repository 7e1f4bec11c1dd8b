"""The users of the application that the gateway is mounted in."""

from collections.abc import Awaitable, Callable

from backbeat.gateway.access.policy import Credentials
from backbeat.gateway.access.principal import Principal


class HostAccess:
    """Asks the host application who somebody is, by its own cookies, headers or tokens."""

    def __init__(self, recognise: Callable[[Credentials], Awaitable[Principal | None]]) -> None:
        """Ask `recognise`: `async def`, takes credentials, gives a principal or None."""
        self._recognise = recognise

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """See `Access.recognise`."""
        return await self._recognise(credentials)
