"""Requests that may be sent again: the first is carried out, the others get its answer."""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from backbeat.app.connections import Connections
from backbeat.app.times import whole_ms
from backbeat.engine.gateway.client import ReplyClient
from backbeat.values import Seconds

DAY: Final = 86_400.0
# As long as a request may take. Until then others of its name are told to come again.
HELD: Final = 60.0


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a request stands.

    Attributes:
        name: Its name, as the server keeps it.
        ours: Whether it is to be carried out, here and now.
        same: Whether it says what the one of this name said before.
        answer: The answer that it got; None where it has none yet.
    """

    name: str
    ours: bool
    same: bool
    answer: bytes | None
    token: str = field(repr=False)


class Repeats:
    """Remembers what was answered to requests that carry a name of their own.

    Guarantees: while the server keeps it, one request of a name is carried out at a time, and none
    after one that was answered. Should the process end in between, it is carried out again.
    """

    def __init__(self, connections: Connections) -> None:
        """Ask nothing yet.

        Args:
            connections: The way to the server, `app.connections`.
        """
        self._connections = connections

    async def begin(self, who: str, name: str, said: bytes) -> Begun:
        """Begin a request.

        Args:
            who: Who sends it: names of different people are different names.
            name: Its name, any text.
            said: All that it says.
        """
        digest = hashlib.sha256(f"{len(who)}:{who}:{name}".encode()).hexdigest()
        fingerprint = hashlib.sha256(said).hexdigest()
        token = secrets.token_hex(8)
        client = await self._client()
        claimed = await client.claim(digest, token, fingerprint, whole_ms(HELD))
        return Begun(
            name=digest,
            ours=claimed.token == token,
            same=claimed.fingerprint == fingerprint,
            answer=claimed.answer or None,
            token=token,
        )

    async def answer(self, begun: Begun, answer: bytes, *, keep: Seconds = DAY) -> None:
        """Keep the answer to a request that was `ours`, for a day unless said otherwise."""
        await (await self._client()).settle(begun.name, begun.token, answer, whole_ms(keep))

    async def forget(self, begun: Begun) -> None:
        """Let a request that came to nothing be sent again."""
        await (await self._client()).settle(begun.name, begun.token, b"", 1)

    async def _client(self) -> ReplyClient:
        connection = await self._connections.open()
        return ReplyClient(connection.transport, connection.namespace, clock=connection.clock)
