"""Recognises whoever comes with a token: what it says, and what PostgreSQL says of it now.

An answer of PostgreSQL counts for five seconds, so a session that is ended elsewhere is good for no
longer than that. Where PostgreSQL does not answer, whoever was known a moment ago stays known; of
others counts what their token says, as far as every player may it. So bidding goes on, and nobody
who was an operator yesterday is one because the database is away.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from arena.base.db import Database
from arena.base.errors import Unavailable
from arena.base.identity import Identity, Role
from arena.base.sessions.store.sessions import find_standing
from arena.base.sessions.tokens import Tokens
from backbeat.gateway.access import Credentials

COOKIE: Final = "arena_session"
FRESH_S: Final = 5.0
# So long PostgreSQL has to answer, and is left alone where it did not.
_PATIENCE_S: Final = 1.0
_MOST_KNOWN: Final = 20_000
_EVERYBODY: Final = frozenset({Role.PLAYER, Role.SELLER})


@dataclass(frozen=True, slots=True)
class _Known:
    """What PostgreSQL said of a session: whose it is, None for nobody's, and when."""

    identity: Identity | None
    asked_at: float


class Recogniser:
    """Tells who comes; the same for requests, sockets and Backbeat's own pages."""

    def __init__(
        self, tokens: Tokens, database: Database, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Know nobody yet.

        Args:
            tokens: Read what comes.
            database: Knows which sessions stand.
            clock: Seconds that only rise. Defaults to the monotonic clock.
        """
        self._tokens = tokens
        self._database = database
        self._clock = clock
        self._known: OrderedDict[UUID, _Known] = OrderedDict()
        self._ask_from = float("-inf")

    async def __call__(self, credentials: Credentials) -> Identity | None:
        """Who comes with these credentials; None where nobody known does."""
        claimed = self._tokens.read(credentials.bearer or credentials.cookies.get(COOKIE))
        if claimed is None:
            return None
        known = self._known.get(claimed.session_id)
        now = self._clock()
        if known is not None and now - known.asked_at < FRESH_S:
            return known.identity
        if now < self._ask_from:
            return _in_doubt(claimed, known)
        try:
            identity = await self._ask(claimed)
        except (Unavailable, TimeoutError):
            self._ask_from = self._clock() + _PATIENCE_S
            return _in_doubt(claimed, known)
        self._keep(claimed.session_id, _Known(identity, now))
        return identity

    def forget(self, session_id: UUID) -> None:
        """Ask anew about a session: it was ended here."""
        self._known.pop(session_id, None)

    def forget_everybody(self) -> None:
        """Ask anew about all: somebody's roles, or all sessions of a user, were changed here."""
        self._known.clear()

    async def _ask(self, claimed: Identity) -> Identity | None:
        async with asyncio.timeout(_PATIENCE_S), self._database.reading() as session:
            user = await find_standing(session, claimed.session_id)
        if user is None or user.id != claimed.user_id:
            return None
        return replace(claimed, name=user.username, roles=user.roles)

    def _keep(self, session_id: UUID, known: _Known) -> None:
        self._known[session_id] = known
        self._known.move_to_end(session_id)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


def _in_doubt(claimed: Identity, known: _Known | None) -> Identity | None:
    if known is not None:
        return known.identity
    return replace(claimed, roles=claimed.roles & _EVERYBODY)
