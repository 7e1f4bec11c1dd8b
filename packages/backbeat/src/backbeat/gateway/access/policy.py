"""How somebody is recognised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from backbeat.gateway.access.principal import Principal


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with a request or a connection.

    Attributes:
        bearer: The token of an `Authorization: Bearer` header or of a connection's `auth`.
        headers: All headers, names in lower case.
        cookies: All cookies.
        client: Address of the peer as the server saw it, None where there is none.
    """

    bearer: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    client: str | None = None


class Access(Protocol):
    """An access policy: API keys, JSON Web Tokens, the host application's own users, or several."""

    async def recognise(self, credentials: Credentials) -> Principal | None:
        """Who this is; None where they are unknown, which is answered with 401."""
        ...
